package redistest

import (
	"slices"
	"testing"
)

// SlotMove is a slot that moves from one node of a cluster to another, as in a resharding. Until it is finished, the old node
// sends clients that ask for a moved key to the new node with ASK, and answers TRYAGAIN to commands on several keys of which
// some have moved.
type SlotMove struct {
	From, To *Server

	cluster      *Cluster
	slot         int64
	fromID, toID string
}

// BeginMove begins to move the slot of key to the next node. It moves no key yet.
func (c *Cluster) BeginMove(t testing.TB, key string) *SlotMove {
	t.Helper()
	ctx := t.Context()
	c.awaitEpochs(t)
	from, err := c.Owner(ctx, key)
	if err != nil {
		t.Fatalf("%v", err)
	}
	to := c.Nodes[(slices.Index(c.Nodes, from)+1)%len(c.Nodes)]
	m := &SlotMove{
		From: from, To: to, cluster: c, slot: to.probe().ClusterKeySlot(ctx, key).Val(),
		fromID: from.probe().ClusterMyID(ctx).Val(), toID: to.probe().ClusterMyID(ctx).Val(),
	}
	m.tell(t, to, "CLUSTER", "SETSLOT", m.slot, "IMPORTING", m.fromID)
	m.tell(t, from, "CLUSTER", "SETSLOT", m.slot, "MIGRATING", m.toID)
	return m
}

// migrateTimeoutMillis is the timeout of MIGRATE for one key.
const migrateTimeoutMillis = 60_000

// Key moves one key of the slot.
func (m *SlotMove) Key(t testing.TB, key string) {
	t.Helper()
	m.tell(t, m.From, "MIGRATE", "127.0.0.1", m.To.Port(), key, 0, migrateTimeoutMillis) // NOKEY is no error
}

// Finish gives the slot to the new node. All its keys must have moved.
func (m *SlotMove) Finish(t testing.TB) {
	t.Helper()
	m.tell(t, m.To, "CLUSTER", "SETSLOT", m.slot, "NODE", m.toID) // the new owner first, so that its claim is the newest
	m.tell(t, m.From, "CLUSTER", "SETSLOT", m.slot, "NODE", m.toID)
	for _, node := range m.cluster.Nodes {
		if node != m.From && node != m.To {
			m.tell(t, node, "CLUSTER", "SETSLOT", m.slot, "NODE", m.toID)
		}
	}
}

func (m *SlotMove) tell(t testing.TB, node *Server, args ...any) {
	t.Helper()
	if err := node.Client().Do(t.Context(), args...).Err(); err != nil {
		t.Fatalf("redistest: move slot %d: %v: %v", m.slot, args, err)
	}
}

// MoveSlot moves the slot of key to the next node; key must be the only one in it.
func (c *Cluster) MoveSlot(t testing.TB, key string) (from, to *Server) {
	t.Helper()
	m := c.BeginMove(t, key)
	m.Key(t, key)
	m.Finish(t)
	return m.From, m.To
}
