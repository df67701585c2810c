package bus_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// TestR15_ATrimWithoutMinIDTakesExactlyWhatLiesBefore: the way of servers before Redis 6.2, on whichever server there is, while
// a producer adds as fast as it can.
func TestR15_ATrimWithoutMinIDTakesExactlyWhatLiesBefore(t *testing.T) {
	t.Parallel()
	const before, after = 1201, 300
	s := onRedis(t)
	s.add(t, "events:a", 1, before+after)
	s.run(t, "XDEL", "events:a", at(7).String()) // the server counts what is there, not what was added
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	added := int64(0)
	var adding sync.WaitGroup
	adding.Go(func() {
		for ctx.Err() == nil {
			if s.client.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a", Values: []string{"data", "{}"}}).Err() == nil {
				added++
			}
		}
	})
	got, err := s.Writer().Trim(t.Context(), change.TrimRequest{Stream: "events:a", MinID: at(before + 1), How: change.TrimCounted})
	stop()
	adding.Wait()
	if err != nil || got.Removed != before-1 || len(got.Receipts) != 3 || got.Receipts[0].Command[0] != "EVAL" {
		t.Errorf("removed %d with %d commands, %v; want %d", got.Removed, len(got.Receipts), err, before-1)
	}
	first := must(s.Reader().Range(t.Context(), "events:a", model.Position{}, model.MaxPosition, 1))(t)
	if n := s.client.XLen(t.Context(), "events:a").Val(); n != after+added || len(first) != 1 || first[0].ID != at(before+1) {
		t.Errorf("%d entries are left of %d and %d that were added, the first %v", n, after, added, first)
	}
}

func TestTheTrimIsTheBestThatTheServerHas(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 10)
	plan := must(change.PlanTrim(t.Context(), s.Reader(), "events:a"))(t)
	want := "EVAL"
	switch {
	case redistest.Has(t, redistest.TrimAcked):
		want = "XTRIM events:a MINID = 10-1 ACKED"
	case redistest.Has(t, redistest.TrimMinID):
		want = "XTRIM events:a MINID = 10-1"
	}
	request := change.TrimRequest{Stream: "events:a", MinID: plan.MinID, How: plan.How}
	if got := request.Commands()[0].String(); !strings.HasPrefix(got, want) {
		t.Errorf("the plan's command is %s, want %s", got, want)
	}
	result := must(s.Writer().Trim(t.Context(), change.TrimRequest{Stream: "events:a", MinID: plan.MinID}))(t)
	if got := result.Receipts[0].Command.String(); result.Removed != 10 || got != request.Commands()[0].String() {
		t.Errorf("%d went with %s", result.Removed, got)
	}
}

// beforeTrim does something when the bus has looked, and before it trims.
type beforeTrim struct{ do func() }

func (h beforeTrim) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h beforeTrim) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (h beforeTrim) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() == "xtrim" {
			h.do()
		}
		return next(ctx, cmd)
	}
}

// TestR15_AGroupThatIsSetBackBeforeTheTrimLosesNothing where the server looks as it trims.
func TestR15_AGroupThatIsSetBackBeforeTheTrimLosesNothing(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, redistest.TrimAcked)
	server := redistest.Start(t)
	other, client := server.Client(), server.Client()
	client.AddHook(beforeTrim{func() {
		if err := other.XGroupSetID(t.Context(), "events:a", "g", "4-0").Err(); err != nil {
			t.Error(err)
		}
	}})
	s := serve(t, client)
	s.add(t, "events:a", 1, 10)
	s.deliver(t, "events:a", "g", "c", 10)
	for i := range 10 {
		s.run(t, "XACK", "events:a", "g", at(i+1).String())
	}
	plan := must(change.PlanTrim(t.Context(), s.Reader(), "events:a"))(t)
	if plan.Removable != model.Exactly(10) {
		t.Fatalf("the plan is %+v", plan)
	}
	result := must(s.Writer().Trim(t.Context(), change.TrimRequest{Stream: "events:a", MinID: plan.MinID, How: plan.How}))(t)
	if left := must(s.Reader().Range(t.Context(), "events:a", model.Position{}, model.MaxPosition, 100))(t); len(left) != 6 || left[0].ID != at(5) || result.Removed != 4 {
		t.Errorf("removed %d; %d are left", result.Removed, len(left))
	}
}

func TestADeleteWithItsReferencesLeavesNoGhostPending(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, "XDELEX")
	s := onRedis(t)
	s.add(t, "events:a", 1, 5)
	s.deliver(t, "events:a", "g", "c", 5)
	s.deliver(t, "events:a", "h", "c", 3)
	s.run(t, "XDEL", "events:a", "5-0") // a ghost from before
	result := must(s.Writer().Delete(t.Context(), change.DeleteRequest{Stream: "events:a", IDs: ids(1, 2, 5, 9), References: true}))(t)
	if result.Deleted != 2 || result.Receipts[0].Command.String() != "XDELEX events:a DELREF IDS 4 1-0 2-0 5-0 9-0" {
		t.Errorf("got %+v", result)
	}
	for group, want := range map[string]int64{"g": 2, "h": 1} {
		if n := s.client.XPending(t.Context(), "events:a", group).Val().Count; n != want {
			t.Errorf("%s has %d pending, want %d", group, n, want)
		}
	}
}
