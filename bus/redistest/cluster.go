package redistest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// clusterSlots is the number of hash slots of every cluster.
const clusterSlots = 16384

// formTimeout is the max time for a cluster or a sentinel set to agree: a new cluster stays down for two seconds on purpose,
// the rest is for a busy machine.
const formTimeout = 60 * time.Second

// Cluster is a Redis Cluster of masters only.
type Cluster struct {
	Nodes []*Server // each owns an equal share of the slots, in order

	opts []Option // of each node
}

// StartCluster starts a cluster of n masters that cover all slots, and returns once every node reports
// cluster_state:ok. It takes two to three seconds, because a new cluster refuses work for that long.
func StartCluster(t testing.TB, n int, opts ...Option) *Cluster {
	t.Helper()
	requireInstalled(t)
	c := &Cluster{Nodes: make([]*Server, n), opts: opts}
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			st := newSettings(opts)
			st.cluster = true
			c.Nodes[i], errs[i] = launch(st)
		})
	}
	wg.Wait()
	for _, node := range c.Nodes {
		if node != nil {
			bind(t, node)
		}
	}
	for _, err := range errs {
		if err != nil {
			t.Fatalf("%v", err)
		}
	}
	if err := c.form(t.Context()); err != nil {
		t.Fatalf("redistest: form a cluster: %v", err)
	}
	ready := func() bool { return c.agrees(t.Context()) }
	if !holdsWithin(formTimeout, ready) {
		t.Fatalf("redistest: the cluster did not become ok within %s", formTimeout)
	}
	return c
}

// Addrs returns the nodes' addresses.
func (c *Cluster) Addrs() []string {
	addrs := make([]string, len(c.Nodes))
	for i, node := range c.Nodes {
		addrs[i] = node.Addr()
	}
	return addrs
}

// Client returns a new cluster client; the caller closes it.
func (c *Cluster) Client() *redis.ClusterClient {
	return redis.NewClusterClient(&redis.ClusterOptions{Addrs: c.Addrs()})
}

// Owner returns the node that holds key's slot, as the first node sees it.
func (c *Cluster) Owner(ctx context.Context, key string) (*Server, error) {
	slot, err := c.Nodes[0].probe().ClusterKeySlot(ctx, key).Result()
	if err != nil {
		return nil, fmt.Errorf("redistest: the slot of %q: %w", key, err)
	}
	shares, err := c.Nodes[0].probe().ClusterSlots(ctx).Result() //nolint:staticcheck // CLUSTER SHARDS came with Redis 7
	if err != nil {
		return nil, fmt.Errorf("redistest: the owner of slot %d: %w", slot, err)
	}
	for _, share := range shares {
		if int64(share.Start) > slot || slot > int64(share.End) || len(share.Nodes) == 0 {
			continue
		}
		for _, node := range c.Nodes {
			if share.Nodes[0].Addr == node.Addr() {
				return node, nil
			}
		}
	}
	return nil, fmt.Errorf("redistest: nobody owns slot %d of %q", slot, key)
}

// Add starts another master, which has no slots yet, and returns once all nodes know each other.
func (c *Cluster) Add(t testing.TB) *Server {
	t.Helper()
	st := newSettings(c.opts)
	st.cluster = true
	node, err := launch(st)
	if node != nil {
		bind(t, node)
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := node.Client().Do(t.Context(), "CLUSTER", "SET-CONFIG-EPOCH", len(c.Nodes)+1).Err(); err != nil { // see form
		t.Fatalf("redistest: set the epoch of an added node: %v", err)
	}
	if err := node.Client().ClusterMeet(t.Context(), "127.0.0.1", strconv.Itoa(c.Nodes[0].Port())).Err(); err != nil {
		t.Fatalf("redistest: make an added node meet the cluster: %v", err)
	}
	c.Nodes = append(c.Nodes, node)
	known := fmt.Sprintf("cluster_known_nodes:%d\r\n", len(c.Nodes))
	if !holdsWithin(formTimeout, func() bool {
		for _, node := range c.Nodes {
			info, err := node.probe().ClusterInfo(t.Context()).Result()
			if err != nil || !strings.Contains(info, known) || !strings.Contains(info, "cluster_state:ok\r\n") {
				return false
			}
		}
		return true
	}) {
		t.Fatalf("redistest: the cluster did not take the added node within %s", formTimeout)
	}
	return node
}

// Replace starts a new, empty node with the slots of a killed one; the other nodes forget the dead node.
func (c *Cluster) Replace(t testing.TB, dead *Server, deadID string) *Server {
	t.Helper()
	i := slices.Index(c.Nodes, dead)
	first, last := c.share(i)
	c.Nodes = slices.Delete(c.Nodes, i, i+1)
	for _, node := range c.Nodes {
		if err := node.Client().ClusterForget(t.Context(), deadID).Err(); err != nil {
			t.Fatalf("redistest: forget %s: %v", dead.Addr(), err)
		}
	}
	node := c.Add(t)
	if err := node.Client().ClusterAddSlotsRange(t.Context(), int(first), int(last)).Err(); err != nil {
		t.Fatalf("redistest: give the new node its slots: %v", err)
	}
	return node
}

// share returns the slots of node i.
func (c *Cluster) share(i int) (first, last int64) {
	n := int64(len(c.Nodes))
	return int64(i) * clusterSlots / n, int64(i+1)*clusterSlots/n - 1
}

// form gives each node its slots and makes them meet.
func (c *Cluster) form(ctx context.Context) error {
	for i, node := range c.Nodes {
		client := node.Client()
		first, last := c.share(i)
		if err := client.ClusterAddSlotsRange(ctx, int(first), int(last)).Err(); err != nil {
			return fmt.Errorf("give node %d its slots: %w", i, err)
		}
		// Nodes that meet with equal epochs take some seconds to agree on their order. A slot that is moved meanwhile may end
		// without an owner: the third node considers the old owner's claim the newer one and makes the new owner give the
		// slot back, with its keys. Then each of the two redirects clients to the other for ever.
		if err := client.Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err(); err != nil {
			return fmt.Errorf("set the epoch of node %d: %w", i, err)
		}
		for _, other := range c.Nodes[:i] {
			if err := client.ClusterMeet(ctx, "127.0.0.1", strconv.Itoa(other.Port())).Err(); err != nil {
				return fmt.Errorf("make node %d meet %s: %w", i, other.Addr(), err)
			}
		}
	}
	return nil
}

// agrees reports whether every node knows all others and all slots, and serves.
func (c *Cluster) agrees(ctx context.Context) bool {
	for _, node := range c.Nodes {
		info, err := node.probe().ClusterInfo(ctx).Result()
		if err != nil {
			return false
		}
		for _, line := range []string{
			"cluster_state:ok\r\n",
			fmt.Sprintf("cluster_slots_ok:%d\r\n", clusterSlots),
			fmt.Sprintf("cluster_known_nodes:%d\r\n", len(c.Nodes)),
			fmt.Sprintf("cluster_size:%d\r\n", len(c.Nodes)),
		} {
			if !strings.Contains(info, line) {
				return false
			}
		}
	}
	return true
}
