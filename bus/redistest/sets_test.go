package redistest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
)

func TestClusterServesKeysOfAllNodes(t *testing.T) {
	t.Parallel() // mostly waits
	c := redistest.StartCluster(t, 3)
	client := c.Client()
	t.Cleanup(func() { _ = client.Close() })
	owners := map[*redistest.Server]int{}
	for i := range 30 {
		key := fmt.Sprintf("events:%d", i)
		if err := client.XAdd(t.Context(), add(key)).Err(); err != nil {
			t.Fatalf("XADD %s: %v", key, err)
		}
		owner, err := c.Owner(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		if n := owner.Client().XLen(t.Context(), key).Val(); n != 1 {
			t.Errorf("%s is not on the node said to own it", key)
		}
		owners[owner]++
	}
	if len(owners) != 3 {
		t.Errorf("30 keys live on %d nodes", len(owners))
	}
	err := c.Nodes[0].Client().XRead(t.Context(), &redis.XReadArgs{
		Streams: []string{"events:1", "events:2", "events:3", "0", "0", "0"}, Block: -1,
	}).Err()
	if err == nil || !strings.HasPrefix(err.Error(), "CROSSSLOT") {
		t.Errorf("a read across slots got %v, want CROSSSLOT", err)
	}
}

func TestASlotMovesToTheNextNodeForEverybody(t *testing.T) {
	t.Parallel() // mostly waits
	c := redistest.StartCluster(t, 3)
	client := c.Client()
	t.Cleanup(func() { _ = client.Close() })
	if err := client.XAdd(t.Context(), add("s")).Err(); err != nil {
		t.Fatal(err)
	}
	from, to := c.MoveSlot(t, "s")
	if n := to.Client().XLen(t.Context(), "s").Val(); n != 1 {
		t.Errorf("%d entries on the new node", n)
	}
	for _, node := range c.Nodes {
		err := node.Client().XLen(t.Context(), "s").Err()
		if node != to && (err == nil || !strings.HasSuffix(err.Error(), to.Addr())) {
			t.Errorf("%s said %v, want MOVED to %s", node.Addr(), err, to.Addr())
		}
	}
	if owner, err := c.Owner(t.Context(), "s"); owner != to || from == to {
		t.Errorf("the owner is said to be %v, %v", owner, err)
	}
}

func TestSentinelFailsOver(t *testing.T) {
	t.Parallel() // mostly waits
	s := redistest.StartSentinel(t)
	client := s.Client()
	t.Cleanup(func() { _ = client.Close() })
	before, err := s.Master(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := client.XAdd(t.Context(), add("s")).Err(); err != nil {
		t.Fatal(err)
	}
	before.AwaitReplica(t)
	promoted, dead := s.FailOver(t)
	if dead != before || promoted == before {
		t.Errorf("the master was %s; after the failover it is %s", before.Addr(), promoted.Addr())
	}
	redistest.Eventually(t, patience, func() bool {
		return client.XAdd(t.Context(), add("s")).Err() == nil
	}, "the client follows the new master")
	if n := promoted.Client().XLen(t.Context(), "s").Val(); n < 2 {
		t.Errorf("the new master has %d entries, want the replicated one and a new one", n)
	}
}
