package bus_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// filled adds n entries to a stream with IDs of one a second, the last of them now.
func filled(t *testing.T, client *redis.Client, stream string, n int) {
	t.Helper()
	first := time.Now().Add(-time.Duration(n)*time.Second).UnixMilli() + 1000
	pipe := client.Pipeline()
	for i := range n {
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, ID: fmt.Sprintf("%d-0", first+int64(i)*1000), Values: []string{"data", "{}"}})
	}
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// retained enforces a rule to its end, as the periodic work does, and returns how many entries are left.
func retained(t *testing.T, b *bus.Bus, client *redis.Client, stream string, rule change.Retention) int64 {
	t.Helper()
	for {
		result, err := b.Writer().Retain(t.Context(), stream, rule, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if result.Removed == 0 {
			return client.XLen(t.Context(), stream).Val()
		}
	}
}

func TestRetentionKeepsWhatAGroupNeeds(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	const stream, n = "events:order.paid", 3000
	filled(t, client, stream, n)
	client.XGroupCreate(t.Context(), stream, "g", "0")
	read := client.XReadGroup(t.Context(), &redis.XReadGroupArgs{Group: "g", Consumer: "c", Count: 2000, Streams: []string{stream, ">"}}).Val()
	var acked []string
	for i, m := range read[0].Messages {
		if i != 1500 { // the one that stays pending
			acked = append(acked, m.ID)
		}
	}
	client.XAck(t.Context(), stream, "g", acked...)

	rule := change.Retention{Pattern: "events:order.*", MaxLength: 500}
	plan, err := change.PlanRetention(t.Context(), b.Reader(), stream, rule, time.Now())
	if err != nil || plan.HeldBy != "g" || plan.Removable != model.Exactly(1500) || plan.Held != model.Exactly(1000) {
		t.Errorf("%+v, %v", plan, err)
	}
	// A node of a stream has up to a hundred entries, and goes whole.
	if left := retained(t, b, client, stream, rule); left < n-1500 || left >= n-1500+100 {
		t.Errorf("%d are left, want the %d from the pending one on, or a few more", left, n-1500)
	}
	if len(client.XRange(t.Context(), stream, read[0].Messages[1500].ID, read[0].Messages[1500].ID).Val()) != 1 {
		t.Error("the pending entry is gone")
	}
	client.XAck(t.Context(), stream, "g", read[0].Messages[1500].ID)
	if left := retained(t, b, client, stream, rule); left < 1000 || left >= 1100 {
		t.Errorf("%d are left, want the 1000 that were never delivered, or a few more", left)
	}
	client.XGroupDestroy(t.Context(), stream, "g")
	if left := retained(t, b, client, stream, change.Retention{Pattern: "*", MaxAge: 800 * time.Second}); left < 795 || left >= 901 {
		t.Errorf("%d are left, want those of the last 800 seconds, or a few more", left)
	}
	if left := retained(t, b, client, stream, rule); left < 500 || left >= 600 {
		t.Errorf("%d are left, want 500, or a few more", left)
	}
}

// Of three processes with a rule one removes, and what it removes is told with the commands.
func TestOneProcessEnforcesRetention(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	filled(t, client, "events:order.paid", 700)
	var removed atomic.Int64
	var commands atomic.Value
	for range 3 {
		own := redis.NewClient(server.Options())
		t.Cleanup(func() { _ = own.Close() })
		consuming(t, own, "g", func(context.Context, bus.Message) error { return nil },
			bus.WithRetention(change.Retention{Pattern: "events:*", MaxLength: 100}),
			bus.WithHooks(bus.Hooks{Trimmed: func(_ string, n int64, receipts []model.Receipt) {
				commands.Store(receipts[0].Command[0])
				removed.Add(n)
			}}))
	}
	redistest.Eventually(t, patience, func() bool { return commands.Load() != nil && removed.Load() > 0 }, "entries to be removed")
	if what := commands.Load(); what != "XTRIM" && what != "EVAL" {
		t.Errorf("it was told of %v", what)
	}
	keys := client.Keys(t.Context(), "retention:*").Val()
	if !slices.Equal(keys, []string{"retention:{events:}:lease"}) || client.PTTL(t.Context(), keys[0]).Val() <= 0 {
		t.Errorf("leases: %q", keys)
	}
}

func TestARuleThatKeepsEverythingIsRefused(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	for says, rule := range map[string]change.Retention{"without a pattern": {MaxLength: 1}, "no limit": {Pattern: "*"}, "negative": {Pattern: "*", MaxAge: -1}} {
		if b, err := bus.Open(t.Context(), server.Client(), bus.WithRetention(rule)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v, %v", rule, b, err)
		}
	}
}
