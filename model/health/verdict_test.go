package health_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/model/health"
)

// limits are small and all different, so that no two are taken for each other.
var limits = health.Limits{Pending: 20, Lag: 10, Oldest: time.Hour, Idle: time.Minute, Deliveries: 3, NoConsumers: true}

func TestAGroupsStateNamesTheFaultAndWhySaysItsNumbers(t *testing.T) {
	someone := []model.Consumer{{Name: "worker-1"}}
	stream := model.Stream{Key: "s", Length: 9, First: model.Position{Ms: 1}, Last: model.Position{Ms: 9}}
	oldest := func(age, idle time.Duration, deliveries int64) *model.Pending {
		return &model.Pending{ID: model.Position{Ms: uint64(alertTime.Add(-age).UnixMilli())}, Consumer: "worker-1", Idle: idle, Deliveries: deliveries}
	}
	fresh := oldest(time.Second, time.Second, 1)
	for name, c := range map[string]struct {
		group model.Group
		want  health.State
		why   string
	}{
		"idle":                   {model.Group{Consumers: someone, Lag: model.Exactly(0)}, health.KeepingUp, ""},
		"a little lag":           {model.Group{Consumers: someone, Lag: model.Exactly(10)}, health.KeepingUp, ""},
		"lag":                    {model.Group{Consumers: someone, Lag: model.About(11)}, health.Behind, "~11 undelivered (limit 10)"},
		"many pending":           {model.Group{Consumers: someone, Lag: model.Exactly(0), Pending: 21, Oldest: fresh}, health.Behind, "21 pending (limit 20)"},
		"unknown lag, all read":  {model.Group{Consumers: someone, LastDelivered: stream.Last}, health.KeepingUp, ""},
		"unknown lag":            {model.Group{Consumers: someone}, health.LagUnknown, "how many entries wait isn't known"},
		"unknown lag, nobody":    {model.Group{}, health.NoConsumers, "entries wait and nobody reads"},
		"perhaps none, nobody":   {model.Group{LastDelivered: model.Position{Ms: 5}}, health.LagUnknown, "how many entries wait isn't known"},
		"fresh pending":          {model.Group{Consumers: someone, Pending: 1, Oldest: fresh, Lag: model.Exactly(0)}, health.KeepingUp, ""},
		"old pending":            {model.Group{Consumers: someone, Pending: 1, Oldest: oldest(2*time.Hour, time.Second, 1)}, health.Late, "oldest pending 2h00m (limit 1h00m)"},
		"delivered 13 times":     {model.Group{Consumers: someone, Pending: 1, Oldest: oldest(2*time.Hour, time.Second, 13)}, health.Poison, "delivered 13 times (limit 3); oldest pending 2h00m (limit 1h00m)"},
		"stale pending":          {model.Group{Consumers: someone, Pending: 1, Oldest: oldest(time.Second, time.Minute, 1)}, health.Stuck, "oldest untouched for 1m00s (limit 1m00s)"},
		"stale, of no age":       {model.Group{Consumers: someone, Pending: 1, Oldest: &model.Pending{Idle: time.Hour}}, health.Stuck, "oldest untouched for 1h00m (limit 1m00s)"},
		"stale pending and lag":  {model.Group{Consumers: someone, Pending: 1, Oldest: oldest(time.Second, time.Minute, 1), Lag: model.Exactly(99)}, health.Stuck, "oldest untouched for 1m00s (limit 1m00s); 99 undelivered (limit 10)"},
		"nobody, nothing to do":  {model.Group{Lag: model.Exactly(0)}, health.KeepingUp, ""},
		"nobody, entries wait":   {model.Group{Lag: model.Exactly(1)}, health.NoConsumers, "1 undelivered and nobody reads"},
		"nobody, many wait":      {model.Group{Lag: model.Exactly(512)}, health.NoConsumers, "512 undelivered and nobody reads"},
		"nobody, entries remain": {model.Group{Pending: 1, Oldest: fresh, Lag: model.Exactly(0)}, health.NoConsumers, "entries are pending and nobody reads"},
	} {
		if got := health.Of(&stream, &c.group, alertTime, limits); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if got := health.Why(&stream, &c.group, alertTime, limits); got != c.why {
			t.Errorf("%s: because %q, want %q", name, got, c.why)
		}
	}
	stream.Groups = []model.Group{{Name: "a"}, {Name: "b", Consumers: someone, Lag: model.Exactly(99)}}
	if got := health.Worst(&stream, alertTime, limits); got != health.NoConsumers {
		t.Errorf("the worst is %v", got)
	}
}

