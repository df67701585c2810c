package consume

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
	"streamdesk/model/series"
)

// stream is one stream of a consumer.
type stream struct {
	key     string
	literal bool // its type was named in full, so the stream is created when missing
	set     *streamSet
	shard   *shard
	account account     // guarded by the ledger
	recover atomic.Bool // own pending entries must be recovered

	// Guarded by the set.
	attached bool      // the group is known to exist
	lost     bool      // the group existed once, so it is recreated at its old position
	missing  bool      // there is no such key; discovery reports when there is
	resting  time.Time // skipped until then
	failures int       // in a row
	// others is the lowest ID that other consumers had pending at the last check, zero when there was none.
	others model.Position
	// claimDue is when the reader was asked to claim others' idle entries; nil when it isn't asked.
	claimDue atomic.Pointer[time.Time]
	// sweeps is the number of sweeps that asked the reader; used by the sweep only.
	sweeps int
	// cursor is where the claim sweep goes on; used by the sweep only.
	cursor string
	// calm: nothing is claimed before this time, because the server stalled; used by the sweep only.
	calm time.Time
}

// streamSet is the streams of one consumer.
type streamSet struct {
	consumer *consumer
	types    []string // globs

	mu      sync.Mutex
	changed chan struct{} // closed and replaced when streams are added or woken: the readers of all slots wait for it
	byKey   map[string]*stream
	list    []*stream // by key
}

func newStreamSet(c *consumer) *streamSet {
	s := &streamSet{consumer: c, types: c.options.Types, changed: make(chan struct{}), byKey: make(map[string]*stream)}
	for _, glob := range s.types {
		if !model.HasGlob(glob) {
			s.add(c.all.conn.Prefix+glob, true)
		}
	}
	return s
}

// add adds a stream, or wakes it when it was missing.
func (s *streamSet) add(key string, literal bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.byKey[key]; old != nil {
		if old.missing {
			old.missing = false
			s.wake()
		}
		return
	}
	key = strings.Clone(key) // the original is a part of a reply
	entry := &stream{key: key, literal: literal, set: s, shard: s.consumer.shards.of(key), cursor: startCursor}
	entry.recover.Store(true)
	s.byKey[key] = entry
	i, _ := slices.BinarySearchFunc(s.list, key, func(e *stream, key string) int { return strings.Compare(e.key, key) })
	s.list = slices.Insert(s.list, i, entry)
	s.wake()
}

// wake makes every idle reader look at the streams again. Callers hold s.mu.
func (s *streamSet) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *streamSet) get(key string) *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byKey[key]
}

// all returns the streams, by key.
func (s *streamSet) all() []*stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// attachedOnes returns the streams whose group is known to exist.
func (s *streamSet) attachedOnes() []*stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	attached := make([]*stream, 0, len(s.list))
	for _, e := range s.list {
		if e.attached {
			attached = append(attached, e)
		}
	}
	return attached
}

// pick divides the streams to read now into ready ones, whose group exists, and unattached ones, where it must be created.
// until is when the next resting one is due, zero when none rests. changed is closed when there may be more to read.
func (s *streamSet) pick(mine func(*stream) bool) (ready, unattached []*stream, until time.Time, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for _, e := range s.list {
		switch {
		case e.missing || !mine(e):
		case e.resting.After(now):
			if until.IsZero() || e.resting.Before(until) {
				until = e.resting
			}
		case e.attached:
			ready = append(ready, e)
		default:
			unattached = append(unattached, e)
		}
	}
	return ready, unattached, until, s.changed
}

// change edits streams under the set's lock.
func (s *streamSet) change(edit func(*stream), streams ...*stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range streams {
		edit(e)
	}
}

// discover looks for streams of the wanted types, until ctx is done.
func (s *streamSet) discover(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var costs series.Costs
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		began := time.Now()
		if s.look(ctx) == nil {
			costs.Add(time.Since(began))
		}
		// A keyspace so large that a look takes long is looked at less often: max a fiftieth of the time.
		timer.Reset(max(s.consumer.options.Discovery, discoveryShare*costs.Typical()))
	}
}

const (
	// discoveryShare limits the time spent on discovery: two per cent.
	discoveryShare = 50
	// lookPatience is how long a look waits for one page of keys of a cluster's node, which takes well under a millisecond. A
	// frozen node delays new streams of the others by that time, and is asked again at the next look.
	lookPatience = time.Second
)

// notice adds an existing stream when its type is wanted.
func (s *streamSet) notice(key string) {
	name := string(model.TypeOf(key, s.consumer.all.conn.Prefix))
	if slices.ContainsFunc(s.types, func(glob string) bool { return model.MatchGlob(glob, name) }) {
		s.add(key, false)
	}
}

