package bus_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// clusterBuses opens buses on a cluster, each with a client of its own.
func clusterBuses(t *testing.T, cluster *redistest.Cluster, n int, option func(i int) bus.Option) []*bus.Bus {
	t.Helper()
	buses := make([]*bus.Bus, n)
	for i := range buses {
		client := cluster.Client()
		t.Cleanup(func() { _ = client.Close() })
		buses[i] = must(bus.Open(t.Context(), client, option(i)))(t)
		t.Cleanup(func() { _ = buses[i].Close(soon(t)) })
	}
	return buses
}

// On a cluster the schedules of streams are on different nodes. Two processes move what is due, and each event is in its stream
// once, in the order in which they were due.
func TestOnAClusterWhatIsDueIsAddedOnceAndInOrder(t *testing.T) {
	t.Parallel()
	const streams, each = 9, 40
	cluster := redistest.StartCluster(t, 3)
	var moved atomic.Int64
	buses := clusterBuses(t, cluster, 2, func(int) bus.Option {
		return bus.WithHooks(bus.Hooks{Moved: func(_ string, ids []model.Position) { moved.Add(int64(len(ids))) }})
	})
	past, owners := time.Now().Add(-time.Hour), map[string]bool{}
	for i := range streams * each {
		e := model.Event{ID: fmt.Sprintf("e-%04d", i), Type: model.Type(fmt.Sprintf("order.s%d", i%streams))}
		must(buses[0].PublishAt(t.Context(), e, past.Add(time.Duration(i)*time.Millisecond)))(t)
	}
	got := newSeen()
	for _, b := range buses {
		consume(t, b, "workers", got.handle)
	}
	redistest.Eventually(t, patience, func() bool { return got.count() >= streams*each }, "all events")
	if handled := len(got.all()); handled != streams*each || moved.Load() != streams*each {
		t.Errorf("%d handled and %d moved, want %d of each", handled, moved.Load(), streams*each)
	}
	client := cluster.Client()
	defer client.Close()
	for i := range streams {
		key := fmt.Sprintf("events:order.s%d", i)
		var ids []string
		for _, e := range client.XRange(t.Context(), key, "-", "+").Val() {
			text, _ := e.Values["data"].(string)
			_, id, _ := strings.Cut(text, `"id":"`)
			ids = append(ids, id[:6])
		}
		if len(ids) != each || !slices.IsSorted(ids) {
			t.Errorf("%s has %q, want %d in the order in which they were due", key, ids, each)
		}
		if n := client.Exists(t.Context(), model.ScheduledKey(key)).Val(); n != 0 {
			t.Errorf("what was added to %s is still scheduled", key)
		}
		owners[must(cluster.Owner(t.Context(), key))(t).Addr()] = true
	}
	if len(owners) < 2 {
		t.Errorf("all streams are on one node")
	}
}

// staysPaused publishes events for a group that is paused, and waits until its two processes have read twice more what is set
// for it: they have read nothing else meanwhile. It returns when the group, which was resumed then, has handled all.
func staysPaused(t *testing.T, b *bus.Bus, settings *redistest.Server, got *seen, from int) {
	t.Helper()
	handled := got.count()
	for i := range 60 {
		publish(t, b, event(model.Type(fmt.Sprintf("order.s%d", i%6)), fmt.Sprintf("wf-%d", i%7), from+i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	reads, _ := callsOf(t, settings.Client(), "get")
	redistest.Eventually(t, patience, func() bool { now, _ := callsOf(t, settings.Client(), "get"); return now >= reads+4 }, "the settings are read again")
	if n := got.count(); n != handled {
		t.Errorf("%d were handled while the group was paused", n-handled)
	}
	carry(t, b, &change.ResumeGroup, nil)
	redistest.Eventually(t, patience, func() bool { return got.count() >= handled+60 }, "all events are handled")
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") == 0 }, "all are acknowledged")
	if n := len(got.all()); n != handled+60 {
		t.Errorf("%d were handled, want %d", n, handled+60)
	}
}

// The key of a pause is on one node of a cluster; the consumers of all nodes' streams follow it.
func TestAPauseHoldsOnAllNodesOfACluster(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t, 3)
	var ears [2]heard
	buses := clusterBuses(t, cluster, 2, func(i int) bus.Option { return ears[i].option() })
	got := newSeen()
	for _, b := range buses {
		consume(t, b, "workers", got.handle)
	}
	for i := range 60 {
		publish(t, buses[0], event(model.Type(fmt.Sprintf("order.s%d", i%6)), fmt.Sprintf("wf-%d", i%7), i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 60 }, "the first events")
	carry(t, buses[0], &change.PauseGroup, change.Values{"for": "10m", "by": "ann"})
	redistest.Eventually(t, patience, func() bool { return ears[0].paused.Load() == 1 && ears[1].paused.Load() == 1 }, "both know of the pause")
	staysPaused(t, buses[0], must(cluster.Owner(t.Context(), model.PauseKey("events:", "workers")))(t), got, 60)
}

// A pause is replicated: the master that Sentinel promotes has it, and the group doesn't go on between the two.
func TestAPauseOutlivesAFailover(t *testing.T) {
	t.Parallel()
	set := redistest.StartSentinel(t)
	var ears heard
	client := set.Client()
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client, ears.option()))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	var once sync.Once
	first := make(chan struct{})
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		once.Do(func() { close(first) })
		return got.handle(ctx, m)
	}, bus.WithBlock(100*time.Millisecond))
	publish(t, b, event("order.s0", "wf", 0))
	<-first
	carry(t, b, &change.PauseGroup, change.Values{"for": "10m", "by": "ann"})
	redistest.Eventually(t, patience, func() bool { return ears.paused.Load() == 1 }, "the pause is known")
	must(set.Master(t.Context()))(t).AwaitReplica(t)
	promoted, _ := set.FailOver(t)
	staysPaused(t, b, promoted, got, 1)
	if n := ears.paused.Load(); n != 1 || ears.resumed.Load() != 1 {
		t.Errorf("told %d times that it is paused and %d times that it goes on", n, ears.resumed.Load())
	}
}
