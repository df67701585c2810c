package observe

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR23_OldServersAreObservedInPartsWithTheSameResult(t *testing.T) {
	conn := &wire.Conn{Client: redistest.Start(t).Client(), Prefix: "events:"}
	b := New(conn.Look(), nil, nil, nil)
	for _, command := range [][]any{
		{"XADD", "events:a", "1-0", "f", "v"},
		{"XADD", "events:a", "2-0", "f", "v"},
		{"XADD", "events:b", "1-0", "f", "v"},
		{"XGROUP", "CREATE", "events:a", "g", "0"},
		{"XGROUP", "CREATE", "events:a", "h", "$"},
		{"XREADGROUP", "GROUP", "g", "c1", "COUNT", "1", "STREAMS", "events:a", ">"},
		{"SET", "events:text", "x"},
	} {
		if _, err := conn.DoOn(t.Context(), conn.Client, command...); err != nil {
			t.Fatal(err)
		}
	}
	keys := []string{"events:a", "events:b", "events:none", "events:text"}
	full := snapshotWithoutTimes(t, b, keys)
	conn.Learned.NoFullInfo.Store(true)
	parts := snapshotWithoutTimes(t, b, keys)
	if !reflect.DeepEqual(full, parts) {
		t.Errorf("in full  %+v\nin parts %+v", full, parts)
	}
}

// snapshotWithoutTimes leaves out what goes on between two snapshots.
func snapshotWithoutTimes(t *testing.T, b *Reader, keys []string) model.Snapshot {
	t.Helper()
	snap, err := b.Snapshot(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	snap.At = time.Time{}
	for i := range snap.Streams {
		for j := range snap.Streams[i].Groups {
			g := &snap.Streams[i].Groups[j]
			if g.Oldest != nil {
				g.Oldest.Idle = 0
			}
			for k := range g.Consumers {
				g.Consumers[k].Idle, g.Consumers[k].Inactive.N = 0, 0
			}
		}
	}
	return snap
}

func TestR23_PendingRowsAreFilteredHereWhereTheServerCannot(t *testing.T) {
	conn := &wire.Conn{Client: redistest.Start(t).Client(), Prefix: "events:"}
	b := New(conn.Look(), nil, nil, nil)
	const rows = 2*pendingPage + 50
	commands := make([][]any, 0, rows+3)
	for i := range rows {
		commands = append(commands, []any{"XADD", "events:a", fmt.Sprintf("%d-0", i+1), "f", "v"})
	}
	commands = append(commands, []any{"XGROUP", "CREATE", "events:a", "g", "0"},
		[]any{"XREADGROUP", "GROUP", "g", "c", "COUNT", rows, "STREAMS", "events:a", ">"},
		[]any{"XCLAIM", "events:a", "g", "c", "0", "7-0", "2040-0", "IDLE", "7200000", "JUSTID"})
	if _, err := conn.Pipeline(t.Context(), commands); err != nil {
		t.Fatal(err)
	}
	q := PendingQuery{Stream: "events:a", Group: "g", MinIdle: time.Hour}
	there, err := b.Pending(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	conn.Learned.NoPendingIdle.Store(true)
	here, err := b.Pending(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range [][]model.PendingEntry{there, here} {
		if len(got) != 2 || got[0].ID.Ms != 7 || got[1].ID.Ms != 2040 {
			t.Errorf("got %+v, want the two that are two hours idle", got)
		}
	}
	q.Count = 1
	if here, err = b.Pending(t.Context(), q); err != nil || len(here) != 1 {
		t.Errorf("asked for one row: %d rows, %v", len(here), err)
	}
}
