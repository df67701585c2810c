// Package websocket works as websocket_workers: it sends each event to the WebSocket clients whose filter it matches, as one
// JSON text message ([sink.AppendLine]).
//
// Every client gets every event that it asked for, whichever process of the group read it. Each process tails the streams
// without the group ([observe.Reader.Tail]) and broadcasts all events to its own clients, in the order of the entry IDs. The
// group only shares the acks: the process that gets an entry from the group acknowledges it once its own broadcast has passed
// that entry. So the group's pending entries and lag show how far the broadcast is behind, and an event that no process has
// broadcast stays pending. If the group's entries themselves were broadcast, through a channel between the processes, a
// workflow's events would arrive in the order in which several consumers happen to be ready, and twice after a redelivery.
//
// A client that reconnects names the last entry ID it has seen (?from=), and gets the missed events from the streams before
// the new ones. No event is lost with a killed process, as long as the streams keep it.
//
// A client never blocks the others or the group: its queue is bounded. When more events come, in a burst or because it is
// slow, it gets the rest from the streams as if it had reconnected. A client that isn't live again within MaxBehind is closed
// with code 4008 ([StatusTooSlow]); one that reads nothing for five seconds is cut off. Start reading at [New] for the
// settings, [Service.Run], and hub for the broadcast.
package websocket

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

// Options are the settings for who may connect, and how much a client may use.
type Options struct {
	// Origins are the allowed origins of browsers in addition to the server's own: hosts such as app.example.com, or with a
	// scheme, https://app.example.com; * stands for any part. A request without an origin doesn't come from a browser and is
	// allowed.
	Origins []string
	// Token is the token that a client has to send, as "Authorization: Bearer TOKEN", or as the subprotocol "bearer.TOKEN"
	// from a browser, which can set no header; empty means that none is required.
	Token string
	// Buffer is the max number of queued events of one client; beyond it the client isn't live any more and gets the rest
	// from the streams. 0 means [DefaultBuffer].
	Buffer int
	// MaxBehind is the max time until a client is live again; after it, the client is closed as too slow. 0 means
	// [DefaultMaxBehind].
	MaxBehind time.Duration
	// MaxClients is the max number of clients at a time; 0 means [DefaultMaxClients].
	MaxClients int
	// Ping is the interval of pings to a client; 0 means [DefaultPing].
	Ping time.Duration
}

// Defaults of [Options].
const (
	// DefaultBuffer is a second of events at 1,000 events/s, as long as a radio link pauses.
	DefaultBuffer = 1024
	// DefaultMaxBehind is the max age of an event that a person still considers live.
	DefaultMaxBehind = 30 * time.Second
	// DefaultMaxClients keeps the sockets and stacks of clients below about 300 MB.
	DefaultMaxClients = 10_000
	// DefaultPing is below the minute after which proxies usually close a silent connection.
	DefaultPing = 20 * time.Second
)

// Service is one consumer of the group. It implements [sink.Service] and [sink.Web].
type Service struct {
	setup   sink.Setup
	options Options
	log     *slog.Logger
	hub     *hub

	mu       sync.Mutex
	bus      *bus.Bus // nil before and after Run
	crew     *sink.Crew
	err      error // of the tail
	serving  context.Context
	clients  sync.WaitGroup // handlers of connections
	catching chan struct{}  // one place per client that catches up
}

var errNotRunning = errors.New("not consuming yet, or any more")

// New returns a new service. Options out of range are corrected; nothing else can be wrong with them.
func New(setup sink.Setup, o Options) *Service {
	o.Buffer = cmp.Or(max(o.Buffer, 0), DefaultBuffer)
	o.MaxBehind = cmp.Or(max(o.MaxBehind, 0), DefaultMaxBehind)
	o.MaxClients = cmp.Or(max(o.MaxClients, 0), DefaultMaxClients)
	o.Ping = cmp.Or(max(o.Ping, 0), DefaultPing)
	return &Service{
		setup: setup, options: o, log: setup.Logger(), hub: newHub(),
		err: errNotRunning, catching: make(chan struct{}, catchUps),
	}
}

// Name returns the group's name.
func (s *Service) Name() string { return s.setup.Group }

// Routes returns the handler of /ws.
func (s *Service) Routes() map[string]http.Handler {
	return map[string]http.Handler{"GET /ws": http.HandlerFunc(s.accept)}
}

// Health returns nil while events are broadcast.
func (s *Service) Health() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Connected returns the number of clients.
func (s *Service) Connected() int { return s.hub.connected() }

