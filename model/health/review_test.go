package health_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/model/health"
)

var alertLimits = health.Limits{
	Pending: 100, Lag: 1000, Oldest: time.Minute, Deliveries: 3, NoConsumers: true, VanishedGroup: true, NeverDelivered: true,
}

// alertTime is the server's clock at the first snapshot.
var alertTime = time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)

// healthy is a group that nothing is wrong with.
func healthy(name string) model.Group {
	return model.Group{Name: name, Lag: model.Exactly(0), Consumers: []model.Consumer{{Name: "worker-1"}}}
}

func withOldest(g model.Group, added time.Time, deliveries int64) model.Group {
	g.Pending = max(g.Pending, 1)
	g.Oldest = &model.Pending{ID: model.Position{Ms: uint64(added.UnixMilli())}, Consumer: "worker-3", Deliveries: deliveries}
	return g
}

// told writes alerts as kind@group+seconds since alertTime.
func told(alerts []health.Alert) string {
	texts := make([]string, len(alerts))
	for i, a := range alerts {
		texts[i] = fmt.Sprintf("%s@%s+%.0f", a.Kind, a.Group, a.Since.Sub(alertTime).Seconds())
	}
	return strings.Join(texts, " ")
}

func TestAlertsAreRaisedAndEnd(t *testing.T) {
	pending := func(n int64) model.Stream {
		g := healthy("g")
		g.Pending = n
		return model.Stream{Groups: []model.Group{g}}
	}
	lag := func(c model.Count) model.Stream {
		g := healthy("g")
		g.Lag = c
		return model.Stream{Groups: []model.Group{g}}
	}
	oldest := func(seconds float64, deliveries int64) model.Stream {
		added := alertTime.Add(-time.Duration(seconds * float64(time.Second)))
		return model.Stream{Groups: []model.Group{withOldest(healthy("g"), added, deliveries)}}
	}
	deserted := func(s model.Stream, c model.Count) model.Stream {
		s.Groups = []model.Group{{Name: "g", Lag: c, LastDelivered: model.Position{Ms: 5}}}
		return s
	}
	groups := func(names ...string) (s model.Stream) {
		for _, name := range names {
			s.Groups = append(s.Groups, healthy(name))
		}
		return s
	}
	at := func(ms uint64) model.Position { return model.Position{Ms: ms} }
	lost := func(read model.Count) model.Stream {
		g := healthy("g")
		g.EntriesRead = read
		return model.Stream{EntriesAdded: model.Exactly(10), Length: 2, Groups: []model.Group{g}}
	}
	for name, c := range map[string]struct {
		snapshots []model.Stream
		want      string // after each snapshot, a second apart, divided by "|"
	}{
		"pending at its limit":          {[]model.Stream{pending(100)}, ""},
		"pending over it":               {[]model.Stream{pending(101), pending(5000)}, "pending@g+0|pending@g+0"},
		"pending swings":                {[]model.Stream{pending(101), pending(99), pending(90), pending(89), pending(99), pending(101)}, "pending@g+0|pending@g+0|pending@g+0|||pending@g+5"},
		"lag":                           {[]model.Stream{lag(model.Exactly(1001)), lag(model.Exactly(899))}, "lag@g+0|"},
		"an unknown lag":                {[]model.Stream{lag(model.Count{N: 5000}), lag(model.Exactly(1001)), lag(model.Count{}), lag(model.Exactly(900))}, "|lag@g+1|lag@g+1|lag@g+1"},
		"oldest":                        {[]model.Stream{oldest(60, 1), oldest(60, 1), oldest(52, 1), oldest(50, 1)}, "|oldest@g+1|oldest@g+1|"},
		"what is oldest isn't told":     {[]model.Stream{oldest(61, 3), pending(5), pending(0)}, "oldest@g+0 deliveries@g+0|oldest@g+0 deliveries@g+0|"},
		"deliveries":                    {[]model.Stream{oldest(1, 2), oldest(1, 3), oldest(1, 2)}, "|deliveries@g+1|"},
		"no consumers":                  {[]model.Stream{deserted(model.Stream{}, model.Exactly(1)), deserted(model.Stream{}, model.Exactly(0))}, "no consumers@g+0|"},
		"no consumers is no lag too":    {[]model.Stream{lag(model.Exactly(1001)), deserted(model.Stream{}, model.Exactly(1001)), lag(model.Exactly(1001))}, "lag@g+0|no consumers@g+1|lag@g+2"},
		"no consumers, lag unknown":     {[]model.Stream{deserted(model.Stream{Length: 3, First: at(4), Last: at(9)}, model.Count{})}, ""},
		"… and nothing was read":        {[]model.Stream{deserted(model.Stream{Length: 3, First: at(6), Last: at(9)}, model.Count{})}, "no consumers@g+0"},
		"… and the last entry is there": {[]model.Stream{deserted(model.Stream{Length: 3, First: at(4), Last: at(9), MaxDeleted: at(8), EntriesAdded: model.Exactly(9)}, model.Count{})}, "no consumers@g+0"},
		"… and all was read": {[]model.Stream{
			deserted(model.Stream{Length: 3, First: at(6), Last: at(9)}, model.Count{}),
			deserted(model.Stream{Length: 3, First: at(4), Last: at(9)}, model.Count{}),
			deserted(model.Stream{Length: 3, First: at(4), Last: at(5)}, model.Count{}),
		}, "no consumers@g+0|no consumers@g+0|"},
		"entries are lost": {
			[]model.Stream{lost(model.Exactly(10)), lost(model.Exactly(8)), lost(model.Count{}), lost(model.Exactly(7)), lost(model.Exactly(10))},
			strings.Repeat("|never delivered@g+1", 3) + "|",
		},
		"more are lost than went": {[]model.Stream{lost(model.Exactly(1))}, ""},
		"a group vanishes and is back": {
			[]model.Stream{groups("a", "b", "c"), groups("a", "c"), groups("a", "c"), groups("a"), groups("a", "b")},
			"|vanished@b+1|vanished@b+1|vanished@b+1 vanished@c+3|vanished@c+3",
		},
		"a stream vanishes":      {[]model.Stream{groups("a", "b"), groups("b"), {Missing: true}, groups("b")}, "|vanished@a+1||"},
		"a stream is withheld":   {[]model.Stream{pending(101), {Problem: "NOPERM"}, pending(95), {Problem: "NOPERM"}, groups("other")}, "pending@g+0|pending@g+0|pending@g+0|pending@g+0|"},
		"group and kind, sorted": {[]model.Stream{groups("a", "b", "z"), {Groups: []model.Group{withOldest(healthy("b"), alertTime.Add(-time.Hour), 9)}}}, "|vanished@a+1 oldest@b+1 deliveries@b+1 vanished@z+1"},
	} {
		t.Run(name, func(t *testing.T) {
			var alerts []health.Alert
			var before *model.Snapshot
			var got []string
			for i, s := range c.snapshots {
				s.Key = "events:x.y"
				now := &model.Snapshot{At: alertTime.Add(time.Duration(i) * time.Second), Streams: []model.Stream{s}}
				alerts, _ = alertLimits.Review(alerts, before, now)
				before, got = now, append(got, told(alerts))
			}
			if got := strings.Join(got, "|"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAlertsOfStreamsThatAreListedNoMoreEnd(t *testing.T) {
	g := healthy("g")
	g.Pending = 101
	stream := func(key string) model.Stream { return model.Stream{Key: key, Groups: []model.Group{g}} }
	first := &model.Snapshot{At: alertTime, Streams: []model.Stream{stream("a"), stream("b"), stream("c")}}
	alerts, raised := alertLimits.Review(nil, nil, first)
	if len(alerts) != 3 || raised != 3 {
		t.Fatalf("%v, %d raised", alerts, raised)
	}
	second := &model.Snapshot{At: alertTime.Add(time.Second), Streams: []model.Stream{stream("b"), stream("bb")}}
	alerts, raised = alertLimits.Review(alerts, first, second)
	if len(alerts) != 2 || alerts[0].Stream != "b" || alerts[1].Stream != "bb" || raised != 1 {
		t.Errorf("%v, %d raised", alerts, raised)
	}
}

func TestAlertsThatAreOffStaySilent(t *testing.T) {
	g := withOldest(model.Group{Name: "g", Pending: 1 << 40, Lag: model.Exactly(1 << 40)}, alertTime.Add(-24*time.Hour), 99)
	before := &model.Snapshot{At: alertTime, Streams: []model.Stream{{Key: "a", Groups: []model.Group{g, healthy("h")}}}}
	now := &model.Snapshot{At: alertTime.Add(time.Second), Streams: []model.Stream{{Key: "a", Groups: []model.Group{g}}}}
	if alerts, _ := (health.Limits{}).Review(nil, before, now); len(alerts) > 0 {
		t.Errorf("%v", alerts)
	}
}

// Whatever the snapshots say: alerts are sorted, each is there once, and Since stays what it was while one stands.
func TestAlertsKeepTheirSince(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limits := health.Limits{
			Pending: rapid.Int64Range(0, 5).Draw(rt, "pending"), Lag: rapid.Int64Range(0, 5).Draw(rt, "lag"),
			Oldest: rapid.SampledFrom([]time.Duration{0, 1, time.Second}).Draw(rt, "oldest"), Deliveries: rapid.Int64Range(0, 3).Draw(rt, "deliveries"),
			NoConsumers: rapid.Bool().Draw(rt, "consumers"), VanishedGroup: rapid.Bool().Draw(rt, "vanished"),
			NeverDelivered: rapid.Bool().Draw(rt, "never delivered"),
		}
		var alerts []health.Alert
		var before *model.Snapshot
		at := alertTime
		for range rapid.IntRange(1, 12).Draw(rt, "snapshots") {
			at = at.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "passed")) * time.Second)
			now := drawSnapshot(rt, at)
			next, raised := limits.Review(slices.Clone(alerts), before, now)
			fresh := 0
			for i := range next {
				a := &next[i]
				if i > 0 && told(next[i-1:i]) == told(next[i:i+1]) && next[i-1].Stream >= a.Stream {
					rt.Fatalf("out of order: %+v", next)
				}
				old := slices.IndexFunc(alerts, func(o health.Alert) bool { return o.Same(a) })
				switch {
				case old < 0 && !a.Since.Equal(at):
					rt.Fatalf("raised at %v with since %v", at, a.Since)
				case old >= 0 && !a.Since.Equal(alerts[old].Since):
					rt.Fatalf("since went from %v to %v", alerts[old].Since, a.Since)
				case old < 0:
					fresh++
				}
			}
			if fresh != raised {
				rt.Fatalf("%d are new, %d were raised", fresh, raised)
			}
			alerts, before = next, now
		}
	})
}

