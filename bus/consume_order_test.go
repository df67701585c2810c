package bus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR18_OrderPerWorkflowIsKeptThroughRetries(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	const workflows, each = 20, 30
	for i := range each {
		for w := range workflows {
			publish(t, b, event(model.WorkflowProgress, fmt.Sprint(w), i))
		}
	}
	done := newSeen()
	var attempts sync.Map
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		n, _ := attempts.LoadOrStore(m.Event.ID, new(atomic.Int64))
		var data struct{ N int }
		if err := json.Unmarshal(m.Event.Data, &data); err != nil {
			return err
		}
		if tries := n.(*atomic.Int64).Add(1); data.N%7 == 3 && tries < 3 {
			if data.N%2 == 0 {
				return bus.RetryAfter(time.Millisecond, errors.New("not yet"))
			}
			return errors.New("not yet")
		}
		return done.handle(ctx, m)
	}, bus.WithConcurrency(4), bus.WithBackoff(wire.Backoff{First: 2 * time.Millisecond, Max: 5 * time.Millisecond}))
	redistest.Eventually(t, patience, func() bool { return done.count() == workflows*each && pending(t, b, "workers") == 0 })
	done.mustBeInOrder(t)
}

func TestR18_AFailingWorkflowHoldsBackNobodyElse(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	got := newSeen()
	var mended atomic.Bool
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		if m.Event.WorkflowID == "broken" && !mended.Load() {
			return bus.RetryAfter(time.Millisecond, errors.New("its store is away"))
		}
		return got.handle(ctx, m)
	})
	for i := range 100 {
		publish(t, b, event(model.WorkflowProgress, "broken", i))
		publish(t, b, event(model.WorkflowProgress, "fine", i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 100 })
	mended.Store(true)
	redistest.Eventually(t, patience, func() bool { return got.count() == 200 && pending(t, b, "workers") == 0 })
	got.mustBeInOrder(t)
}

func TestR18_OrderIsKeptOverTheStreamsOfAWorkflow(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	c := s.Client()
	// Streams of very different density, whose entries take turns: with a small count, no read sees all of one moment.
	const moments = 3000
	pipe := c.Pipeline()
	for i := 1; i <= moments; i++ {
		of := "workflow.progress"
		switch {
		case i%100 == 50:
			of = "audit.completed"
		case i%10 == 5:
			of = "testing.started"
		}
		pipe.Do(t.Context(), "xadd", "events:"+of, fmt.Sprintf("%d-0", i), "data", fmt.Sprintf(`{"id":"%d","type":%q,"workflow_id":"wf"}`, i, of))
	}
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := openBus(t, s)
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithCount(20), bus.WithConcurrency(3))
	redistest.Eventually(t, patience, func() bool { return got.count() == moments && pending(t, b, "workers") == 0 })
	for i, m := range got.all() {
		if m.ID.Ms != uint64(i+1) {
			t.Fatalf("call %d was for %s", i+1, m.Key())
		}
	}
}
