package notify

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/model/health"
)

const (
	// DefaultStorm is the max number of messages to a receiver within a stormWindow; what is more comes as one.
	DefaultStorm = 5
	stormWindow  = time.Minute
	// unreachableAfter is how long the server has to be away before that is told: a failover takes seconds.
	unreachableAfter = 15 * time.Second
	// drainTime is the max time for telling what waits when the watcher is closed; the rest is told after the next start.
	drainTime = 5 * time.Second
)

// Options are the settings of a [Watcher].
type Options struct {
	// Bus names the bus in messages; Bus.Server also tells alerts of several servers apart.
	Bus Bus
	// Limits are those of the alerts.
	Limits health.Limits
	// Path is the file that keeps what is told from one run to the next.
	Path string
	// Receivers are told.
	Receivers []Receiver
	// Storm is the max number of messages within a minute; 0 means [DefaultStorm].
	Storm int
	// Say is called with what a person should know, in one line without secrets.
	Say func(text string)
	// Broke is called when a goroutine panics.
	Broke fault.Func

	pause   time.Duration // the first pause after a failure; 0 means a second
	waiting int           // 0 means maxWaiting
	renew   time.Duration // 0 means renewEvery
}

// Watcher turns snapshots into notices and tells its receivers. [Watcher.Saw] and [Watcher.Missed] are for one goroutine.
type Watcher struct {
	options Options
	client  *http.Client
	held    *os.File
	cancel  context.CancelFunc
	workers sync.WaitGroup

	mu       sync.Mutex
	state    *state
	standing []health.Alert
	before   *model.Snapshot
	away     time.Time // since when the server is away; zero when it isn't
	unsaved  string    // the last error of saving that was said
	wake     map[string]chan struct{}
}

// Start reads the file, and begins to tell what waits in it. A receiver that the file doesn't know is told of all alerts that stand.
// The error says that the file is in use or can't be read or written.
func Start(o Options) (w *Watcher, err error) {
	o.Storm, o.pause = cmp.Or(o.Storm, DefaultStorm), cmp.Or(o.pause, time.Second)
	o.waiting, o.renew = cmp.Or(o.waiting, maxWaiting), cmp.Or(o.renew, renewEvery)
	w = &Watcher{options: o, wake: map[string]chan struct{}{}}
	if w.held, err = hold(o.Path); err != nil {
		return nil, err
	}
	if w.state, err = load(o.Path); err == nil {
		w.standing, w.before = w.state.alerts(), w.state.before()
		w.adopt()
		err = w.state.save(o.Path)
	}
	if err != nil {
		return nil, errors.Join(err, w.held.Close())
	}
	w.client = &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true},
		// A POST that is redirected becomes a GET without a message.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	for i := range o.Receivers {
		r := &o.Receivers[i]
		one := &worker{of: w, to: r, key: r.key(), wake: w.wake[r.key()]}
		w.workers.Go(o.Broke.Guard(func() { one.run(ctx) }))
	}
	return w, nil
}

// adopt gives each receiver its queue, and drops those of receivers that are gone.
func (w *Watcher) adopt() {
	queues := map[string]*queue{}
	for i := range w.options.Receivers {
		key := w.options.Receivers[i].key()
		w.wake[key] = make(chan struct{}, 1)
		queues[key] = w.state.Queues[key]
		if queues[key] != nil {
			queues[key].try(queues[key].Waiting) // an earlier run may have
			continue
		}
		queues[key] = &queue{Waiting: []Notice{}}
		for j := range w.standing {
			id := alertID(w.options.Bus.Server, &w.standing[j])
			n := noticeOf(id, &w.standing[j])
			queues[key].begin(id, &n, w.options.waiting)
		}
		if w.state.UnreachableSince != nil {
			id, n := w.unreachableNotice(*w.state.UnreachableSince, "")
			queues[key].begin(id, &n, w.options.waiting)
		}
	}
	for key, q := range w.state.Queues {
		if queues[key] == nil && len(q.Waiting) > 0 {
			w.options.Say(fmt.Sprintf("%d notices for a receiver that is no longer in the settings are dropped", len(q.Waiting)))
		}
	}
	w.state.Queues = queues
}

