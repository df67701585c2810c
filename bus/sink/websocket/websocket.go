// Package websocket works as websocket_workers: it sends each event to the WebSocket clients whose filter it meets, as one
// JSON text message ([sink.AppendLine]).
//
// Every client gets every event that it asked for, whichever process of the group read it: each process follows the
// streams by itself ([observe.Reader.Tail], which reads without a group) and broadcasts what it sees to its own clients, in one
// order for all, that of the entry IDs. What the group shares out is only the account: the process that a group's entry
// was delivered to acknowledges it once its own broadcast has passed that entry, so that the pending entries and the lag of
// the group tell how far the broadcast is behind, and an event that nobody has broadcast stays pending. Had the entries of
// the group themselves been broadcast, through a channel between the processes, a workflow's events would arrive in the
// order in which several consumers happen to be ready, and twice after a redelivery.
//
// A client that comes back names the last entry ID it has seen (?from=), and gets what it missed from the streams before
// what is new: no event is lost with a process that was killed, as long as the streams keep it.
//
// A client never holds up the others or the group: what waits for it is bounded, and one that more comes for, in a burst or
// because it is slow, gets the rest from the streams as if it had come back. Who isn't live again within MaxBehind is closed
// with code 4008 ([StatusTooSlow]); who takes nothing for five seconds is cut off.
// Start reading at [New] for what is set, [Service.Run], and hub for the broadcast.
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

// Options say who may connect, and what a client may cost.
type Options struct {
	// Origins are the origins that may connect from browsers beside the server's own: hosts such as app.example.com, or
	// with a scheme, https://app.example.com; * stands for any part. A request without an origin comes from no browser,
	// and is allowed.
	Origins []string
	// Token is what a client has to show, as "Authorization: Bearer TOKEN", or as the subprotocol "bearer.TOKEN" where a
	// browser can set no header; empty means nobody is asked.
	Token string
	// Buffer is how many events wait for one client; when more come it isn't live any more, and gets what it lacks from the
	// streams. 0 means [DefaultBuffer].
	Buffer int
	// MaxBehind is how long a client may take to become live again before it is closed as too slow; 0 means
	// [DefaultMaxBehind].
	MaxBehind time.Duration
	// MaxClients is how many may be connected at a time; 0 means [DefaultMaxClients].
	MaxClients int
	// Ping is how often a client is asked whether it is still there; 0 means [DefaultPing].
	Ping time.Duration
}

// Defaults of [Options].
const (
	// DefaultBuffer covers a second at 1,000 events/s, as long as a radio link pauses.
	DefaultBuffer = 1024
	// DefaultMaxBehind is how old an event may be that still counts as live to a person.
	DefaultMaxBehind = 30 * time.Second
	// DefaultMaxClients keeps the sockets and stacks of clients below about 300 MB.
	DefaultMaxClients = 10_000
	// DefaultPing is below the minute after which proxies commonly close a silent connection.
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
	catching chan struct{}  // a place for each client that catches up
}

var errNotRunning = errors.New("not consuming yet, or any more")

// New makes a service; nothing can be wrong with its options but their ranges, which are set right.
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

// Name is the group's name.
func (s *Service) Name() string { return s.setup.Group }

// Routes are /ws.
func (s *Service) Routes() map[string]http.Handler {
	return map[string]http.Handler{"GET /ws": http.HandlerFunc(s.accept)}
}

// Health is nil while events are broadcast.
func (s *Service) Health() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Connected is how many clients there are.
func (s *Service) Connected() int { return s.hub.connected() }

// Close does nothing: Run has closed all there is.
func (s *Service) Close() error { return nil }

// Run broadcasts and consumes until ctx ends; then it acknowledges what it has broadcast, and closes the clients with code
// 1012, which tells them to come back.
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

// partWait is how long clients have to take the last events and to say good-bye: a reader needs no longer, and SIGTERM is
// followed by SIGKILL in time.
const partWait = 2 * time.Second

// part waits until the clients are gone, and cuts off those that take too long.
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

// positions are the ends of the streams: what comes behind them is broadcast.
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
	// tailInterval: an event waits for two reads, so that none that comes before it can come after it.
	tailInterval = 5 * time.Millisecond
	// tailDiscover is how long the first event of a type that nobody knows may wait.
	tailDiscover = 250 * time.Millisecond
)

// follow broadcasts what is added to the streams from at on.
func (s *Service) follow(ctx context.Context, b *bus.Bus, at map[string]model.Position) {
	options := tail.Options{
		Types: s.types(), After: at, From: model.Position{Seq: 1}, // a stream that isn't in at is new, and read from its beginning
		Interval: tailInterval, Discover: tailDiscover, Lossless: true, Ordered: true,
	}
	for batch, err := range b.Reader().Tail(ctx, options) {
		s.noteTail(err)
		if err == nil {
			s.hub.broadcast(b, batch.Entries)
		}
	}
}

// types are the globs to follow. The known types are named too: their streams are watched from before they exist.
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

// noteTail keeps the tail's trouble for Health, and tells when it begins and ends.
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