func TestStatesInWords(t *testing.T) {
	for state, want := range []string{"keeping up", "lag unknown", "paused", "behind", "late", "poison", "stuck", "no consumers", "unknown"} {
		if got := health.State(state).String(); got != want {
			t.Errorf("state %d reads %q", state, got)
		}
	}
}

func TestALimitOfZeroIsNotJudged(t *testing.T) {
	g := model.Group{Name: "g", Consumers: []model.Consumer{{}}, Lag: model.Exactly(1 << 40), Pending: 1 << 40}
	g.Oldest = &model.Pending{ID: model.Position{Ms: 1}, Idle: 24 * time.Hour, Deliveries: 1 << 40}
	if got := health.Of(&model.Stream{Length: 1}, &g, alertTime, health.Limits{}); got != health.KeepingUp {
		t.Errorf("%v", got)
	}
}

// drawGroup draws a group whose numbers lie around the limits.
func drawGroup(rt *rapid.T) model.Group {
	g := model.Group{Name: "g", Lag: model.Exactly(rapid.Int64Range(0, 20).Draw(rt, "lag")), Pending: rapid.Int64Range(1, 40).Draw(rt, "pending")}
	g.Oldest = &model.Pending{
		ID:   model.Position{Ms: uint64(alertTime.Add(-time.Duration(rapid.IntRange(0, 120).Draw(rt, "age")) * time.Minute).UnixMilli())},
		Idle: time.Duration(rapid.IntRange(0, 120).Draw(rt, "idle")) * time.Second, Deliveries: rapid.Int64Range(1, 6).Draw(rt, "deliveries"),
	}
	g.Consumers = make([]model.Consumer, rapid.IntRange(0, 2).Draw(rt, "consumers"))
	return g
}

// The verdict never gets better when a number gets worse, and only a group that keeps up has no reason.
func TestAStateNeverGetsBetterWhenANumberGetsWorse(t *testing.T) {
	stream := model.Stream{Key: "s", Length: 50, Last: model.Position{Ms: 1 << 60}}
	rapid.Check(t, func(rt *rapid.T) {
		g := drawGroup(rt)
		before := health.Of(&stream, &g, alertTime, limits)
		if (health.Why(&stream, &g, alertTime, limits) == "") != (before == health.KeepingUp) {
			rt.Fatalf("%v, because %q", before, health.Why(&stream, &g, alertTime, limits))
		}
		by := rapid.Int64Range(1, 100).Draw(rt, "by")
		oldest := *g.Oldest
		g.Oldest = &oldest
		switch what := rapid.SampledFrom([]string{"lag", "pending", "age", "idle", "deliveries", "consumers"}).Draw(rt, "what"); what {
		case "lag":
			g.Lag.N += by
		case "pending":
			g.Pending += by
		case "age":
			oldest.ID.Ms -= uint64(by) * 60_000
		case "idle":
			oldest.Idle += time.Duration(by) * time.Second
		case "deliveries":
			oldest.Deliveries += by
		case "consumers":
			g.Consumers = nil
		}
		if after := health.Of(&stream, &g, alertTime, limits); after < before {
			rt.Fatalf("it went from %v to %v", before, after)
		}
	})
}

// A first review raises an alert for each sign that the verdict has, and the worst word among them is the group's.
func TestAlertsSayWhatTheVerdictSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		stream := model.Stream{Key: "s", Length: 50, Last: model.Position{Ms: 1 << 60}, Groups: []model.Group{drawGroup(rt)}}
		alerts, _ := limits.Review(nil, nil, &model.Snapshot{At: alertTime, Streams: []model.Stream{stream}})
		worst := health.KeepingUp
		for i := range alerts {
			worst = max(worst, alerts[i].State)
		}
		if of := health.Of(&stream, &stream.Groups[0], alertTime, limits); of != worst {
			rt.Fatalf("the group is %v, its alerts say %v", of, worst)
		}
	})
}

func TestAStateIsAsBadForTheCheckAsForTheDoctor(t *testing.T) {
	t.Parallel()
	for state, want := range map[health.State]health.Severity{
		health.KeepingUp: health.OK, health.LagUnknown: health.Info, health.Paused: health.Info, health.Behind: health.Warning, health.Late: health.Warning, health.Poison: health.Critical, health.Stuck: health.Critical, health.NoConsumers: health.Critical,
		health.NoConsumers + 1: health.Warning, // one that a later version may know
	} {
		if got := state.Severity(); got != want {
			t.Errorf("%s is %s, want %s", state, got, want)
		}
	}
}