// look adds the streams that exist now, page by page as they arrive: a node of a cluster that doesn't answer doesn't hold
// back the others' streams. Its errors are those of the connection, which the reader reports, or a denied SCAN. Streams that
// are named in full are read even then.
func (s *streamSet) look(ctx context.Context) error {
	found := wire.NewKeySet()
	err := s.consumer.all.conn.ScanKeys(ctx, s.consumer.client, lookPatience, func(keys []wire.Reply) error {
		for _, key := range keys {
			s.notice(key.Text)
		}
		return found.Add(keys)
	})
	s.wakeMissing()
	return err
}

// wakeMissing marks missing streams that were named in full to be tried again.
func (s *streamSet) wakeMissing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.list {
		if e.missing && e.literal {
			e.missing = false
			s.wake()
		}
	}
}

// attach creates the group on each stream where it is missing: at the start for a stream that is new to this consumer, at the
// last acknowledged position for one whose group has vanished.
func (c *consumer) attach(ctx context.Context, streams []*stream) error {
	commands := make([][]any, len(streams))
	for i, s := range streams {
		var at model.Position // 0-0: the beginning
		if s.lost {
			at = c.resumeAt(ctx, s)
		}
		commands[i] = []any{"XGROUP", "CREATE", s.key, c.group, at.String()}
		if s.literal {
			commands[i] = append(commands[i], "MKSTREAM")
		}
	}
	replies, err := c.pipeline(ctx, commands)
	if err != nil {
		return err
	}
	for i, s := range streams {
		c.attached(ctx, s, replies[i])
	}
	return nil
}

// attached handles the answer to XGROUP CREATE.
func (c *consumer) attached(ctx context.Context, s *stream, answer wire.Reply) {
	switch {
	case answer.Kind != wire.KindError:
		c.streams.change(func(s *stream) { s.attached, s.failures = true, 0 }, s)
	case strings.HasPrefix(answer.Text, "BUSYGROUP"):
		c.learnFloor(ctx, s)
		c.streams.change(func(s *stream) { s.attached, s.failures = true, 0 }, s)
	case strings.Contains(answer.Text, "requires the key to exist"):
		c.streams.change(func(s *stream) { s.missing = true }, s)
	case c.learnFloor(ctx, s):
		// A server out of memory, or a user without the right to create groups, doesn't matter when the group exists.
		c.streams.change(func(s *stream) { s.attached, s.failures = true, 0 }, s)
	default:
		c.streamTrouble(s, wire.ServerError(answer.Text))
	}
}

// learnFloor finds the position of a group that existed before this consumer: delivered entries that aren't pending are
// acknowledged. It reports whether there is such a group.
func (c *consumer) learnFloor(ctx context.Context, s *stream) bool {
	replies, err := c.pipeline(ctx, [][]any{
		{"XINFO", "GROUPS", s.key}, {"XPENDING", s.key, c.group},
	})
	if err != nil {
		return false
	}
	for _, g := range replies[0].Elems {
		if g.Field("name").Text != c.group {
			continue
		}
		floor := g.Field("last-delivered-id").Position()
		if oldest := replies[1].At(1).Position(); !oldest.IsZero() {
			floor = oldest.Prev()
		}
		c.ledger.startAt(s, floor)
		return true
	}
	return false
}

// resumeAt returns where to recreate a group: where this consumer knows that everything before is acknowledged, but before
// the entries that other consumers had pending, and at the beginning when the stream itself was recreated.
func (c *consumer) resumeAt(ctx context.Context, s *stream) model.Position {
	at := c.ledger.resume(s)
	var others model.Position
	c.streams.change(func(s *stream) { others = s.others }, s)
	if !others.IsZero() && !others.After(at) {
		at = others.Prev()
	}
	info, err := c.do(ctx, "XINFO", "STREAM", s.key)
	if err == nil && info.Field("last-generated-id").Position().Before(at) {
		c.ledger.forget(s)
		return model.Position{}
	}
	return at
}

// streamTrouble skips a stream for a while, longer after each failure, and reports why.
func (c *consumer) streamTrouble(s *stream, err error) {
	var rest time.Duration
	c.streams.change(func(s *stream) {
		s.failures++
		rest = wire.StreamBackoff.After(s.failures)
		s.resting = time.Now().Add(rest)
		s.attached, s.lost = false, s.lost || s.attached
	}, s)
	if hook := c.all.hooks.StreamError; hook != nil {
		hook(c.group, s.key, err, rest)
	}
}

// groupLost reports whether err means that a group doesn't exist.
func groupLost(err error) bool {
	var answer wire.ServerError
	return errors.As(err, &answer) && strings.HasPrefix(string(answer), "NOGROUP")
}
