package bus_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// consumersOf are the consumers of a group of a stream.
func consumersOf(t *testing.T, b *bus.Bus, stream, group string) []model.Consumer {
	t.Helper()
	g := must(b.Reader().Snapshot(t.Context(), []string{stream}))(t).Streams[0].Group(group)
	if g == nil {
		t.Fatalf("no group %s on %s", group, stream)
	}
	return g.Consumers
}

// leavesInTime has consumers stop until they leave none behind: a stopping one has a tenth of a second to delete its name, which a busy
// machine doesn't always give it.
func leavesInTime(t *testing.T, stop func(b *bus.Bus) (left []model.Consumer)) {
	t.Helper()
	redistest.Eventually(t, patience, func() bool { return len(stop(openBus(t, redistest.Start(t)))) == 0 }, "names are deleted")
}

func TestAMadeUpNameIsGoneAfterAStopInGoodOrder(t *testing.T) {
	t.Parallel()
	leavesInTime(t, func(b *bus.Bus) (left []model.Consumer) {
		got := newSeen()
		made := consume(t, b, "made-up", got.handle)
		given := consume(t, b, "given", got.handle, bus.WithConsumer("worker-1"))
		publish(t, b, event("a.b", "wf", 0))
		publish(t, b, event("a.c", "wf", 0))
		redistest.Eventually(t, patience, func() bool {
			return len(got.all()) == 4 && pending(t, b, "made-up")+pending(t, b, "given") == 0
		})
		for _, stop := range []func() error{made, given} {
			if err := stop(); err != nil {
				t.Errorf("Consume = %v", err)
			}
		}
		for _, stream := range []string{"events:a.b", "events:a.c"} {
			left = append(left, consumersOf(t, b, stream, "made-up")...)
			if kept := consumersOf(t, b, stream, "given"); len(kept) != 1 || kept[0].Name != "worker-1" {
				t.Errorf("%s: a name that was given is for coming back under, got %+v", stream, kept)
			}
		}
		return left
	})
}

func TestAMadeUpNameStaysWhereItHoldsSomethingPending(t *testing.T) {
	t.Parallel()
	leavesInTime(t, func(b *bus.Bus) (left []model.Consumer) {
		tried := newSeen()
		stop := consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
			_ = tried.handle(ctx, m)
			if m.Event.Type == "a.b" {
				return bus.RetryAfter(time.Hour, errors.New("not today"))
			}
			return nil
		})
		publish(t, b, event("a.b", "wf-1", 0))
		publish(t, b, event("a.c", "wf-2", 0))
		redistest.Eventually(t, patience, func() bool { return tried.count() == 2 && pending(t, b, "workers") == 1 })
		if err := stop(); err != nil {
			t.Errorf("Consume = %v", err)
		}
		if kept := consumersOf(t, b, "events:a.b", "workers"); len(kept) != 1 || kept[0].Pending != 1 {
			t.Errorf("what is pending is lost with its consumer: %+v", kept)
		}
		left = consumersOf(t, b, "events:a.c", "workers")
		got := newSeen()
		consume(t, b, "workers", got.handle, bus.WithSweep(10*time.Millisecond))
		redistest.Eventually(t, patience, func() bool { return got.count() == 1 && pending(t, b, "workers") == 0 }, "the next one takes it over")
		return left
	})
}
