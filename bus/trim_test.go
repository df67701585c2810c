package bus_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/observe"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// threeGroups has 100 entries that three groups have come to differently: "done" is past 90, "pends" has 40 pending of
// the 60 it read, and "waits" read 80.
func threeGroups(t *testing.T, s served) {
	t.Helper()
	s.add(t, "events:a", 1, 100)
	for group, read := range map[string]int{"done": 90, "pends": 60, "waits": 80} {
		s.deliver(t, "events:a", group, "c", read)
		for i := range read {
			if group != "pends" || i+1 != 40 {
				s.run(t, "XACK", "events:a", group, at(i+1).String())
			}
		}
	}
}

func TestPlanTrimFindsWhatEveryGroupIsDoneWith(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			threeGroups(t, s)
			plan := must(change.PlanTrim(t.Context(), s.Reader(), "events:a"))(t)
			if plan.MinID != at(40) || plan.HeldBy != "pends" || plan.Removable != model.Exactly(39) || plan.Length != 100 || len(plan.Groups) != 3 {
				t.Errorf("got %+v", plan)
			}
			s.run(t, "XACK", "events:a", "pends", "40-0")
			plan = must(change.PlanTrim(t.Context(), s.Reader(), "events:a"))(t)
			if plan.MinID != at(60).Next() || plan.Removable != model.Exactly(60) {
				t.Errorf("with nothing pending: %+v", plan)
			}
		})
	}
}

func TestPlanTrimWithoutGroupsHoldsNothing(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 10)
	plan := must(change.PlanTrim(t.Context(), s.Reader(), "events:a"))(t)
	if plan.MinID != at(10).Next() || plan.HeldBy != "" || plan.Removable != model.Exactly(10) {
		t.Errorf("got %+v", plan)
	}
}

func TestR15_TrimTakesNothingThatAGroupHasNotAcknowledged(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			threeGroups(t, s)
			_, err := s.Writer().Trim(t.Context(), change.TrimRequest{Stream: "events:a", MinID: at(41)})
			var unsafe *change.UnsafeTrimError
			if !errors.As(err, &unsafe) || unsafe.Safe != at(40) || unsafe.Group != "pends" {
				t.Errorf("got %v", err)
			}
			_, err = s.Writer().Trim(t.Context(), change.TrimRequest{Stream: "events:a", MaxLen: 99})
			wantError(t, err, change.ErrTrimUnsafe)
			if n := s.client.XLen(t.Context(), "events:a").Val(); n != 100 {
				t.Fatalf("%d entries are left", n)
			}
			got := must(s.Writer().Trim(t.Context(), change.TrimRequest{Stream: "events:a", MinID: at(40)}))(t)
			if got.Removed != 39 {
				t.Errorf("removed %d, want 39", got.Removed)
			}
			got = must(s.Writer().Trim(t.Context(), change.TrimRequest{Stream: "events:a", MaxLen: 5, Hard: true}))(t)
			if got.Removed != 56 {
				t.Errorf("removed %d, want 56", got.Removed)
			}
		})
	}
}

