package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// flowing is how many events fill several batches, so that two of them are on their way at a time.
const flowing = 2000

// publishAtOnce publishes events with the numbers 0 … flowing-1 through a proxy that holds all of them back, calls meanwhile, and
// lets them go.
func publishAtOnce(t *testing.T, b *bus.Bus, proxy *redistest.Proxy, meanwhile func()) {
	t.Helper()
	publish(t, b, event(model.WorkflowProgress, "wf", 0))
	if err := b.Flush(soon(t)); err != nil { // the connection is made
		t.Fatal(err)
	}
	proxy.Pause()
	for i := 1; i < flowing; i++ {
		publish(t, b, event(model.WorkflowProgress, "wf", i))
	}
	meanwhile()
	proxy.Resume()
}

// numbered matches the XADD of the event with a number.
func numbered(i int) func([]string) bool {
	data := fmt.Sprintf(`"data":{"n":%d}`, i)
	return func(words []string) bool {
		return words[0] == "xadd" && strings.Contains(words[len(words)-1], data)
	}
}

func TestR02_WhatIsLostOfTwoBatchesOnTheirWayIsSentAgainInOrder(t *testing.T) {
	for name, lose := range map[string]func(*redistest.Proxy, int) <-chan struct{}{
		"replies":  func(p *redistest.Proxy, i int) <-chan struct{} { return p.DropReplyTo(numbered(i)) },
		"requests": func(p *redistest.Proxy, i int) <-chan struct{} { return p.DropRequestTo(numbered(i)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := redistest.Start(t)
			proxy := redistest.StartProxy(t, s.Addr())
			b := openThrough(t, s, proxy)
			var struck <-chan struct{}
			publishAtOnce(t, b, proxy, func() {
				for _, i := range []int{7, 250, 500, 777, flowing - 1} { // one that goes out while another is lost isn't lost
					struck = lose(proxy, i)
				}
			})
			if err := b.Flush(soon(t)); err != nil {
				t.Fatal(err)
			}
			<-struck // the last one
			mustHoldInOrder(t, s, "events:workflow.progress", flowing)
			told := s.Client().Do(t.Context(), "CLIENT", "INFO").Err() == nil // Redis 6.2
			if n := b.Stats().Resent; n != 0 && told {
				t.Errorf("%d are said to be perhaps double", n)
			}
		})
	}
}

func TestR09_WhatIsRefusedOfTwoBatchesOnTheirWayGoesOnInOrder(t *testing.T) {
	s := redistest.Start(t)
	proxy := redistest.StartProxy(t, s.Addr())
	b := openThrough(t, s, proxy)
	publishAtOnce(t, b, proxy, func() { setMemory(t, s, "1") })
	redistest.Eventually(t, patience, func() bool {
		return errors.Is(b.Publish(t.Context(), event("a.b", "wf", 0)), bus.ErrMemory)
	}, "refused")
	setMemory(t, s, "0")
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	mustHoldInOrder(t, s, "events:workflow.progress", flowing)
}

func setMemory(t *testing.T, s *redistest.Server, most string) {
	t.Helper()
	if err := s.Client().ConfigSet(t.Context(), "maxmemory", most).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestR10_AReplicaThatBecomesTheMasterGetsTwoBatchesInOrder(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	proxy := redistest.StartProxy(t, s.Addr())
	var down atomic.Int64
	b := openThrough(t, s, proxy, bus.WithHooks(bus.Hooks{Disconnected: func(string, error) { down.Add(1) }}))
	publishAtOnce(t, b, proxy, func() {
		if err := s.Client().ReplicaOf(t.Context(), "127.0.0.1", "1").Err(); err != nil {
			t.Fatal(err)
		}
	})
	redistest.Eventually(t, patience, func() bool { return down.Load() > 0 }, "refused")
	if err := s.Client().ReplicaOf(t.Context(), "NO", "ONE").Err(); err != nil {
		t.Fatal(err)
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	mustHoldInOrder(t, s, "events:workflow.progress", flowing)
}

func TestR02_WhoeverWaitsForTwoBatchesOnTheirWayIsToldWhichAreUncertain(t *testing.T) {
	s := redistest.Start(t)
	proxy := redistest.StartProxy(t, s.Addr())
	b := openThrough(t, s, proxy)
	if _, err := b.PublishSync(soon(t), event("a.b", "wf", 0)); err != nil {
		t.Fatal(err)
	}
	proxy.Pause()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	events := make([]model.Event, flowing)
	for i := range events {
		events[i] = event("a.b", "wf", i+1)
	}
	_, err := b.PublishSync(ctx, events...)
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		t.Fatalf("PublishSync = %v", err)
	}
	uncertain, unsent := 0, 0
	for _, failure := range joined.Unwrap() {
		switch {
		case errors.Is(failure, fault.ErrUncertain) && unsent == 0:
			uncertain++
		case !errors.Is(failure, fault.ErrUncertain) && errors.Is(failure, context.DeadlineExceeded):
			unsent++
		default:
			t.Fatalf("after %d uncertain and %d unsent: %v", uncertain, unsent, failure)
		}
	}
	if uncertain == 0 || uncertain > 500 || uncertain+unsent != flowing {
		t.Errorf("%d are uncertain, and %d weren't sent", uncertain, unsent)
	}
	proxy.Resume()
	if _, err := b.PublishSync(soon(t), event("a.b", "wf", uncertain+1)); err != nil {
		t.Fatal(err)
	}
	mustHoldInOrder(t, s, "events:a.b", uncertain+2) // what was sent, and nothing else
}

func TestCloseGivesUpTwoBatchesOnTheirWay(t *testing.T) {
	s := redistest.Start(t)
	proxy := redistest.StartProxy(t, s.Addr())
	b := openThrough(t, s, proxy)
	publishAtOnce(t, b, proxy, func() {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := b.Close(ctx)
		if !errors.Is(err, bus.ErrUnpublished) || !errors.Is(err, fault.ErrUncertain) || !errors.Is(err, bus.ErrClosed) {
			t.Errorf("Close = %v", err)
		}
	})
}
