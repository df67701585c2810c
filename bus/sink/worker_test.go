package sink_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

// deadline is for a slow machine with a race detector; nothing waits for it.
const deadline = 60 * time.Second

// counting is a service that counts what it handles, and breaks down where and as often as it is told to.
type counting struct {
	name             string
	handled          atomic.Int64
	runs             atomic.Int64
	inRun, inCrew    atomic.Int64 // how many more times
	inHook           atomic.Int64
	closed, reopened atomic.Bool
}

func breaks(n *atomic.Int64) {
	if n.Add(-1) >= 0 {
		panic("a service's fault")
	}
}

func (c *counting) Name() string { return c.name }

func (c *counting) Run(ctx context.Context, b *bus.Bus) error {
	c.runs.Add(1)
	breaks(&c.inRun)
	ctx, crew := sink.NewCrew(ctx)
	crew.Go(func() { breaks(&c.inCrew) })
	return crew.Wait(b.Consume(ctx, c.name, func(context.Context, bus.Message) error {
		c.handled.Add(1)
		return nil
	}, bus.WithConsumer("one")))
}

func (c *counting) Hooks() bus.Hooks {
	return bus.Hooks{Delivered: func(group string, _ model.Key, _ int64) {
		if group == c.name {
			breaks(&c.inHook)
		}
	}}
}

func (c *counting) Health() error { return nil }
func (c *counting) Close() error  { c.closed.Store(true); return nil }
func (c *counting) Reopen() error { c.reopened.Store(true); return nil }

// work runs services as the work command does, until the test ends.
func work(t *testing.T, server *redistest.Server, services ...*sink.Worker) *bus.Bus {
	t.Helper()
	var hooks []bus.Hooks
	for _, w := range services {
		hooks = append(hooks, w.Hooks())
	}
	b, err := bus.Open(t.Context(), server.Client(), bus.WithHooks(bus.JoinHooks(hooks...)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, len(services))
	for _, w := range services {
		go func() { ended <- w.Run(ctx, b) }()
	}
	t.Cleanup(func() {
		cancel()
		for range services {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b
}

func newWorker(t *testing.T, c *counting) *sink.Worker {
	t.Helper()
	w, err := sink.NewWorker(t.Context(), c.name, nil, func(context.Context) (sink.Service, error) { return c, nil })
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAServiceThatPanicsStartsAgainAndItsNeighbourWorksOn(t *testing.T) {
	for name, where := range map[string]func(*counting) *atomic.Int64{
		"in Run":         func(c *counting) *atomic.Int64 { return &c.inRun },
		"in a goroutine": func(c *counting) *atomic.Int64 { return &c.inCrew },
		"in a hook":      func(c *counting) *atomic.Int64 { return &c.inHook },
	} {
		t.Run(name, func(t *testing.T) {
			server := redistest.Start(t)
			broken, well := &counting{name: "broken"}, &counting{name: "well"}
			where(broken).Store(2)
			bad, good := newWorker(t, broken), newWorker(t, well)
			b := work(t, server, bad, good)
			const events = 20
			for range events {
				if _, err := b.PublishSync(t.Context(), model.Event{Type: "workflow.started", WorkflowID: "wf"}); err != nil {
					t.Fatal(err)
				}
			}
			redistest.Eventually(t, deadline, func() bool { return broken.runs.Load() == 3 && bad.Health() != nil }, "it starts twice more, and says so")
			if text := bad.Health().Error(); !strings.Contains(text, "a service's fault") {
				t.Errorf("health: %s", text)
			}
			redistest.Eventually(t, deadline, func() bool { return broken.handled.Load() >= events && well.handled.Load() == events }, "both groups handle every event")
			if well.runs.Load() != 1 || good.Health() != nil {
				t.Errorf("the neighbour ran %d times, health %v", well.runs.Load(), good.Health())
			}
		})
	}
}

func TestAStoreThatIsAwayAtTheStartIsWaitedFor(t *testing.T) {
	server := redistest.Start(t)
	c := &counting{name: "late"}
	var there atomic.Bool
	w, err := sink.NewWorker(t.Context(), c.name, nil, func(context.Context) (sink.Service, error) {
		if !there.Load() {
			return nil, &sink.AwayError{Err: errors.New("the store sleeps")}
		}
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Health(); err == nil || !strings.Contains(err.Error(), "the store sleeps") {
		t.Errorf("health: %v", err)
	}
	if w.Reopen() != nil || c.reopened.Load() {
		t.Error("what isn't open was opened anew")
	}
	b := work(t, server, w)
	if _, err := b.PublishSync(t.Context(), model.Event{Type: "workflow.started", WorkflowID: "wf"}); err != nil {
		t.Fatal(err)
	}
	there.Store(true)
	redistest.Eventually(t, deadline, func() bool { return c.handled.Load() == 1 }, "the event is handled")
	redistest.Eventually(t, deadline, func() bool { return w.Health() == nil }, "all is well")
	if w.Reopen() != nil || !c.reopened.Load() || w.Close() != nil || !c.closed.Load() {
		t.Error("the service isn't reached through the worker")
	}
}

func TestWhatOnlyAPersonMendsIsSaidAtOnce(t *testing.T) {
	wrong := errors.New("wrong password")
	if _, err := sink.NewWorker(t.Context(), "g", nil, func(context.Context) (sink.Service, error) { return nil, wrong }); !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
	calls := 0
	w, err := sink.NewWorker(t.Context(), "g", nil, func(context.Context) (sink.Service, error) {
		calls++
		if calls == 1 {
			return nil, &sink.AwayError{Err: errors.New("it starts")}
		}
		return nil, wrong
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), nil); !errors.Is(err, wrong) {
		t.Errorf("Run: %v", err)
	}
}
