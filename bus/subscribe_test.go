package bus_test

import (
	"sync/atomic"
	"testing"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestSubscribersSeeMatchingEventsInOrder(t *testing.T) {
	t.Parallel()
	b := openBus(t, redistest.Start(t))
	got := make(chan model.Event, 10)
	cancel := b.Subscribe("workflow.*", func(e model.Event) { got <- e })
	publish(t, b, event("workflow.started", "wf", 0))
	publish(t, b, event("audit.started", "wf", 1))
	publish(t, b, event("workflow.failed", "wf", 2))
	if first, second := <-got, <-got; first.Type != "workflow.started" || second.Type != "workflow.failed" || first.ID == "" {
		t.Errorf("saw %v, %v", first, second)
	}
	cancel()
	publish(t, b, event("workflow.started", "wf", 3))
	if err := b.Close(soon(t)); err != nil { // waits for handlers
		t.Error(err)
	}
	if len(got) != 0 {
		t.Errorf("saw %v after the cancel", <-got)
	}
}

func TestR22_ASlowSubscriberBlocksNobodyAndItsLossIsCounted(t *testing.T) {
	t.Parallel()
	var dropped atomic.Int64
	b := openBus(t, redistest.Start(t), bus.WithHooks(bus.Hooks{Dropped: func(string, uint64) { dropped.Add(1) }}))
	release := make(chan struct{})
	var slow, quick atomic.Int64
	b.Subscribe("*", func(model.Event) { <-release; slow.Add(1) })
	b.Subscribe("*", func(model.Event) { quick.Add(1) })
	const events = 3000
	for i := range events {
		publish(t, b, event("a.b", "wf", i))
		if i%500 == 499 { // within what a queue holds
			redistest.Eventually(t, patience, func() bool { return quick.Load() == int64(i+1) }, "the quick one sees every event")
		}
	}
	close(release)
	redistest.Eventually(t, patience, func() bool { return slow.Load()+dropped.Load() == events })
	if dropped.Load() == 0 || b.Stats().Dropped != uint64(dropped.Load()) {
		t.Errorf("dropped %d, counted %d", dropped.Load(), b.Stats().Dropped)
	}
}

func TestAPanickingSubscriberGoesOn(t *testing.T) {
	t.Parallel()
	var panics atomic.Int64
	b := openBus(t, redistest.Start(t), bus.WithHooks(bus.Hooks{LocalPanic: func(string, any) { panics.Add(1) }}))
	seen := make(chan string, 2)
	b.Subscribe("*", func(e model.Event) {
		seen <- string(e.Type)
		panic("broken")
	})
	publish(t, b, event("a.b", "wf", 0))
	publish(t, b, event("a.c", "wf", 1))
	if first, second := <-seen, <-seen; first != "a.b" || second != "a.c" {
		t.Errorf("saw %s, %s", first, second)
	}
	redistest.Eventually(t, patience, func() bool { return panics.Load() == 2 })
}
