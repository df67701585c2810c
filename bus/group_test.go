package bus_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestGroupsAreCreatedOnceAndDestroyed(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			_, err := s.Writer().CreateGroup(t.Context(), change.CreateGroupRequest{Stream: "events:a", Group: "g"})
			wantError(t, err, fault.ErrNoStream)
			got := must(s.Writer().CreateGroup(t.Context(), change.CreateGroupRequest{Stream: "events:a", Group: "g", MkStream: true}))(t)
			if !got.Changed || got.Receipts[0].Reply != "OK" {
				t.Errorf("got %+v", got)
			}
			_, err = s.Writer().CreateGroup(t.Context(), change.CreateGroupRequest{Stream: "events:a", Group: "g"})
			wantError(t, err, fault.ErrGroupExists)
			for _, want := range []bool{true, false} {
				if got := must(s.Writer().DestroyGroup(t.Context(), change.DestroyGroupRequest{Stream: "events:a", Group: "g"}))(t); got.Changed != want {
					t.Errorf("destroyed: %t, want %t", got.Changed, want)
				}
			}
			_, err = s.Writer().SetGroupID(t.Context(), change.SetGroupIDRequest{Stream: "events:a", Group: "g"})
			wantError(t, err, fault.ErrNoGroup)
			_, err = s.Writer().DeleteConsumer(t.Context(), change.DeleteConsumerRequest{Stream: "events:a", Group: "g", Consumer: "c"})
			wantError(t, err, fault.ErrNoGroup)
			_, err = s.Writer().DeleteConsumer(t.Context(), change.DeleteConsumerRequest{Stream: "events:none", Group: "g", Consumer: "c"})
			wantError(t, err, fault.ErrNoStream)
		})
	}
}

func TestSettingAGroupsIDIsPlannedFirst(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 10)
			s.deliver(t, "events:a", "g", "c", 6)
			for _, test := range []struct {
				to                   model.Position
				redelivered, skipped int64
			}{
				{model.Position{}, 6, 0},
				{at(4), 2, 0},
				{at(6), 0, 0},
				{at(8), 0, 2},
				{model.MaxPosition, 0, 4},
				{at(1000), 0, 4},
			} {
				plan := must(change.PlanSetID(t.Context(), s.Reader(), change.SetGroupIDRequest{Stream: "events:a", Group: "g", ID: test.to}))(t)
				if plan.Redelivered != model.Exactly(test.redelivered) || plan.Skipped != model.Exactly(test.skipped) || plan.Pending != 6 || plan.From != at(6) {
					t.Errorf("to %v: %+v", test.to, plan)
				}
			}
			must(s.Writer().SetGroupID(t.Context(), change.SetGroupIDRequest{Stream: "events:a", Group: "g", ID: model.MaxPosition}))(t)
			if g := must(s.Reader().Snapshot(t.Context(), []string{"events:a"}))(t).Streams[0].Groups[0]; g.LastDelivered != at(10) || g.Pending != 6 {
				t.Errorf("the group is now %+v", g)
			}
			_, err := change.PlanSetID(t.Context(), s.Reader(), change.SetGroupIDRequest{Stream: "events:a", Group: "none"})
			wantError(t, err, fault.ErrNoGroup)
		})
	}
}

func TestR17_AConsumerIsDeletedOnlyWithNothingPending(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 3)
			s.deliver(t, "events:a", "g", "c", 2)
			request := change.DeleteConsumerRequest{Stream: "events:a", Group: "g", Consumer: "c"}
			_, err := s.Writer().DeleteConsumer(t.Context(), request)
			wantError(t, err, change.ErrConsumerHasPending)
			var pending *change.PendingError
			if !errors.As(err, &pending) || pending.Pending != 2 {
				t.Errorf("got %v", err)
			}
			moved := must(s.Writer().MoveConsumer(t.Context(), change.MoveConsumerRequest{Stream: "events:a", Group: "g", From: "c", To: "d"}))(t)
			if !slices.Equal(moved.Claimed, ids(1, 2)) || moved.Missed != nil {
				t.Errorf("moved %v, missed %v", moved.Claimed, moved.Missed)
			}
			for _, want := range []bool{true, false} {
				if got := must(s.Writer().DeleteConsumer(t.Context(), request))(t); got.Changed != want {
					t.Errorf("deleted: %t, want %t", got.Changed, want)
				}
			}
			rows := must(s.Reader().Pending(t.Context(), observe.PendingQuery{Stream: "events:a", Group: "g"}))(t)
			if len(rows) != 2 || rows[0].Consumer != "d" || rows[0].Deliveries != 1 {
				t.Errorf("pending are %+v", rows)
			}
		})
	}
}

func TestAConsumerWithVeryMuchPendingIsMovedInPages(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 1300)
	s.deliver(t, "events:a", "g", "c", 1300)
	s.run(t, "XDEL", "events:a", "700-0")
	moved := must(s.Writer().MoveConsumer(t.Context(), change.MoveConsumerRequest{Stream: "events:a", Group: "g", From: "c", To: "d"}))(t)
	claimed, missed := 1299, ids(700)
	if !redistest.Has(t, redistest.ClaimForgets) { // what was deleted moves along
		claimed, missed = 1300, nil
	}
	if len(moved.Claimed) != claimed || !slices.Equal(moved.Missed, missed) || len(moved.Receipts) != 3 {
		t.Errorf("moved %d, missed %v, in %d commands", len(moved.Claimed), moved.Missed, len(moved.Receipts))
	}
}

func TestR17_DeletingAConsumerNeverLosesWhatItIsGivenMeanwhile(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.run(t, "XGROUP", "CREATE", "events:a", "g", "0", "MKSTREAM")
	const rounds = 300
	var reading sync.WaitGroup
	reading.Go(func() {
		for i := range rounds {
			s.add(t, "events:a", i+1, 1)
			s.deliver(t, "events:a", "g", "c", 1)
		}
	})
	for range rounds {
		_, err := s.Writer().DeleteConsumer(t.Context(), change.DeleteConsumerRequest{Stream: "events:a", Group: "g", Consumer: "c"})
		if err != nil && !errors.Is(err, change.ErrConsumerHasPending) {
			t.Fatal(err)
		}
	}
	reading.Wait()
	if n := s.client.XPending(t.Context(), "events:a", "g").Val().Count; n != rounds {
		t.Errorf("%d entries are pending, want %d", n, rounds)
	}
}
