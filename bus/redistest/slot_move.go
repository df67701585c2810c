package redistest

import (
	"slices"
	"testing"
)

// SlotMove is a slot on its way from one node of a cluster to another, as in a resharding. Until it is finished, clients that
// ask the old node for a key that has moved are sent to the new one with ASK, and those that ask it for several keys of
// which some have moved get TRYAGAIN.
type SlotMove struct {
	From, To *Server

	cluster      *Cluster
	slot         int64
	fromID, toID string
}

// BeginMove begins to move the slot of key to the next node. No key moves yet.
func (c *Cluster) BeginMove(t testing.TB, key string) *SlotMove {
	t.Helper()
	ctx := t.Context()
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

// migrateTimeoutMillis is how long the handover of one key may take, for MIGRATE.
const migrateTimeoutMillis = 60_000

// Key moves one key of the slot.
func (m *SlotMove) Key(t testing.TB, key string) {
	t.Helper()
	m.tell(t, m.From, "MIGRATE", "127.0.0.1", m.To.Port(), key, 0, migrateTimeoutMillis) // NOKEY is no error
}

// Finish gives the slot to the new node. All its keys have to have moved.
func (m *SlotMove) Finish(t testing.TB) {
	t.Helper()
	m.tell(t, m.To, "CLUSTER", "SETSLOT", m.slot, "NODE", m.toID) // the new owner first, which makes it the newest claim
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

// MoveSlot moves the slot of key to the next node, with key as the only one in it.
func (c *Cluster) MoveSlot(t testing.TB, key string) (from, to *Server) {
	t.Helper()
	m := c.BeginMove(t, key)
	m.Key(t, key)
	m.Finish(t)
	return m.From, m.To
}
