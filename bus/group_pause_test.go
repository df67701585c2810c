package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// heard counts how often a process was told that its group is paused, and that it goes on.
type heard struct{ paused, resumed atomic.Int64 }

func (h *heard) option() bus.Option {
	return bus.WithHooks(bus.Hooks{Paused: func(_ string, p *model.Pause) {
		if p == nil {
			h.resumed.Add(1)
		} else {
			h.paused.Add(1)
		}
	}})
}

// carry makes a change of the group workers, as a command would.
func carry(t testing.TB, b *bus.Bus, kind *change.Kind, v change.Values) {
	t.Helper()
	of := kind.Make(change.Target{Group: "workers"}, v)
	plan, err := of.Look(soon(t), b.Reader())
	if err != nil {
		t.Fatal(err)
	}
	of.Say(&plan)
	for step, err := range of.Apply(soon(t), change.On(b.Reader(), b.Writer()), plan) {
		if err != nil || len(step.Receipts) != 1 || step.Receipts[0].Command.String() != plan.Commands[0].String() {
			t.Fatalf("%s: %v, sent %v, said %v", kind.Name, err, step.Receipts, plan.Commands)
		}
	}
}

// lastID is where the group stands: it moves when anything is read.
func lastID(t testing.TB, client *redis.Client, stream string) string {
	t.Helper()
	groups, err := client.XInfoGroups(t.Context(), stream).Result()
	if err != nil || len(groups) != 1 {
		t.Fatal(groups, err)
	}
	return groups[0].LastDeliveredID
}

// TestAPausedGroupReadsNothingNewAndLosesNothing: two processes of one group are paused under load. What they have in hand
// they finish; nothing is read meanwhile; after the end everything has been handled, once.
func TestAPausedGroupReadsNothingNewAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	var ears [2]heard
	one, two := openBus(t, s, ears[0].option()), openBus(t, s, ears[1].option())
	got := newSeen()
	for _, b := range []*bus.Bus{one, two} {
		consume(t, b, "workers", got.handle, bus.WithAckWait(20*time.Second))
	}
	n := 0
	add := func(events int) {
		for range events {
			publish(t, one, event(model.WorkflowProgress, fmt.Sprintf("wf-%d", n%7), n))
			n++
		}
	}
	add(500)
	redistest.Eventually(t, patience, func() bool { return got.count() > 0 }, "the group is there, and at work")
	carry(t, one, &change.PauseGroup, change.Values{"for": "10m", "by": "ann", "why": "a test"})
	add(500)
	redistest.Eventually(t, patience, func() bool { return ears[0].paused.Load() == 1 && ears[1].paused.Load() == 1 }, "both know of the pause")
	redistest.Eventually(t, patience, func() bool { return pending(t, one, "workers") == 0 }, "what was in hand is acknowledged")
	stood, handled, client := lastID(t, s.Client(), "events:workflow.progress"), got.count(), s.Client()
	add(500)
	if err := one.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	// The server itself says that time has passed: two reads of the settings, for each of which a process has a second.
	reads, _ := callsOf(t, client, "get")
	redistest.Eventually(t, patience, func() bool { now, _ := callsOf(t, client, "get"); return now >= reads+4 }, "the settings are read again")
	if at := lastID(t, client, "events:workflow.progress"); at != stood || got.count() != handled {
		t.Errorf("paused at %s with %d handled, then at %s with %d", stood, handled, at, got.count())
	}
	carry(t, one, &change.ResumeGroup, nil)
	redistest.Eventually(t, patience, func() bool { return got.count() >= n }, "all events handled")
	redistest.Eventually(t, patience, func() bool { return pending(t, one, "workers") == 0 }, "all acknowledged")
	// The other bus may have handled all of them before this one has read that it goes on.
	redistest.Eventually(t, patience, func() bool { return ears[0].resumed.Load() > 0 }, "it is told that it goes on")
	if handled := len(got.all()); handled != n || ears[0].resumed.Load() != 1 {
		t.Errorf("%d handled of %d, told %d times that it goes on", handled, n, ears[0].resumed.Load())
	}
}

