package bus

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// localQueue is the max number of events that wait for one local handler. At 10,000 events a second it covers a pause of a
// tenth of a second, such as a garbage collection or a slow frame. A handler that is slower loses events.
const localQueue = 1024

// localHandlers are the handlers of [Bus.Subscribe]. The list is copied on change and read without a lock.
type localHandlers struct {
	list    atomic.Pointer[[]*localHandler]
	running sync.WaitGroup

	dropped atomic.Uint64 // events that slow handlers lost

	mu     sync.Mutex
	closed bool
}

// localHandler is one subscription with its queue and its goroutine.
type localHandler struct {
	pattern string
	handle  func(model.Event)
	bus     *Bus
	queue   chan model.Event
	quit    chan struct{} // closed to stop after the event in hand
	drain   chan struct{} // closed to stop after the events in the queue
	once    sync.Once
	lost    atomic.Uint64
}

// Subscribe calls h with each event that this bus publishes from now on and whose type matches pattern ([model.MatchGlob]).
// It works within this program only, without Redis, after the event was accepted. h runs in its own goroutine, with the
// events in their order; a panic is reported to [Hooks].LocalPanic. When h is more than a thousand events behind, it loses
// events: Publish never waits for it. Losses are reported to [Hooks].Dropped and counted in [Stats]. cancel ends the
// subscription: h finishes the current event and gets no further one.
func (b *Bus) Subscribe(pattern string, h func(model.Event)) (cancel func()) {
	s := &localHandler{
		pattern: pattern, handle: h, bus: b,
		queue: make(chan model.Event, localQueue), quit: make(chan struct{}), drain: make(chan struct{}),
	}
	l := &b.local
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return func() {}
	}
	l.set(append(slices.Clone(l.all()), s))
	l.running.Go(b.conn.Guard(s.run))
	return func() { l.remove(s) }
}

func (l *localHandlers) all() []*localHandler {
	if list := l.list.Load(); list != nil {
		return *list
	}
	return nil
}

func (l *localHandlers) set(list []*localHandler) { l.list.Store(&list) }

// notify queues e for every handler whose pattern matches. It never waits.
func (l *localHandlers) notify(e model.Event) {
	for _, s := range l.all() {
		if !model.MatchGlob(s.pattern, string(e.Type)) {
			continue
		}
		select {
		case s.queue <- e:
		default:
			s.drop()
		}
	}
}

func (s *localHandler) drop() {
	lost := s.lost.Add(1)
	s.bus.local.dropped.Add(1)
	if hook := s.bus.hooks.Dropped; hook != nil {
		hook(s.pattern, lost)
	}
}

func (s *localHandler) run() {
	for {
		select {
		case <-s.quit: // before anything else: select takes any case that is ready
			return
		default:
		}
		select {
		case <-s.quit:
			return
		case e := <-s.queue:
			s.call(e)
			continue
		default:
		}
		select {
		case <-s.quit:
			return
		case <-s.drain:
			return // the queue was empty a moment ago, and nobody adds to it any more
		case e := <-s.queue:
			s.call(e)
		}
	}
}

func (s *localHandler) call(e model.Event) {
	defer fault.Func(func(p *fault.PanicError) {
		if hook := s.bus.hooks.LocalPanic; hook != nil {
			hook(s.pattern, p.Value)
		}
	}).Catch()
	s.handle(e)
}

// remove ends one subscription.
func (l *localHandlers) remove(s *localHandler) {
	l.mu.Lock()
	l.set(slices.DeleteFunc(slices.Clone(l.all()), func(other *localHandler) bool { return other == s }))
	l.mu.Unlock()
	s.once.Do(func() { close(s.quit) })
}

// close ends all subscriptions after they have handled their queues, or when ctx is done.
func (l *localHandlers) close(ctx context.Context, crashed fault.Func) error {
	l.mu.Lock()
	l.closed = true
	list := l.all()
	l.set(nil)
	l.mu.Unlock()
	for _, s := range list {
		close(s.drain)
	}
	select {
	case <-crashed.Ended(&l.running):
		return nil
	case <-ctx.Done():
		for _, s := range list {
			s.once.Do(func() { close(s.quit) })
		}
		return fmt.Errorf("bus: close: a local handler: %w", ErrHandlerStuck)
	}
}
