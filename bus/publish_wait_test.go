package bus_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR12_WaitSucceedsWithALiveReplicaAndTellsWhenItIsGone(t *testing.T) {
	t.Parallel()
	master := redistest.Start(t)
	replica := redistest.Start(t, redistest.WithConfig("replicaof", "127.0.0.1", strconv.Itoa(master.Port())))
	// The link counts as up only once the first synchronisation is through.
	redistest.Eventually(t, patience, func() bool {
		info := replica.Client().InfoMap(t.Context(), "replication").Item("Replication", "master_link_status")
		return info == "up"
	}, "the replica to follow")
	b := openBus(t, master, bus.WithWait(1, patience))
	ids, err := b.PublishSync(soon(t), event("a.b", "wf", 0), event("a.b", "wf", 1))
	if err != nil {
		t.Fatal(err)
	}
	// WAIT has answered, so the replica has them: no waiting here.
	copied := replica.Client().XRange(t.Context(), "events:a.b", "-", "+").Val()
	if len(copied) != 2 || copied[1].ID != ids[1].String() {
		t.Errorf("the replica holds %v, want %v", copied, ids)
	}

	replica.Kill()
	hurried := openBus(t, master, bus.WithWait(1, 50*time.Millisecond))
	ids, err = hurried.PublishSync(soon(t), event("a.b", "wf", 2))
	if !errors.Is(err, bus.ErrReplicas) || ids[0].IsZero() {
		t.Errorf("PublishSync = %v, %v; want an ID and ErrReplicas", ids, err)
	}
	if n := master.Client().XLen(t.Context(), "events:a.b").Val(); n != 3 {
		t.Errorf("the master holds %d entries, want 3: what no replica has is there all the same", n)
	}
}

func TestR12_WaitTellsWhenReplicasAreMissing(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s, bus.WithWait(1, time.Millisecond))
	ids, err := b.PublishSync(soon(t), event("a.b", "wf", 0))
	if !errors.Is(err, bus.ErrReplicas) || ids[0].IsZero() {
		t.Errorf("PublishSync = %v, %v; want an ID and ErrReplicas", ids, err)
	}
}

func TestR12_WaitForTheFileNeverPassesUnanswered(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, redistest.WithAppendOnly("everysec"))
	b := openBus(t, s, bus.WithWaitAOF(0, patience))
	can := must(b.Reader().Server(t.Context()))(t).Can
	ids, err := b.PublishSync(soon(t), event(model.WorkflowStarted, "wf", 0))
	if ids[0].IsZero() || errors.Is(err, bus.ErrReplicas) == can.WaitAOF {
		t.Errorf("PublishSync = %v, %v on a server that can WAITAOF: %t", ids, err, can.WaitAOF)
	}
}
