package bus_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR13_WhatCannotBeHandledIsDeadLetteredAndTheStreamGoesOn(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	c := s.Client()
	for _, fields := range [][]string{
		{"data", "no JSON", "x", "\x00\xff", "x", "again"},
		{"other", "field"},
		{"data", `{"id":"panics","type":"workflow.started","workflow_id":"wf1"}`},
		{"data", `{"id":"fails","type":"workflow.started","workflow_id":"wf2"}`},
		{"data", `{"id":"term","type":"workflow.started","workflow_id":"wf3"}`},
		{"data", `{"id":"fine","type":"workflow.started","workflow_id":"wf1"}`},
	} {
		if err := c.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:workflow.started", Values: fields}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	got := newSeen()
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		_ = got.handle(ctx, m)
		switch m.Event.ID {
		case "panics":
			panic("oh no")
		case "fails":
			return errors.New("always")
		case "term":
			return bus.Term(errors.New("hopeless"))
		}
		return nil
	}, bus.WithMaxDeliver(3), bus.WithBackoff(wire.Backoff{First: time.Millisecond, Max: time.Millisecond}))
	redistest.Eventually(t, patience, func() bool { return got.count() == 4 && pending(t, b, "workers") == 0 })
	if calls := got.byEvent; calls["panics"] != 3 || calls["fails"] != 3 || calls["term"] != 1 || calls["fine"] != 1 {
		t.Errorf("calls = %v", calls)
	}
	dead, err := b.Reader().DeadLetters(t.Context(), "events:workflow.started", model.MaxPosition, 10)
	if err != nil || len(dead) != 5 {
		t.Fatalf("%d dead letters, %v", len(dead), err)
	}
	reasons := make(map[string]model.DeadLetter)
	for _, d := range dead {
		if d.Group != "workers" || d.Origin.Stream != "events:workflow.started" {
			t.Errorf("dead letter %+v", d)
		}
		reasons[d.Reason] = d
	}
	if d := reasons["the handler panicked: oh no"]; d.Attempt != 3 {
		t.Errorf("panic: %+v", d)
	}
	if d := reasons["hopeless"]; d.Attempt != 1 {
		t.Errorf("term: %+v", d)
	}
	found := false
	for _, d := range dead {
		if fmt.Sprint(d.Original) == fmt.Sprint([]model.Field{{Name: "data", Value: "no JSON"}, {Name: "x", Value: "\x00\xff"}, {Name: "x", Value: "again"}}) {
			found = true
		}
	}
	if !found {
		t.Errorf("the broken entry's fields did not survive: %+v", dead)
	}
}

func TestR13_TheDeadLetterIsWrittenBeforeTheAck(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	// No dead letter can be written, so nothing may be acknowledged.
	if err := s.Client().Set(t.Context(), "dead:events:workflow.started", "in the way", 0).Err(); err != nil {
		t.Fatal(err)
	}
	var troubles atomic.Int64
	b2 := openBus(t, s, bus.WithHooks(bus.Hooks{StreamError: func(string, string, error, time.Duration) { troubles.Add(1) }}))
	publish(t, b, event(model.WorkflowStarted, "wf", 0))
	consume(t, b2, "workers", func(context.Context, bus.Message) error { return bus.Term(errors.New("hopeless")) })
	redistest.Eventually(t, patience, func() bool { return troubles.Load() > 1 })
	if n := pending(t, b, "workers"); n != 1 {
		t.Errorf("%d pending, want 1", n)
	}
	if err := s.Client().Del(t.Context(), "dead:events:workflow.started").Err(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool {
		return pending(t, b, "workers") == 0 && s.Client().XLen(t.Context(), "dead:events:workflow.started").Val() == 1
	})
}

func TestR14_EntriesDeletedWhilePendingAreCountedAndCleared(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	var gone atomic.Int64
	b := openBus(t, s, bus.WithHooks(bus.Hooks{Gone: func(_ string, keys []model.Key) { gone.Add(int64(len(keys))) }}))
	const events = 30
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	deadConsumerTakes(t, s, "events:workflow.started", events)
	if err := s.Client().XTrimMaxLen(t.Context(), "events:workflow.started", 10).Err(); err != nil {
		t.Fatal(err)
	}
	got := newSeen()
	// One comes in the dead one's name and looks at its own entries, the other takes over.
	for _, name := range []string{"dead", "other"} {
		consume(t, b, "workers", got.handle, bus.WithConsumer(name), bus.WithAckWait(50*time.Millisecond))
	}
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") == 0 && got.count() == 10 && gone.Load() >= 20 })
	for _, m := range got.all() {
		if m.Fields == nil {
			t.Errorf("the handler saw the empty %s", m.Key())
		}
	}
}
