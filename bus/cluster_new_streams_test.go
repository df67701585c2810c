package bus_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR25_NewStreamsAreFoundWhileANodeIsDead(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*redistest.Server){"killed": (*redistest.Server).Kill, "frozen": (*redistest.Server).Pause} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cluster := clusterOf(t)
			dead := cluster.Nodes[1]
			alive := typesOf(t, cluster, dead, false, 3)
			client := cluster.Client()
			t.Cleanup(func() { _ = client.Close() })
			b := must(bus.Open(t.Context(), client))(t)
			t.Cleanup(func() { _ = b.Close(soon(t)) })
			got := newSeen()
			consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond))
			must(b.PublishSync(soon(t), event(alive[0], "wf", 0)))(t)
			redistest.Eventually(t, patience, func() bool { return got.count() == 1 }, "the first stream is read")
			owners := make(map[model.Type]*redistest.Server)
			for _, of := range alive[1:] {
				owners[of] = must(cluster.Owner(t.Context(), "events:"+string(of)))(t)
			}
			end(dead)
			for i, of := range alive[1:] {
				add := redis.XAddArgs{Stream: "events:" + string(of), Values: []any{"data", fmt.Sprintf(`{"id":"new-%d","type":%q}`, i, of)}}
				if err := owners[of].Client().XAdd(t.Context(), &add).Err(); err != nil { // another program does
					t.Fatal(err)
				}
				redistest.Eventually(t, patience, func() bool { return got.count() == 2+i }, of, " is read while the node is dead")
			}
			keys, err := b.Reader().Discover(t.Context())
			if err == nil || len(keys) != len(alive) {
				t.Errorf("found are %q, %v; want the living nodes' %d and what became of the other", keys, err, len(alive))
			}
		})
	}
}

// readEach opens a bus on a cluster and consumes from it, until an event of each of the types was handled.
func readEach(t *testing.T, cluster *redistest.Cluster, types []model.Type) (*redis.ClusterClient, *bus.Bus, *seen) {
	t.Helper()
	client := cluster.Client()
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond))
	for _, of := range types {
		must(b.PublishSync(soon(t), event(of, "wf", 0)))(t)
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == len(types) }, "all streams are read")
	return client, b, got
}

func TestR06_DeletedStreamsOfAClusterAreReadWhenTheyComeBack(t *testing.T) {
	t.Parallel()
	cluster := clusterOf(t)
	types := typesOf(t, cluster, cluster.Nodes[0], true, 5) // a reader each, all on one node
	client, _, got := readEach(t, cluster, types)
	for _, of := range types {
		if err := client.Del(t.Context(), "events:"+string(of)).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for i, of := range types {
		add := redis.XAddArgs{Stream: "events:" + string(of), Values: []any{"data", fmt.Sprintf(`{"id":"again-%d","type":%q}`, i, of)}}
		if err := client.XAdd(t.Context(), &add).Err(); err != nil {
			t.Fatal(err)
		}
		redistest.Eventually(t, patience, func() bool { return got.count() == len(types)+i+1 }, of, " is read again")
	}
}

// A replica that had not been sent anything yet knows neither the streams nor their groups.
func TestR25_AnHeirWithoutTheStreamsIsReadFromTheirBeginning(t *testing.T) {
	t.Parallel()
	cluster := clusterOf(t)
	dead := cluster.Nodes[1]
	heir := replicaOf(t, cluster, dead)
	types := typesOf(t, cluster, dead, true, 3)
	_, b, got := readEach(t, cluster, types)
	dead.AwaitReplica(t)
	for _, undo := range []error{heir.ConfigSet(t.Context(), "replica-read-only", "no").Err(), heir.FlushAll(t.Context()).Err()} {
		if undo != nil {
			t.Fatal(undo)
		}
	}
	dead.Kill()
	redistest.Eventually(t, patience, func() bool {
		return heir.Do(t.Context(), "CLUSTER", "FAILOVER", "TAKEOVER").Err() == nil
	}, "the replica takes over")
	for i, of := range types {
		must(b.PublishSync(soon(t), event(of, "wf", 1)))(t)
		redistest.Eventually(t, patience, func() bool { return got.count() == len(types)+i+1 }, of, " is read at its heir")
	}
	if n := len(got.all()); n != 2*len(types) {
		t.Errorf("%d events were handled, want %d", n, 2*len(types))
	}
}
