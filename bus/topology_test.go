package bus_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR21_ClusterIsReadBySlotAndFollowsMovedSlots(t *testing.T) {
	nodes := startCluster(t, 3)
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{nodes[0].Addr()}})
	t.Cleanup(func() { _ = client.Close() })
	var told sync.Map
	b, err := bus.Open(t.Context(), client, bus.WithHooks(bus.Hooks{
		StreamError: func(_, stream string, err error, _ time.Duration) { told.Store(stream, err) },
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(context.Background()) })
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
	moveSlot(t, nodes, "events:workflow.started")
	some(100)
	if err := b.Flush(t.Context()); err != nil {
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

// startCluster makes a cluster of n masters that share the slots evenly.
func startCluster(t *testing.T, n int) []*redistest.Server {
	t.Helper()
	nodes := make([]*redistest.Server, n)
	for i := range nodes {
		nodes[i] = redistest.Start(t, redistest.WithConfig("cluster-enabled", "yes"))
	}
	const slots = 16384
	for i, node := range nodes {
		c := node.Client()
		if err := c.Do(t.Context(), "cluster", "addslotsrange", slots*i/n, slots*(i+1)/n-1).Err(); err != nil {
			t.Fatal(err)
		}
		if err := c.ClusterMeet(t.Context(), "127.0.0.1", strconv.Itoa(nodes[0].Port())).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for _, node := range nodes {
		redistest.Eventually(t, patience, func() bool {
			info, _ := node.Client().ClusterInfo(t.Context()).Result()
			known, _ := node.Client().ClusterNodes(t.Context()).Result()
			return strings.Contains(info, "cluster_state:ok") && strings.Count(known, "connected") >= n && !strings.Contains(known, "handshake")
		}, "the cluster is up")
	}
	return nodes
}

// moveSlot moves the slot of a key, and the key, from its node to the next one.
func moveSlot(t *testing.T, nodes []*redistest.Server, key string) {
	t.Helper()
	ctx := t.Context()
	slot := int(nodes[0].Client().ClusterKeySlot(ctx, key).Val())
	from := slot * len(nodes) / 16384
	source, target := nodes[from].Client(), nodes[(from+1)%len(nodes)].Client()
	id := func(c *redis.Client) string { return c.Do(ctx, "cluster", "myid").Val().(string) }
	sourceID, targetID := id(source), id(target)
	for _, step := range []struct {
		on   *redis.Client
		args []any
	}{
		{target, []any{"cluster", "setslot", slot, "importing", sourceID}},
		{source, []any{"cluster", "setslot", slot, "migrating", targetID}},
		{source, []any{"migrate", "127.0.0.1", nodes[(from+1)%len(nodes)].Port(), key, 0, 5000}},
		{target, []any{"cluster", "setslot", slot, "node", targetID}},
		{source, []any{"cluster", "setslot", slot, "node", targetID}},
	} {
		if err := step.on.Do(ctx, step.args...).Err(); err != nil {
			t.Fatalf("%v: %v", step.args, err)
		}
	}
}

func TestR21_SentinelFailoverIsFollowed(t *testing.T) {
	master := redistest.Start(t)
	replica := redistest.Start(t, redistest.WithConfig("replicaof", "127.0.0.1", strconv.Itoa(master.Port())))
	sentinel, address := startSentinel(t, master)
	redistest.Eventually(t, patience, func() bool {
		list, err := sentinel.Replicas(t.Context(), "desk").Result()
		return err == nil && len(list) == 1 && list[0]["master-link-status"] == "ok"
	}, "the sentinel knows the replica")
	client := redis.NewFailoverClient(&redis.FailoverOptions{MasterName: "desk", SentinelAddrs: []string{address}})
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond))
	for i := range 100 {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 100 })
	redistest.Eventually(t, patience, func() bool { // replication is asynchronous: nothing is to be lost here
		n, err := replica.Client().XLen(t.Context(), "events:workflow.started").Result()
		return err == nil && n == 100
	})
	if err := sentinel.Failover(t.Context(), "desk").Err(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool {
		info, _ := replica.Client().Info(t.Context(), "replication").Result()
		return strings.Contains(info, "role:master")
	}, "the replica is the master")
	redistest.Eventually(t, patience, func() bool {
		info, _ := master.Client().Info(t.Context(), "replication").Result()
		return strings.Contains(info, "role:slave")
	}, "the master is a replica")
	for i := range 100 {
		publish(t, b, event(model.WorkflowStarted, "wf", 100+i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 200 }, "events published after the failover")
	mustHoldInOrder(t, replica, "events:workflow.started", 200)
}

// startSentinel starts a sentinel that watches a master by the name of desk, and is a quorum by itself.
func startSentinel(t *testing.T, master *redistest.Server) (client *redis.SentinelClient, address string) {
	t.Helper()
	port := redistest.Start(t) // its port is free once it is closed
	address = port.Addr()
	number := port.Port()
	if err := port.Close(); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nsentinel monitor desk 127.0.0.1 %d 1\n"+
		"sentinel down-after-milliseconds desk 1000\nsentinel failover-timeout desk 10000\n", number, filepath.Dir(config), master.Port())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	process := exec.Command("redis-server", config, "--sentinel")
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	client = redis.NewSentinelClient(&redis.Options{Addr: address})
	t.Cleanup(func() { _ = client.Close() })
	return client, address
}

func TestR21_TLSAndACLUsersWork(t *testing.T) {
	s := redistest.Start(t, redistest.WithTLS(), redistest.WithACL(
		"worker on >secret ~events:* ~dead:* &* -@all +ping +hello +info +scan +command +xadd +xreadgroup +xack +xpending +xclaim +xautoclaim +xgroup|create +xinfo"))
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
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
	mustHoldInOrder(t, s, "events:workflow.started", 100)
}
