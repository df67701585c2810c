package bus_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR06_AVanishedGroupComesBackAtItsLastAckedPosition(t *testing.T) {
	t.Parallel()
	for name, vanish := range map[string]func(context.Context, *redis.Client) error{
		"XGROUP DESTROY": func(ctx context.Context, c *redis.Client) error {
			return c.XGroupDestroy(ctx, "events:workflow.started", "workers").Err()
		},
		"DEL":      func(ctx context.Context, c *redis.Client) error { return c.Del(ctx, "events:workflow.started").Err() },
		"FLUSHALL": func(ctx context.Context, c *redis.Client) error { return c.FlushAll(ctx).Err() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := redistest.Start(t)
			b := openBus(t, s)
			got := newSeen()
			consume(t, b, "workers", got.handle, bus.WithBlock(50*time.Millisecond), bus.WithDiscovery(20*time.Millisecond))
			for i := range 100 {
				publish(t, b, event(model.WorkflowStarted, "wf", i))
				publish(t, b, event(model.AuditStarted, "wf", i))
			}
			// The bus knows of its acks when they are counted; the server knows before.
			redistest.Eventually(t, patience, func() bool { return got.count() == 200 && b.Stats().Acked == 200 })
			if err := vanish(t.Context(), s.Client()); err != nil {
				t.Fatal(err)
			}
			for i := range 100 {
				publish(t, b, event(model.WorkflowStarted, "wf", i))
				publish(t, b, event(model.AuditStarted, "wf", i))
			}
			redistest.Eventually(t, patience, func() bool { return got.count() == 400 }, "later events of both streams")
			if n := len(got.all()); n != 400 {
				t.Errorf("%d calls for 400 events: acknowledged ones came back", n)
			}
		})
	}
}

func TestR06_WhatWasNotAckedComesBackWithTheGroup(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	release := make(chan struct{})
	got := newSeen()
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		if strings.Contains(string(m.Event.Data), `:50}`) {
			<-release
		}
		return got.handle(ctx, m)
	}, bus.WithBlock(50*time.Millisecond), bus.WithConcurrency(4))
	for i := range 100 {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i), i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() >= 75 })
	if err := s.Client().XGroupDestroy(t.Context(), "events:workflow.started", "workers").Err(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") > 0 }, "the group is back")
	close(release)
	redistest.Eventually(t, patience, func() bool { return got.count() == 100 && pending(t, b, "workers") == 0 })
}

func TestR07_FiftyStartersMakeAGroupOnce(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	got := newSeen()
	for range 50 {
		consume(t, b, "workers", got.handle, bus.WithTypes("workflow.started", "audit.*"))
	}
	const events = 500
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i), i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == events && pending(t, b, "workers") == 0 })
	if n := len(got.all()); n != events {
		t.Errorf("%d calls for %d events", n, events)
	}
}

func TestR08_AnUnreadableStreamIsToldAndTheOthersFlow(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, redistest.WithACL("limited on nopass ~events:workflow.* ~events:audit.started +@all"))
	if err := s.Client().Set(t.Context(), "events:workflow.failed", "no stream", 0).Err(); err != nil {
		t.Fatal(err)
	}
	admin := openBus(t, s)
	publish(t, admin, event("testing.started", "wf", 0)) // not for that user
	options := *s.Options()
	options.Username, options.Password = "limited", "any"
	client := redis.NewClient(&options)
	t.Cleanup(func() { _ = client.Close() })
	var mu sync.Mutex
	told := make(map[string][]time.Duration)
	b, err := bus.Open(t.Context(), client, bus.WithHooks(bus.Hooks{
		StreamError: func(_, stream string, err error, retryIn time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			word, _, _ := strings.Cut(err.Error(), " ")
			told[stream+" "+word] = append(told[stream+" "+word], retryIn)
		},
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle)
	const events = 300
	for i := range events {
		publish(t, admin, event(model.AuditStarted, "wf", i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == events })
	redistest.Eventually(t, patience, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(told["events:workflow.failed WRONGTYPE"]) > 0 && len(told["events:testing.started NOPERM"]) > 1
	})
	mu.Lock()
	defer mu.Unlock()
	for which, rests := range told {
		for i, rest := range rests {
			if least := (250 * time.Millisecond << i) / 2; rest < least && rest < 30*time.Second {
				t.Errorf("%s: rest %d is %s, want %s or more", which, i+1, rest, least)
			}
		}
	}
}
