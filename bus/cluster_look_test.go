package bus_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
)

// The client's own limit is longer than the test has patience.
func TestR25_ALookDoesntWaitForANodeThatIsSilentAndReplaced(t *testing.T) {
	t.Parallel()
	cluster := clusterOf(t)
	frozen := cluster.Nodes[1]
	replica := replicaOf(t, cluster, frozen)
	types := typesOf(t, cluster, frozen, true, 3)
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: cluster.Addrs(), ReadTimeout: 10 * patience})
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	for _, of := range types {
		must(b.PublishSync(soon(t), event(of, "wf", 0)))(t)
	}
	look := func() int {
		keys, err := b.Reader().Discover(soon(t))
		if err != nil {
			t.Logf("%d keys, %v", len(keys), err)
		}
		snapshot, err := b.Reader().Snapshot(soon(t), keys)
		if err != nil {
			t.Log(err)
		}
		n := 0
		for _, s := range snapshot.Streams {
			if s.Problem == "" && s.Length == 1 {
				n++
			}
		}
		return n
	}
	if n := look(); n != len(types) {
		t.Fatalf("%d streams are seen", n)
	}
	keys := must(b.Reader().Discover(t.Context()))(t)
	frozen.AwaitReplica(t)
	frozen.Pause()
	t.Cleanup(frozen.Resume)
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		_, _ = b.Reader().Snapshot(t.Context(), keys) // begun before the takeover, it may miss the node's streams
	}()
	redistest.Eventually(t, patience, func() bool {
		return replica.Do(t.Context(), "CLUSTER", "FAILOVER", "TAKEOVER").Err() == nil
	}, "the replica takes over")
	select {
	case <-looked:
	case <-time.After(patience):
		t.Fatal("a look waits for the frozen node")
	}
	redistest.Eventually(t, patience, func() bool { return look() == len(types) }, "all streams are seen at the heir")
}
