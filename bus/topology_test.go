package bus_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR21_ClusterIsReadBySlotAndFollowsMovedSlots(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t, 3)
	client := cluster.Client()
	t.Cleanup(func() { _ = client.Close() })
	var told sync.Map
	b, err := bus.Open(t.Context(), client, bus.WithHooks(bus.Hooks{
		StreamError: func(_, stream string, err error, _ time.Duration) { told.Store(stream, err) },
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithConcurrency(2), bus.WithBlock(100*time.Millisecond))
	types := []model.Type{"workflow.started", "workflow.failed", "audit.started", "testing.started", "a2a.message", "deployment.failed"}
	n := 0
	some := func(rounds int) {
		for range rounds {
			for _, of := range types {
				publish(t, b, event(of, fmt.Sprint(n%5), n))
				n++
			}
		}
	}
	some(100)
	redistest.Eventually(t, patience, func() bool { return got.count() == n })
	cluster.MoveSlot(t, "events:workflow.started")
	some(100)
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == n && clusterPending(t, client, types) == 0 })
	got.mustBeInOrder(t)
	told.Range(func(stream, err any) bool {
		t.Errorf("%s: %v", stream, err)
		return true
	})
}

func clusterPending(t *testing.T, client *redis.ClusterClient, types []model.Type) int64 {
	t.Helper()
	sum := int64(0)
	for _, of := range types {
		p, err := client.XPending(t.Context(), "events:"+string(of), "workers").Result()
		if err != nil {
			return -1
		}
		sum += p.Count
	}
	return sum
}

func TestR21_SentinelFailoverIsFollowed(t *testing.T) {
	t.Parallel()
	set := redistest.StartSentinel(t)
	client := set.Client()
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond))
	for i := range 100 {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 100 })
	must(set.Master(t.Context()))(t).AwaitReplica(t) // replication is asynchronous: nothing is to be lost here
	promoted, _ := set.FailOver(t)
	for i := range 100 {
		publish(t, b, event(model.WorkflowStarted, "wf", 100+i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 200 }, "events published after the failover")
	mustHoldInOrder(t, promoted, "events:workflow.started", 200)
}

func TestR21_TLSAndACLUsersWork(t *testing.T) {
	t.Parallel()
	rights := "worker on >secret ~events:* ~dead:* -@all +ping +hello +info +scan +command +xadd +xreadgroup +xack +xpending +xclaim +xgroup|create +xinfo"
	if redistest.Has(t, "XAUTOCLAIM") {
		rights += " +xautoclaim"
	}
	s := redistest.Start(t, redistest.WithTLS(), redistest.WithACL(rights))
	options := *s.Options()
	options.Username, options.Password = "worker", "secret"
	client := redis.NewClient(&options)
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	got := newSeen()
	// No right to CLIENT: what can't be unblocked is cut off.
	stop := consume(t, b, "workers", got.handle, bus.WithBlock(time.Second))
	for i := range 100 {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 100 })
	if err := stop(); err != nil {
		t.Error(err)
	}
	if err := b.Close(soon(t)); err != nil {
		t.Error(err)
	}
	mustHoldInOrder(t, s, "events:workflow.started", 100)
}