// Close does nothing: Run has closed everything.
func (s *Service) Close() error { return nil }

// Run broadcasts and consumes until ctx ends. Then it acknowledges what it has broadcast, and closes the clients with code
// 1012, which tells them to reconnect.
func (s *Service) Run(ctx context.Context, b *bus.Bus) error {
	at, err := s.positions(ctx, b)
	switch {
	case ctx.Err() != nil:
		return nil // stopped before it began
	case err != nil:
		return err
	}
	s.hub.begin(at)
	tailing, stopTail := context.WithCancel(context.WithoutCancel(ctx))
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopServing()
	ctx, crew := sink.NewCrew(ctx)
	s.mu.Lock()
	s.bus, s.serving, s.crew, s.err = b, serving, crew, nil
	s.mu.Unlock()

	crew.Go(func() { s.follow(tailing, b, at) })
	c := confirmation{service: s, bus: b, stopping: ctx}
	err = b.ConsumeBatch(ctx, s.setup.Group, c.confirm, s.setup.Options()...)
	stopTail()
	err = crew.Wait(err)

	s.mu.Lock()
	s.bus, s.err = nil, errNotRunning
	s.mu.Unlock()
	s.hub.end()
	s.part(crew, stopServing)
	return err
}

// partWait is how long clients have to read the last events and close: a normal client needs less, and it ends before SIGKILL
// follows SIGTERM.
const partWait = 2 * time.Second

// part waits until the clients are gone, and cuts off those that exceed partWait.
func (s *Service) part(crew *sink.Crew, cutOff context.CancelFunc) {
	gone := make(chan struct{})
	go crew.Guard(func() {
		s.clients.Wait()
		close(gone)
	})()
	timer := time.NewTimer(partWait)
	defer timer.Stop()
	select {
	case <-gone:
	case <-timer.C:
	}
	cutOff()
	<-gone
}

// positions returns the ends of the streams: entries after them are broadcast.
func (s *Service) positions(ctx context.Context, b *bus.Bus) (map[string]model.Position, error) {
	keys, err := b.Reader().Discover(ctx)
	if err != nil {
		return nil, err
	}
	at := make(map[string]model.Position, len(keys))
	if len(keys) == 0 {
		return at, nil
	}
	snapshot, err := b.Reader().Snapshot(ctx, keys)
	if err != nil {
		return nil, err
	}
	for _, stream := range snapshot.Streams {
		if stream.Problem == "" && !stream.Missing {
			at[stream.Key] = stream.Last
		}
	}
	return at, nil
}

const (
	// tailInterval is the interval of reads while events come. An event waits for the read after its millisecond, so that no earlier
	// one can come after it: for two milliseconds at most.
	tailInterval = time.Millisecond
	// tailQuiet is the interval of reads while none come; a hundred streams cost the server 1 % of a core then.
	tailQuiet = 5 * time.Millisecond
	// tailDiscover is the max wait of the first event of an unknown type.
	tailDiscover = 250 * time.Millisecond
)

// follow broadcasts the entries added to the streams after at.
func (s *Service) follow(ctx context.Context, b *bus.Bus, at map[string]model.Position) {
	options := tail.Options{
		Types: s.types(), After: at, From: model.Position{Seq: 1}, // a stream that isn't in at is new, and read from its beginning
		Interval: tailInterval, Quiet: tailQuiet, Discover: tailDiscover, Lossless: true, Ordered: true,
	}
	for batch, err := range b.Reader().Tail(ctx, options) {
		s.noteTail(err)
		if err == nil {
			s.hub.broadcast(b, batch.Entries)
		}
	}
}

// types returns the globs to tail. The known types are named too: their streams are watched before they exist.
func (s *Service) types() []string {
	globs := s.setup.Types
	if len(globs) == 0 {
		globs = []string{"*"}
	}
	all := append([]string{}, globs...)
	for _, t := range model.KnownTypes() {
		for _, glob := range globs {
			if model.MatchGlob(glob, string(t)) {
				all = append(all, string(t))
				break
			}
		}
	}
	return all
}

// noteTail keeps the tail's error for Health, and logs when it begins and ends.
func (s *Service) noteTail(err error) {
	s.mu.Lock()
	before := s.err
	s.err = err
	s.mu.Unlock()
	switch {
	case err != nil && before == nil:
		s.log.Error("the streams can't be followed; clients wait", "error", err)
	case err == nil && before != nil:
		s.log.Info("the streams are followed again; nothing was skipped")
	}
}
