package bus_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// replicaOf starts a replica of a cluster's node, and waits until it has what the node has. It takes over only when it is told to.
func replicaOf(t testing.TB, cluster *redistest.Cluster, node *redistest.Server) *redis.Client {
	t.Helper()
	ctx := t.Context()
	replica := redistest.Start(t, redistest.WithConfig("cluster-enabled", "yes"), redistest.WithConfig("cluster-replica-no-failover", "yes")).Client()
	of := node.Client()
	if err := replica.ClusterMeet(ctx, "127.0.0.1", fmt.Sprint(node.Port())).Err(); err != nil {
		t.Fatal(err)
	}
	id := of.ClusterMyID(ctx).Val()
	redistest.Eventually(t, patience, func() bool { return replica.ClusterReplicate(ctx, id).Err() == nil }, "the replica knows its primary")
	redistest.Eventually(t, patience, func() bool {
		return strings.Contains(replica.Info(ctx, "replication").Val(), "master_link_status:up")
	}, "the replica follows")
	for _, client := range []*redis.Client{replica, cluster.Nodes[0].Client(), cluster.Nodes[1].Client(), cluster.Nodes[2].Client()} {
		redistest.Eventually(t, patience, func() bool {
			return strings.Contains(client.ClusterInfo(ctx).Val(), "cluster_known_nodes:4\r\n")
		}, "all nodes know each other")
	}
	return replica
}

func TestR25_WhoTookOverFromADeadNodeIsFoundAlsoAfterALostReply(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t, 3)
	const kind = "workflow.started"
	owner, err := cluster.Owner(t.Context(), "events:"+kind)
	if err != nil {
		t.Fatal(err)
	}
	replica := replicaOf(t, cluster, owner)
	proxy := redistest.StartProxy(t, owner.Addr())
	client := redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: cluster.Addrs(),
		Dialer: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if addr == owner.Addr() {
				addr = proxy.Addr()
			}
			var d net.Dialer
			return d.DialContext(ctx, network, addr)
		},
	})
	t.Cleanup(func() { _ = client.Close() })
	var flaps atomic.Int64
	b := must(bus.Open(t.Context(), client, bus.WithHooks(bus.Hooks{
		Reconnected: func(string, time.Duration) { flaps.Add(1) },
	})))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond))
	must(b.PublishSync(t.Context(), model.Event{ID: "before", Type: kind}))(t)
	redistest.Eventually(t, patience, func() bool { return got.count() == 1 }, "1 were handled")

	lost := proxy.DropReply("xadd")
	if err := b.Publish(t.Context(), model.Event{ID: "lost", Type: kind}); err != nil {
		t.Fatal(err)
	}
	<-lost
	owner.Kill()
	proxy.Close()
	redistest.Eventually(t, patience, func() bool {
		return replica.Do(t.Context(), "CLUSTER", "FAILOVER", "TAKEOVER").Err() == nil
	}, "the replica takes over")
	if err := b.Flush(soon(t)); err != nil {
		t.Fatalf("what was on its way didn't come through: %v", err)
	}
	must(b.PublishSync(soon(t), model.Event{ID: "after", Type: kind}))(t)
	redistest.Eventually(t, patience, func() bool { return got.count() == 3 }, "3 were handled")
	if n := flaps.Load(); n > 20 {
		t.Errorf("%d times connected again for one node that died", n)
	}
}
