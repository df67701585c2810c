package bus_test

import (
	"errors"
	"strings"
	"testing"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestEntriesAreFoundByTheirIDs(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			added := s.add(t, "events:a", 1, 5)
			s.run(t, "XDEL", "events:a", "3-0")
			found := must(s.Reader().Entries(t.Context(), "events:a", ids(5, 3, 1, 9)))(t)
			if len(found) != 4 || found[0].Key() != added[4].Key() || len(found[0].Fields) == 0 || found[1].Fields != nil || found[1].ID != at(3) ||
				found[2].ID != at(1) || found[3].Fields != nil {
				t.Errorf("found %+v", found)
			}
			if found := must(s.Reader().Entries(t.Context(), "events:none", ids(1)))(t); len(found) != 1 || found[0].Fields != nil {
				t.Errorf("of no stream: %+v", found)
			}
			s.run(t, "SET", "key", "x")
			if _, err := s.Reader().Entries(t.Context(), "key", ids(1)); err == nil || !strings.Contains(err.Error(), "entries of key: WRONGTYPE") {
				t.Errorf("of another kind of key: %v", err)
			}
		})
	}
}

func TestPendingEntriesAreFoundByTheirIDs(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 700)
			s.deliver(t, "events:a", "g", "c1", 600)
			s.run(t, "XACK", "events:a", "g", "2-0")
			all := make([]model.Position, 700)
			for i := range all {
				all[i] = at(700 - i)
			}
			rows := must(s.Reader().PendingOf(t.Context(), "events:a", "g", all))(t)
			for i, row := range rows {
				ms := 700 - i
				want := model.Pending{ID: at(ms), Consumer: "c1", Deliveries: 1, Idle: row.Idle}
				if ms > 600 || ms == 2 {
					want = model.Pending{}
				}
				if row != want {
					t.Fatalf("%d-0: %+v, want %+v", ms, row, want)
				}
			}
			if _, err := s.Reader().PendingOf(t.Context(), "events:a", "none", ids(1)); err == nil || !strings.Contains(err.Error(), "NOGROUP") {
				t.Errorf("in no group: %v", err)
			}
			if _, err := s.Reader().PendingOf(t.Context(), "events:a", "", ids(1)); !errors.Is(err, fault.ErrRequest) {
				t.Errorf("without a group: %v", err)
			}
		})
	}
}

func TestATrimToAChosenIDIsPlannedOrRefused(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			threeGroups(t, s)
			plan := must(change.PlanTrimBefore(t.Context(), s.Reader(), "events:a", at(11)))(t)
			if plan.MinID != at(11) || plan.Removable != model.Exactly(10) || len(plan.Groups) != 3 {
				t.Errorf("the plan: %+v", plan)
			}
			_, err := change.PlanTrimBefore(t.Context(), s.Reader(), "events:a", at(41))
			if !errors.Is(err, change.ErrTrimUnsafe) || !strings.Contains(err.Error(), "group pends needs entries from 40-0 on") {
				t.Errorf("too far: %v", err)
			}
			if _, err := change.PlanTrimBefore(t.Context(), s.Reader(), "events:none", at(1)); !errors.Is(err, fault.ErrNoStream) {
				t.Errorf("of no stream: %v", err)
			}
		})
	}
}

func TestWhatASetIDWillSendCanBeKnownBefore(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 9)
			s.deliver(t, "events:a", "g", "c1", 4)
			request := change.CountRead(t.Context(), s.Reader(), change.SetGroupIDRequest{Stream: "events:a", Group: "g", ID: model.MaxPosition})
			want := "XGROUP SETID events:a g 9-0 ENTRIESREAD 9"
			if name == "redis-server" && !redistest.Has(t, redistest.Lag) {
				want = "XGROUP SETID events:a g $"
			}
			if got := request.Commands()[0].String(); got != want {
				t.Errorf("to the end: %s", got)
			}
			result := must(s.Writer().SetGroupID(t.Context(), change.SetGroupIDRequest{Stream: "events:a", Group: "g", ID: model.MaxPosition}))(t)
			if got, want := result.Receipts[0].Command.String(), request.Commands()[0].String(); got != want {
				t.Errorf("sent %s, said %s", got, want)
			}
		})
	}
}
