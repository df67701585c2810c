package bus_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// patience is how long a test waits for what must come. It is long, for a machine that is busy with other things, and
// never waited for in full.
const patience = time.Minute

// soon is a context for what must not take longer than patience, so that a hang fails the one test, and with the reason
// that the bus gives. It outlives the test's own context, which has ended when cleanups run.
func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func TestPublishedEventsReachAConsumerInOrder(t *testing.T) {
	t.Parallel()
	b := openBus(t, redistest.Start(t))
	got := newSeen()
	consume(t, b, "workers", got.handle)
	const events = 2000
	for i := range events {
		publish(t, b, event(model.WorkflowProgress, fmt.Sprintf("wf-%d", i%7), i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() >= events }, "all events handled")
	got.mustBeInOrder(t)
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") == 0 }, "all acknowledged")
}

// openBus opens a bus on a server, and closes it when the test ends.
func openBus(t testing.TB, s *redistest.Server, opts ...bus.Option) *bus.Bus {
	t.Helper()
	b, err := bus.Open(t.Context(), s.Client(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(soon(t)); err != nil && !t.Failed() {
			t.Logf("close: %v", err)
		}
	})
	return b
}

// consume runs a consumer until the returned function is called, or the test ends; the function returns its error.
func consume(t testing.TB, b *bus.Bus, group string, h bus.Handler, opts ...bus.ConsumeOption) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Consume(ctx, group, h, opts...) }()
	stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-soon(t).Done():
			return fmt.Errorf("the consumer of %s has not stopped within %s", group, patience)
		}
	})
	t.Cleanup(func() {
		if err := stop(); err != nil && !t.Failed() {
			t.Logf("consume: %v", err)
		}
	})
	return stop
}

func event(of model.Type, workflow string, n int) model.Event {
	return model.Event{
		Type: of, WorkflowID: workflow, SourceAgent: "coordinator",
		Data: fmt.Appendf(nil, `{"n":%d}`, n),
	}
}

func publish(t testing.TB, b *bus.Bus, e model.Event) {
	t.Helper()
	if err := b.Publish(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// pending is how many entries a group has pending, over all streams.
func pending(t testing.TB, b *bus.Bus, group string) int64 {
	t.Helper()
	keys, err := b.Reader().Discover(t.Context())
	if err != nil {
		return -1
	}
	snapshot, err := b.Reader().Snapshot(t.Context(), keys)
	if err != nil {
		return -1
	}
	n := int64(0)
	for _, s := range snapshot.Streams {
		if g := s.Group(group); g != nil {
			n += g.Pending
		}
	}
	return n
}

// seen is a handler that remembers.
type seen struct {
	mu       sync.Mutex
	messages []bus.Message
	byEvent  map[string]int
	byType   map[model.Type]map[string]struct{} // the IDs of events
}

func newSeen() *seen {
	return &seen{byEvent: make(map[string]int), byType: make(map[model.Type]map[string]struct{})}
}

func (s *seen) handle(_ context.Context, m bus.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	s.byEvent[m.Event.ID]++
	of := s.byType[m.Event.Type]
	if of == nil {
		of = make(map[string]struct{})
		s.byType[m.Event.Type] = of
	}
	of[m.Event.ID] = struct{}{}
	return nil
}

// count is how many different events were seen.
func (s *seen) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byEvent)
}

// all are the messages so far.
func (s *seen) all() []bus.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]bus.Message(nil), s.messages...)
}

// mustBeInOrder checks that the first sightings of each workflow's entries in each stream have rising IDs.
func (s *seen) mustBeInOrder(t testing.TB) {
	t.Helper()
	last := make(map[string]model.Position)
	once := make(map[string]bool)
	for _, m := range s.all() {
		if once[m.Key().String()] {
			continue
		}
		once[m.Key().String()] = true
		key := m.Stream + " " + m.Event.WorkflowID
		if !m.ID.After(last[key]) {
			t.Errorf("%s: %s after %s", key, m.ID, last[key])
		}
		last[key] = m.ID
	}
}