// TestAPauseEndsByItselfUnlessItIsRenewed, whatever became of who paused the group; renewed, it keeps its beginning.
func TestAPauseEndsByItselfUnlessItIsRenewed(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	var ears heard
	b, client := openBus(t, s, ears.option()), s.Client()
	got := newSeen()
	publish(t, b, event(model.WorkflowStarted, "wf", 0))
	carry(t, b, &change.PauseGroup, change.Values{"for": "1h", "by": "ann"})
	first, at, err := b.Reader().Control(t.Context(), "workers")
	if err != nil || first.Pause == nil || first.Pause.By != "ann" || first.Pause.Until.Sub(at).Round(time.Minute) != time.Hour {
		t.Fatalf("set is %+v, %v", first, err)
	}
	consume(t, b, "workers", got.handle)
	redistest.Eventually(t, patience, func() bool { return ears.paused.Load() == 1 }, "the pause is known before anything is read")
	carry(t, b, &change.PauseGroup, change.Values{"for": "2h", "by": "ben"})
	again, at, err := b.Reader().Control(t.Context(), "workers")
	if err != nil || !again.Pause.Since.Equal(first.Pause.Since) || again.Pause.By != "ben" || again.Pause.Until.Sub(at) <= time.Hour {
		t.Errorf("renewed it is %+v, %v", again.Pause, err)
	}
	if got.count() != 0 {
		t.Errorf("%d were handled while it was paused", got.count())
	}
	if err := client.PExpire(t.Context(), model.PauseKey("events:", "workers"), 10*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 1 }, "it goes on when the key has expired")
}

// TestAPauseSurvivesWhatItsConsumersDoNot: while a group is paused, nobody takes what a dead consumer held; afterwards
// somebody does.
func TestAPauseSurvivesWhatItsConsumersDoNot(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	var ears heard
	b, client := openBus(t, s, ears.option()), s.Client()
	for i := range 10 {
		publish(t, b, event(model.WorkflowStarted, strconv.Itoa(i), i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	deadConsumerTakes(t, s, "events:workflow.started", 5)
	carry(t, b, &change.PauseGroup, change.Values{"for": "1h"})
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithAckWait(20*time.Millisecond), bus.WithSweep(5*time.Millisecond))
	redistest.Eventually(t, patience, func() bool { return ears.paused.Load() == 1 }, "the pause is known")
	reads, _ := callsOf(t, client, "get")
	redistest.Eventually(t, patience, func() bool { now, _ := callsOf(t, client, "get"); return now > reads }, "many sweeps have come by")
	if got.count() != 0 {
		t.Fatalf("%d were handled while it was paused", got.count())
	}
	carry(t, b, &change.ResumeGroup, nil)
	redistest.Eventually(t, patience, func() bool { return got.count() >= 10 }, "what the dead one held is handled, too")
}

// TestAServerThatForgotAPauseEndsIt: it restarts without persistence. While it is down, the pause holds.
func TestAServerThatForgotAPauseEndsIt(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	var ears heard
	b := openBus(t, s, ears.option())
	carry(t, b, &change.PauseGroup, change.Values{"for": "1h"})
	got := newSeen()
	consume(t, b, "workers", got.handle)
	redistest.Eventually(t, patience, func() bool { return ears.paused.Load() == 1 }, "the pause is known")
	s.Kill()
	s.Restart()
	redistest.Eventually(t, patience, func() bool { return ears.resumed.Load() == 1 }, "it goes on with a server that knows nothing")
	publish(t, b, event(model.WorkflowStarted, "wf", 0))
	redistest.Eventually(t, patience, func() bool { return got.count() == 1 }, "it reads again")
}

// TestWithoutTheRightToReadWhatIsSetAGroupIsConsumed as if nothing were.
func TestWithoutTheRightToReadWhatIsSetAGroupIsConsumed(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, redistest.WithACL("worker on >pw ~events:* +@all"))
	all := openBus(t, s)
	carry(t, all, &change.PauseGroup, change.Values{"for": "1h"})
	publish(t, all, event(model.WorkflowStarted, "wf", 0))
	o := s.Options()
	o.Username, o.Password = "worker", "pw"
	client := redis.NewClient(o)
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle)
	redistest.Eventually(t, patience, func() bool { return got.count() == 1 }, "it reads")
	if _, _, err := b.Reader().Control(t.Context(), "workers"); err == nil {
		t.Error("it may read what is set")
	}
	snap, err := b.Reader().Snapshot(t.Context(), []string{"events:workflow.started"})
	if err != nil || snap.Streams[0].Groups[0].Control != nil {
		t.Errorf("it knows what is set: %+v, %v", snap.Streams[0].Groups, err)
	}
}