func drawSnapshot(rt *rapid.T, at time.Time) *model.Snapshot {
	s := &model.Snapshot{At: at}
	count := rapid.Custom(func(t *rapid.T) model.Count {
		return model.Count{N: rapid.Int64().Draw(t, "n"), Known: rapid.Bool().Draw(t, "known")}
	})
	for _, key := range []string{"a", "b", "c"} {
		if rapid.IntRange(0, 3).Draw(rt, "there") == 0 {
			continue
		}
		st := model.Stream{
			Key: key, Missing: rapid.IntRange(0, 9).Draw(rt, "missing") == 0, Problem: rapid.SampledFrom([]string{"", "", "", "NOPERM"}).Draw(rt, "problem"),
			Length: rapid.Int64Range(0, 9).Draw(rt, "length"), First: model.Position{Ms: rapid.Uint64Range(0, 9).Draw(rt, "first")},
			Last: model.Position{Ms: rapid.Uint64Range(0, 9).Draw(rt, "last")}, EntriesAdded: count.Draw(rt, "added"),
		}
		for _, name := range []string{"g", "h", "i"} {
			if rapid.Bool().Draw(rt, "group") {
				g := model.Group{Name: name, Lag: count.Draw(rt, "lag"), Pending: rapid.Int64Range(0, 9).Draw(rt, "pending")}
				if rapid.Bool().Draw(rt, "oldest") {
					g = withOldest(g, at.Add(-time.Duration(rapid.Int64Range(-5, 5).Draw(rt, "age"))*time.Second), rapid.Int64Range(0, 5).Draw(rt, "deliveries"))
				}
				if rapid.Bool().Draw(rt, "consumer") {
					g.Consumers = []model.Consumer{{Name: "worker-1"}}
				}
				st.Groups = append(st.Groups, g)
			}
		}
		s.Streams = append(s.Streams, st)
	}
	return s
}