func TestR15_TrimUnderLoadTakesNothingThatAGroupHasNotAcknowledged(t *testing.T) {
	t.Parallel()
	const events = 6000
	s := redistest.Start(t)
	b := openBus(t, s)
	stream := b.StreamKey(model.WorkflowProgress)
	groups := []string{"fast", "failing", "crowded"}
	handled := make(map[string]*seen)
	for _, group := range groups {
		if _, err := b.Writer().CreateGroup(t.Context(), change.CreateGroupRequest{Stream: stream, Group: group, MkStream: true}); err != nil {
			t.Fatal(err)
		}
		got := newSeen()
		handled[group] = got
		handle := got.handle
		if group == "failing" {
			var calls atomic.Int64
			handle = func(ctx context.Context, m bus.Message) error {
				if calls.Add(1)%50 == 0 {
					return bus.RetryAfter(time.Millisecond, errors.New("not yet"))
				}
				return got.handle(ctx, m)
			}
		}
		consume(t, b, group, handle, bus.WithConcurrency(3), bus.WithCount(50))
		if group == "crowded" {
			consume(t, b, group, handle, bus.WithCount(20))
		}
	}
	var publishing sync.WaitGroup
	publishing.Go(func() {
		for i := range events {
			if err := b.Publish(t.Context(), event(model.WorkflowProgress, strconv.Itoa(i%9), i)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	defer publishing.Wait()
	var removed int64
	redistest.Eventually(t, patience, func() bool {
		plan, err := change.PlanTrim(t.Context(), b.Reader(), stream)
		if err != nil {
			t.Fatal(err)
		}
		// The groups go on between the plan and the trim, and the trim looks again: what is safe only becomes more.
		got, err := b.Writer().Trim(t.Context(), change.TrimRequest{Stream: stream, MinID: plan.MinID})
		if err != nil {
			t.Fatal(err)
		}
		removed += got.Removed
		for _, group := range groups {
			if handled[group].count() < events {
				return false
			}
		}
		return removed == events
	}, "everything handled by every group, and then trimmed")
	if gone := b.Stats().Gone; gone != 0 {
		t.Errorf("%d entries were trimmed while pending", gone)
	}
}

func TestR15_AHardMaximumLengthCountsWhatItCostsEachGroup(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			threeGroups(t, s)
			plan := must(change.PlanMaxLen(t.Context(), s.Reader(), "events:a", 15))(t)
			if plan.Removed != 85 || plan.MinID != at(86) || plan.Estimated {
				t.Errorf("got %+v", plan)
			}
			want := []change.TrimCost{
				{Group: "done", Pending: model.Exactly(0), Undelivered: model.Exactly(0)},
				{Group: "pends", Pending: model.Exactly(1), Undelivered: model.Exactly(25)},
				{Group: "waits", Pending: model.Exactly(0), Undelivered: model.Exactly(5)},
			}
			for i, cost := range plan.Costs {
				if cost != want[i] {
					t.Errorf("got %+v, want %+v", cost, want[i])
				}
			}
			plan = must(change.PlanMaxLen(t.Context(), s.Reader(), "events:a", 90))(t)
			if plan.MinID != at(11) || plan.Costs[1].Pending != model.Exactly(0) {
				t.Errorf("of the oldest ten: %+v", plan)
			}
			plan = must(change.PlanMaxLen(t.Context(), s.Reader(), "events:a", 1000))(t)
			if plan.Removed != 0 || !plan.MinID.IsZero() || plan.Costs[1].Undelivered != model.Exactly(0) {
				t.Errorf("of none: %+v", plan)
			}
			plan = must(change.PlanMaxLen(t.Context(), s.Reader(), "events:a", 0))(t)
			if plan.Removed != 100 || plan.Costs[1] != (change.TrimCost{Group: "pends", Pending: model.Exactly(1), Undelivered: model.Exactly(40)}) {
				t.Errorf("of all: %+v", plan)
			}

			// What was counted is what it costs.
			must(s.Writer().Trim(t.Context(), change.TrimRequest{Stream: "events:a", MaxLen: 15, Hard: true}))(t)
			rows := must(s.Reader().Pending(t.Context(), observe.PendingQuery{Stream: "events:a", Group: "pends", Payloads: true}))(t)
			if len(rows) != 1 || !rows[0].Gone {
				t.Errorf("pending with pends are %+v, want one that is gone", rows)
			}
			for i, left := range []int64{10, 15, 15} {
				group := plan.Costs[i].Group
				s.deliver(t, "events:a", group, "late", 100)
				unread := s.client.XPendingExt(t.Context(), &redis.XPendingExtArgs{
					Stream: "events:a", Group: group, Start: "-", End: "+", Count: 100, Consumer: "late",
				}).Val()
				if int64(len(unread)) != left {
					t.Errorf("%s could still read %d entries, want %d", group, len(unread), left)
				}
			}
		})
	}
}

func TestCountsOfVeryManyEntriesAreMarkedAsEstimates(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 60_000)
	s.run(t, "XGROUP", "CREATE", "events:a", "g", "0")
	s.run(t, "XREADGROUP", "GROUP", "g", "c", "COUNT", "50000", "STREAMS", "events:a", ">")
	s.run(t, append([]any{"XACK", "events:a", "g"}, firstIDs(45_000)...)...)
	plan := must(change.PlanTrim(t.Context(), s.Reader(), "events:a"))(t)
	if n := plan.Removable; !n.Known || !n.Estimated || n.N < 44_000 || n.N > 46_000 {
		t.Errorf("about 45000 can go, got %v", n)
	}
	set := must(change.PlanSetID(t.Context(), s.Reader(), change.SetGroupIDRequest{Stream: "events:a", Group: "g"}))(t)
	if n := set.Redelivered; !n.Estimated || n.N < 49_000 || n.N > 51_000 {
		t.Errorf("about 50000 would be delivered again, got %v", n)
	}
}

func firstIDs(n int) []any {
	all := make([]any, n)
	for i := range n {
		all[i] = at(i + 1).String()
	}
	return all
}