// TestALimitIsKeptByTwoProcesses: what they are given by the server's clock is what the limit allows, and a new limit holds
// for what comes after it.
func TestALimitIsKeptByTwoProcesses(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	one, two := openBus(t, s), openBus(t, s)
	const events, limit = 300, 500
	for i := range events {
		publish(t, one, event(model.WorkflowStarted, strconv.Itoa(i), i))
	}
	if err := one.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	carry(t, one, &change.LimitGroup, change.Values{"rate": strconv.Itoa(limit) + "/s"})
	client := s.Client()
	now := func() time.Time {
		at, err := client.Time(t.Context()).Result()
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	began := now()
	var handled atomic.Int64
	handle := func(context.Context, bus.Message) error { handled.Add(1); return nil }
	consume(t, one, "workers", handle)
	consume(t, two, "workers", handle)
	redistest.Eventually(t, patience, func() bool { return handled.Load() == events }, "all handled")
	// Two leases and the burst may be ahead of the clock; a busy machine can only be later.
	allowed := float64(limit)*now().Sub(began).Seconds() + limit*(0.25+2*0.1)
	if events > allowed {
		t.Errorf("%d were handled where %.0f are allowed", events, allowed)
	}
	paid, err := client.HGet(t.Context(), model.LimitKey("events:", "workers"), model.FieldPaid).Int64()
	if least := began.Add(events * time.Second / limit * 9 / 10).Add(-250 * time.Millisecond); err != nil || time.UnixMicro(paid).Before(least) {
		t.Errorf("only up to %s was paid for %d events, %v", time.UnixMicro(paid), events, err)
	}
	carry(t, one, &change.LimitGroup, change.Values{"rate": "off"})
	for i := range 2000 {
		publish(t, one, event(model.WorkflowStarted, strconv.Itoa(i), i))
	}
	redistest.Eventually(t, patience, func() bool { return handled.Load() == events+2000 }, "without a limit all come")
	if err := client.HGet(t.Context(), model.LimitKey("events:", "workers"), model.FieldPaid).Err(); !errors.Is(err, redis.Nil) {
		t.Errorf("a limit that is off leaves its key: %v", err)
	}
}

// TestAGroupBeginsWithTheLimitOfItsOptions, unless a person has set another: that holds across starts, until it is taken away.
func TestAGroupBeginsWithTheLimitOfItsOptions(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b, client := openBus(t, s), s.Client()
	key := model.LimitKey("events:", "workers")
	for i, c := range []struct {
		name, set string // set is what a person sets before, empty for nothing
		limit     float64
		want      string
	}{
		{"nothing is set", "", 200, "200"},
		{"the same again", "", 200, "200"},
		{"other settings", "", 0.5, "0.5"},
		{"no settings", "", 0, "0.5"},
		{"a person's", "7/s", 200, "7"},
		{"a person's still", "", 300, "7"},
		{"none", "off", 300, "300"},
	} {
		if c.set != "" {
			carry(t, b, &change.LimitGroup, change.Values{"rate": c.set})
		}
		got := newSeen()
		stop := consume(t, b, "workers", got.handle, bus.WithLimit(c.limit))
		publish(t, b, event(model.WorkflowStarted, "wf", i))
		redistest.Eventually(t, patience, func() bool { return got.count() == 1 }, c.name)
		if err := stop(); err != nil {
			t.Error(err)
		}
		if rate := client.HGet(t.Context(), key, model.FieldPerSecond).Val(); rate != c.want {
			t.Errorf("%s: the limit is %q, want %q", c.name, rate, c.want)
		}
	}
	consume(t, b, "workers", newSeen().handle, bus.WithLimit(400))
	redistest.Eventually(t, patience, func() bool { return client.HGet(t.Context(), key, model.FieldPerSecond).Val() == "400" }, "the limit is set")
	carry(t, b, &change.LimitGroup, change.Values{"rate": "off"})
	reads, _ := callsOf(t, client, "get")
	redistest.Eventually(t, patience, func() bool { now, _ := callsOf(t, client, "get"); return now >= reads+2 }, "the settings are read again")
	if n := client.Exists(t.Context(), key).Val(); n != 0 {
		t.Error("what a person took away is set again")
	}
}

// Without the right to run scripts a group has no limit, and works.
func TestWithoutScriptsAGroupBeginsWithNoLimit(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, redistest.WithACL("worker on >pw ~* +@all -eval"))
	o := s.Options()
	o.Username, o.Password = "worker", "pw"
	client := redis.NewClient(o)
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithLimit(1))
	for i := range 20 {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 20 }, "all events")
	if n := s.Client().Exists(t.Context(), model.LimitKey("events:", "workers")).Val(); n != 0 {
		t.Error("a limit is set")
	}
}
