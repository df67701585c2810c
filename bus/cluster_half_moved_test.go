package bus_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// halfMovedKeys are two streams of one slot.
var halfMovedKeys = []string{"{x}:k.a", "{x}:k.b"}

// onOneSlot serves a bus whose streams all lie in one slot of a cluster of two masters.
func onOneSlot(t *testing.T, hooks bus.Hooks) (*bus.Bus, *redis.ClusterClient, *redistest.Cluster) {
	t.Helper()
	cluster := redistest.StartCluster(t, 2)
	client := cluster.Client()
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client, bus.WithPrefix("{x}:"), bus.WithHooks(hooks)))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	return b, client, cluster
}

func TestR25_StreamsOfASlotThatIsHalfMovedFlowOn(t *testing.T) {
	t.Parallel()
	for moved, name := range []string{"begun", "one of two moved", "both moved"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var lost flaps
			b, _, cluster := onOneSlot(t, lost.hooks())
			got := newSeen()
			consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond))
			following := served{Bus: b}.follow(t, tail.Options{
				Types: []string{"k.a", "k.b"}, Interval: time.Millisecond, Lossless: true, Ordered: true,
			})
			load := startLoad(t, b, []model.Type{"k.a", "k.b"}, 0)
			sent := func() int64 { return load.sent["k.a"].Load() + load.sent["k.b"].Load() }
			flows := func(when string) {
				t.Helper()
				enough := sent() + 100
				redistest.Eventually(t, patience, func() bool { return int64(min(got.count(), shown(following))) > enough },
					"events are published, handled and shown "+when)
			}
			flows("at first")
			move := cluster.BeginMove(t, halfMovedKeys[0])
			for _, key := range halfMovedKeys[:moved] {
				move.Key(t, key)
			}
			flows("while the slot is on both sides")
			if w, r := lost.writer.Load(), lost.reader.Load(); w > 0 || r > int64(moved) { // a read that blocks as its stream goes is broken off
				t.Errorf("the writer lost its connection %d times, the reader %d times", w, r)
			}
			for _, key := range halfMovedKeys[moved:] {
				move.Key(t, key)
			}
			move.Finish(t)
			flows("after the slot has moved")
			load.stop()
			if err := b.Flush(soon(t)); err != nil {
				t.Fatal(err)
			}
			total := sent()
			redistest.Eventually(t, patience, func() bool { return int64(got.count()) == total && int64(shown(following)) >= total },
				"all events are handled and shown")
			if n := b.Stats().Delivered; n != uint64(total) {
				t.Errorf("%d deliveries of %d events", n, total)
			}
			if n := shown(following); int64(n) != total {
				t.Errorf("the tail shows %d of %d events", n, total)
			}
			got.mustBeInOrder(t)
			if w, r := lost.writer.Load(), lost.reader.Load(); w > 1 || r > 3 {
				t.Errorf("the writer lost its connection %d times, the reader %d times, for one slot that moved", w, r)
			}
		})
	}
}

// shown is how many entries a tail has brought.
func shown(f *tailing) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.entries)
}

func TestR25_OrderOverStreamsHoldsWhileTheirSlotIsHalfMoved(t *testing.T) {
	t.Parallel()
	_, _, cluster := onOneSlot(t, bus.Hooks{})
	from := must(cluster.Owner(t.Context(), halfMovedKeys[0]))(t)
	proxy := redistest.StartProxy(t, from.Addr())
	b := must(bus.Open(t.Context(), through(t, cluster, from, proxy), bus.WithPrefix("{x}:")))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond))
	must(b.PublishSync(soon(t), event("k.a", "wf", 0), event("k.b", "wf", 1)))(t)
	redistest.Eventually(t, patience, func() bool { return got.count() == 2 }, "both streams are read")
	move := cluster.BeginMove(t, halfMovedKeys[0])
	move.Key(t, halfMovedKeys[0])
	add := func(to *redistest.Server, key, id string) {
		pipe := to.Client().Pipeline()
		pipe.Do(t.Context(), "ASKING")
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: key, ID: id, Values: []any{"data", `{"id":"` + id + `","workflow_id":"wf"}`}})
		if _, err := pipe.Exec(t.Context()); err != nil {
			t.Errorf("add to %s: %v", key, err)
		}
	}
	between := sync.OnceFunc(func() {
		add(move.To, halfMovedKeys[0], "9999999999998-0")
		add(move.From, halfMovedKeys[1], "9999999999999-0")
	})
	proxy.DropRequestTo(func(request []string) bool {
		if strings.EqualFold(request[0], "xreadgroup") && slices.Equal(request[len(request)-2:], []string{halfMovedKeys[1], ">"}) &&
			strings.EqualFold(request[len(request)-3], "streams") {
			between() // the one stream has been read, and the other is about to be
		}
		return false
	})
	redistest.Eventually(t, patience, func() bool { return got.count() == 4 }, "what was added between two reads is handled")
	if all := got.all(); all[2].Stream != halfMovedKeys[0] || all[3].Stream != halfMovedKeys[1] {
		t.Errorf("%s came before %s", all[2].Key(), all[3].Key())
	}
}

func TestR25_WhatADeadConsumerHeldIsTakenOverFromASlotThatIsHalfMoved(t *testing.T) {
	t.Parallel()
	b, client, cluster := onOneSlot(t, bus.Hooks{})
	const each = 250
	for n := range 2 * each {
		publish(t, b, event(model.TypeOf(halfMovedKeys[n%2], "{x}:"), "wf", n))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	for _, key := range halfMovedKeys {
		if err := client.XGroupCreate(t.Context(), key, "workers", "0").Err(); err != nil {
			t.Fatal(err)
		}
		taken := must(client.XReadGroup(t.Context(), &redis.XReadGroupArgs{
			Group: "workers", Consumer: "dead", Streams: []string{key, ">"}, Count: each,
		}).Result())(t)
		if n := len(taken[0].Messages); n != each {
			t.Fatalf("the dead consumer has taken %d entries", n)
		}
	}
	cluster.BeginMove(t, halfMovedKeys[0]).Key(t, halfMovedKeys[0])
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond), bus.WithAckWait(time.Second))
	redistest.Eventually(t, patience, func() bool { return got.count() == 2*each }, "all that the dead consumer held is handled")
	redistest.Eventually(t, patience, func() bool {
		for _, key := range halfMovedKeys {
			if pending, err := client.XPending(t.Context(), key, "workers").Result(); err != nil || pending.Count > 0 {
				return false
			}
		}
		return true
	}, "and acknowledged")
}