func BenchmarkReview(b *testing.B) {
	for name, pending := range map[string]int64{"quiet": 0, "all alerting": 1 << 20} {
		b.Run(name, func(b *testing.B) {
			snapshot := &model.Snapshot{At: alertTime}
			for i := range 1000 {
				s := model.Stream{Key: fmt.Sprintf("events:s%04d", i)}
				for j := range 4 {
					g := healthy(fmt.Sprintf("group%d", j))
					g.Pending = pending
					s.Groups = append(s.Groups, g)
				}
				snapshot.Streams = append(snapshot.Streams, s)
			}
			var alerts []health.Alert
			b.ReportAllocs()
			for b.Loop() {
				alerts, _ = alertLimits.Review(alerts, snapshot, snapshot)
			}
		})
	}
}

// What is lost stays lost: put aside, the alert comes back only when more is.
func TestAnAlertOfLostEntriesThatWasPutAsideComesBackWhenMoreAreLost(t *testing.T) {
	lost := func(read int64) *model.Snapshot {
		g := healthy("g")
		g.EntriesRead = model.Exactly(read)
		return &model.Snapshot{At: alertTime, Streams: []model.Stream{
			{Key: "s", EntriesAdded: model.Exactly(10), Length: 2, Groups: []model.Group{g}},
		}}
	}
	if _, raised := alertLimits.Review(nil, nil, lost(8)); raised != 1 {
		t.Errorf("%d raised, want 1", raised)
	}
	if alerts, raised := alertLimits.Review(nil, lost(8), lost(8)); raised != 0 || len(alerts) != 0 {
		t.Errorf("put aside: %+v", alerts)
	}
	if alerts, raised := alertLimits.Review(nil, lost(8), lost(7)); raised != 1 || alerts[0].Value != model.Exactly(3) {
		t.Errorf("one more was lost: %+v", alerts)
	}
}