// Saw reviews a snapshot and queues what began and ended.
func (w *Watcher) Saw(now *model.Snapshot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	changed := w.back(now.At)
	alerts, _ := w.options.Limits.Review(w.standing, w.before, now)
	ended := health.Ended(w.standing, alerts, now.At)
	for i := range ended {
		id := alertID(w.options.Bus.Server, &ended[i])
		n := noticeOf(id, &ended[i])
		w.end(id, &n)
	}
	began := 0
	for i := range alerts {
		a := &alerts[i]
		if slices.ContainsFunc(w.standing, func(b health.Alert) bool { return a.Same(&b) }) {
			continue
		}
		began++
		id := alertID(w.options.Bus.Server, a)
		n := noticeOf(id, a)
		w.begin(id, &n)
	}
	changed = changed || began+len(ended) > 0 || !sameGroups(w.before, now)
	w.standing, w.before = alerts, now
	if changed {
		w.state.Standing, w.state.Groups = keepAlerts(alerts), keepGroups(now)
		w.save()
	}
}

// sameGroups reports whether two snapshots have the same groups of the same streams.
func sameGroups(a, b *model.Snapshot) bool {
	return a != nil && slices.EqualFunc(keepGroups(a), keepGroups(b), func(s, t keptStream) bool {
		return bytes.Equal(s.Key, t.Key) && slices.EqualFunc(s.Groups, t.Groups, bytes.Equal)
	})
}

// Missed is called when the server couldn't be read at a moment. When that lasts, it is an alert.
func (w *Watcher) Missed(err error, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away.IsZero() {
		w.away = now
	}
	if w.state.UnreachableSince != nil || now.Sub(w.away) < unreachableAfter {
		return
	}
	since := w.away.UTC()
	w.state.UnreachableSince = &since
	id, n := w.unreachableNotice(since, err.Error())
	w.begin(id, &n)
	w.save()
}

// back ends the alert that the server is away.
func (w *Watcher) back(at time.Time) bool {
	w.away = time.Time{}
	if w.state.UnreachableSince == nil {
		return false
	}
	id, n := w.unreachableNotice(*w.state.UnreachableSince, "")
	at = at.UTC()
	n.ID, n.Status, n.EndedAt = id+"-"+Ended, Ended, &at
	w.state.UnreachableSince = nil
	w.end(id, &n)
	return true
}

func (w *Watcher) unreachableNotice(since time.Time, why string) (id string, n Notice) {
	id = identity(w.options.Bus.Server, unreachable, fmt.Sprint(since.UnixMilli()))
	text := "the server can't be read"
	if why != "" {
		text += ": " + why
	}
	return id, Notice{
		ID: id + "-" + Began, Status: Began, Kind: unreachable, Text: text, BeganAt: since,
		Advice: "Nothing is known of its streams and groups until it answers.",
	}
}

// begin queues a beginning for each receiver.
func (w *Watcher) begin(id string, n *Notice) {
	for i := range w.options.Receivers {
		r := &w.options.Receivers[i]
		if !w.state.Queues[r.key()].begin(id, n, w.options.waiting) {
			w.options.Say(fmt.Sprintf("dropped, as %d notices wait for %s: %s", w.options.waiting, r, n.line()))
		}
		w.poke(r.key())
	}
}

func (w *Watcher) end(id string, n *Notice) {
	for i := range w.options.Receivers {
		r := &w.options.Receivers[i]
		if !w.state.Queues[r.key()].end(id, n, w.options.waiting) {
			w.options.Say(fmt.Sprintf("dropped with its beginning, as %d notices wait for %s: %s", w.options.waiting, r, n.line()))
		}
		w.poke(r.key())
	}
}

// poke wakes a worker, which needn't be waiting.
func (w *Watcher) poke(key string) {
	select {
	case w.wake[key] <- struct{}{}:
	default:
	}
}

// save writes the file. An error is said once; the watcher goes on, and only a restart would tell something twice.
func (w *Watcher) save() {
	text := ""
	if err := w.state.save(w.options.Path); err != nil {
		text = err.Error()
	}
	if text != "" && text != w.unsaved {
		w.options.Say(text)
	}
	w.unsaved = text
}

// Close tells what waits, for max 5 seconds, and ends the watcher. It returns how many notices are left for the next start.
func (w *Watcher) Close() (left int, err error) {
	w.cancel()
	w.workers.Wait()
	w.client.CloseIdleConnections()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, q := range w.state.Queues {
		left += len(q.Waiting)
	}
	return left, errors.Join(w.state.save(w.options.Path), w.held.Close())
}