// TestAnAlertBeganWhenTheEntrySaysSo, long before it was seen.
func TestAnAlertBeganWhenTheEntrySaysSo(t *testing.T) {
	limits := health.Limits{Oldest: time.Minute, Idle: time.Hour, Deliveries: 3}
	g := withOldest(healthy("g"), alertTime.Add(-2*time.Hour), 9)
	g.Oldest.Idle = 90 * time.Minute
	now := func(after time.Duration) *model.Snapshot {
		return &model.Snapshot{At: alertTime.Add(after), Streams: []model.Stream{{Key: "events:a", Groups: []model.Group{g}}}}
	}
	alerts, _ := limits.Review(nil, nil, now(0))
	again, raised := limits.Review(alerts, now(0), now(10*time.Second))
	if len(alerts) != 2 || len(again) != 2 || raised != 0 {
		t.Fatalf("%+v, then %+v", alerts, again)
	}
	for i, want := range []time.Duration{-119 * time.Minute, 0} { // of the age; the deliveries don't tell
		if !alerts[i].Began.Equal(alertTime.Add(want)) || !alerts[i].Since.Equal(alertTime) || !again[i].Began.Equal(alerts[i].Began) {
			t.Errorf("%v began at %v, seen at %v, then at %v", alerts[i].Kind, alerts[i].Began, alerts[i].Since, again[i].Began)
		}
	}
}

func TestWhatStoodAndDoesNoMoreHasEnded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		some := func(label string) (alerts []health.Alert) {
			chosen := rapid.SliceOfN(rapid.Bool(), 18, 18).Draw(rt, label)
			for i, there := range chosen {
				if there {
					alerts = append(alerts, health.Alert{Stream: fmt.Sprint(i / 9), Group: fmt.Sprint(i / 3 % 3), Kind: health.Kind(i % 3)})
				}
			}
			return alerts
		}
		before, standing := some("before"), some("standing")
		ended := health.Ended(before, standing, alertTime)
		for i := range before {
			same := func(a health.Alert) bool { return a.Same(&before[i]) }
			if slices.ContainsFunc(standing, same) == slices.ContainsFunc(ended, same) {
				rt.Fatalf("%+v is of %+v; ended are %+v", before[i], standing, ended)
			}
		}
		if len(ended) > len(before) || slices.ContainsFunc(ended, func(a health.Alert) bool { return !a.Ended.Equal(alertTime) }) {
			rt.Fatalf("ended are %+v of %+v", ended, before)
		}
	})
}
