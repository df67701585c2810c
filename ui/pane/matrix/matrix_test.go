package matrix

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/panetest"
)

var now = time.Date(2026, 7, 1, 14, 4, 25, 0, time.UTC)

var groupNames = []string{"db_writers", "log_aggregators", "metrics_collectors", "websocket_workers"}

// well is a group that has read everything.
func well(name string) model.Group {
	return model.Group{Name: name, Lag: model.Exactly(0), Consumers: []model.Consumer{{Name: "worker-1"}}, LastDelivered: model.Position{Ms: 9}}
}

// pends has a group hold entries, the oldest of that age and tried so often.
func pends(g *model.Group, pending int64, age time.Duration, deliveries int64) {
	g.Pending, g.Oldest = pending, &model.Pending{ID: model.PositionAt(now.Add(-age)), Consumer: "worker-1", Deliveries: deliveries}
}

// sick is a bus of 26 streams, some of which have one fault each.
func sick() *live.Data {
	s := &model.Snapshot{At: now}
	for i := range 26 {
		st := model.Stream{Key: fmt.Sprintf("events:family%02d.progress", i), Length: 9, First: model.Position{Ms: 1}, Last: model.Position{Ms: 9}}
		for _, name := range groupNames {
			st.Groups = append(st.Groups, well(name))
		}
		s.Streams = append(s.Streams, st)
	}
	group := func(stream, group int) *model.Group { return &s.Streams[stream].Groups[group] }
	pends(group(20, 0), 37, 64*time.Minute, 13)
	group(11, 1).Lag = model.Exactly(1900)
	group(12, 1).Lag = model.Exactly(107)
	group(13, 1).Lag = model.Exactly(70)
	pends(group(17, 2), 6, 100*time.Second, 1)
	group(5, 2).Consumers, group(5, 2).Lag = nil, model.Exactly(12)
	group(24, 2).Lag, group(24, 2).LastDelivered = model.Count{}, model.Position{Ms: 3}
	s.Streams[25].Groups = nil
	s.Streams[3].Problem = "WRONGTYPE Operation against a key holding the wrong kind of value"
	s.Streams[3].Groups = nil
	s.Streams[9].Groups = s.Streams[9].Groups[:2]
	d := live.NewData(10)
	d.Snapshot = s
	return d
}

// shown is the pane of such a bus, fitted to a size.
func shown(t testing.TB, d *live.Data, theme string, width, height int) (*Pane, pane.View) {
	t.Helper()
	p, v := New("events:"), panetest.View(t, theme, width, height, now)
	v.Data = d
	p.Refresh(pane.Scope{}, d)
	p.Fit(v)
	return p, v
}

func TestPictures(t *testing.T) {
	for _, size := range [][2]int{{58, 10}, {78, 19}, {118, 35}, {198, 55}} {
		for _, theme := range []string{"none", "dark", "light"} {
			t.Run(fmt.Sprintf("%s-%dx%d", theme, size[0], size[1]), func(t *testing.T) {
				p, v := shown(t, sick(), theme, size[0], size[1])
				golden.RequireEqual(t, panetest.Framed(p, v))
			})
		}
	}
}

func TestTheWorstComesFirstInBothDirections(t *testing.T) {
	p, _ := shown(t, sick(), "none", 118, 35)
	var first []string
	for _, r := range p.rows[:7] {
		first = append(first, p.name(r.stream.Key))
	}
	want := []string{"family05", "family20", "family17", "family11", "family12", "family03", "family24"}
	for i := range want {
		if first[i] != want[i]+".progress" {
			t.Fatalf("%v come first, want %v", first, want)
		}
	}
	if want := []string{"metrics_collectors", "db_writers", "log_aggregators", "websocket_workers"}; !slices.Equal(p.groups, want) {
		t.Errorf("the groups are %v, want %v", p.groups, want)
	}
	if want := (pane.Scope{Stream: "events:family05.progress", Group: "metrics_collectors"}); p.at != want {
		t.Errorf("the cursor is on %v, want the worst of all, %v", p.at, want)
	}
}

func TestTheWorstStreamOfAGroupIsFewKeysAway(t *testing.T) {
	for _, c := range []struct {
		right int
		want  string
	}{{0, "family05"}, {1, "family20"}, {2, "family11"}} {
		d := sick()
		p, _ := shown(t, d, "none", 118, 35)
		for range c.right {
			p.Aside(true)
		}
		p.Order().Next() // s
		p.Sort(d)
		if s, g := p.current(); p.name(s.Key) != c.want+".progress" || g.Name != p.groups[c.right] {
			t.Errorf("%d to the right it is %s of %s, want %s", c.right, s.Key, g.Name, c.want)
		}
	}
}

func TestTheCursorStaysOnItsCellWhereverThatGoes(t *testing.T) {
	d := sick()
	p, _ := shown(t, d, "none", 118, 35)
	p.Move(pane.Down, pane.Known{Data: d})
	p.Aside(true)
	at := p.at
	next := *d.Snapshot
	next.Streams = slices.Clone(next.Streams)
	next.Streams[20].Groups = []model.Group{well("db_writers")} // it has recovered
	d.Snapshot = &next
	p.Refresh(pane.Scope{}, d)
	if p.at != at || p.row() < 4 {
		t.Errorf("the cursor is on %v in row %d, want %v further down", p.at, p.row(), at)
	}
}

func TestEnterLeadsToWhatMakesItSo(t *testing.T) {
	d := sick()
	p, _ := shown(t, d, "none", 118, 35)
	for stream, entry := range map[int]bool{20: true, 17: true, 11: false, 25: false} {
		p.at = pane.Scope{Stream: d.Snapshot.Streams[stream].Key, Group: "db_writers"}
		if stream == 17 {
			p.at.Group = "metrics_collectors"
		}
		effect, ok := p.Enter()
		if !ok || effect.To.Stream != p.at.Stream || effect.To.Entry.IsZero() == entry {
			t.Errorf("from %v it leads to %+v", p.at, effect.To)
		}
		g := d.Snapshot.Streams[stream].Group(p.at.Group)
		if g == nil {
			if effect.To.Group != "" {
				t.Errorf("from %v, where there is no group, it leads to %q", p.at, effect.To.Group)
			}
		} else if entry && effect.To.Entry != g.Oldest.ID {
			t.Errorf("from %v it leads to %v, want %v", p.at, effect.To.Entry, g.Oldest.ID)
		}
	}
}

func TestEachCellSaysWhyInASentenceWithItsNumbers(t *testing.T) {
	d := sick()
	p, v := shown(t, d, "none", 198, 35)
	for at, want := range map[pane.Scope]string{
		{Stream: "events:family20.progress", Group: "db_writers"}:         "db_writers on family20.progress: poison: delivered 13 times (limit 3); oldest pending 1h04m (limit 1m00s). 0 undelivered, 37 pending, the oldest 1h04m.",
		{Stream: "events:family05.progress", Group: "metrics_collectors"}: "no consumers: 12 undelivered and nobody reads. 12 undelivered, 0 pending. Entries wait and nobody reads them",
		{Stream: "events:family24.progress", Group: "metrics_collectors"}: "lag unknown: how many entries wait isn't known. 0 pending.",
		{Stream: "events:family00.progress", Group: "db_writers"}:         "db_writers on family00.progress: keeping up. 0 undelivered, 0 pending.",
		{Stream: "events:family25.progress", Group: "db_writers"}:         "No group reads family25.progress.",
		{Stream: "events:family09.progress", Group: "websocket_workers"}:  "websocket_workers doesn't read family09.progress.",
		{Stream: "events:family03.progress", Group: "db_writers"}:         "family03.progress can't be read: WRONGTYPE",
	} {
		p.at = at
		p.Fit(v)
		text := strings.Join(strings.Fields(strings.Join(p.foot(v), " ")), " ")
		if !strings.Contains(text, want) {
			t.Errorf("of %v it says %q, want %q", at, text, want)
		}
	}
}

// A sign says without colour what colour says: each state has one of its own, but for those that only differ in how far they are
// over their limits.
func TestTheSignSaysWhatTheColourSays(t *testing.T) {
	for st, want := range map[standing]string{
		{health.KeepingUp, 0.2}: "✓ ", {health.KeepingUp, 0.6}: "░ ", {health.Behind, 1.1}: "▒ ", {health.Late, 5}: "▓ ", {health.Stuck, 99}: "█ ",
		{health.Poison, 0.1}: "▒!", {health.Poison, 40}: "█!", {health.NoConsumers, 50}: "✗ ", {health.LagUnknown, 0}: "? ",
	} {
		if got := st.sign(); got != want {
			t.Errorf("%v reads %q, want %q", st, got, want)
		}
	}
}

// The whole is drawn from what is known: the pane asks the server for nothing.
func TestTheMatrixAsksForNothing(t *testing.T) {
	var p any = New("")
	if _, asks := p.(pane.Asker); asks {
		t.Error("it asks")
	}
	if _, walks := p.(pane.Walker); walks {
		t.Error("it has streams read")
	}
}

func BenchmarkMatrix(b *testing.B) {
	for _, streams := range []int{26, 1000} {
		b.Run(fmt.Sprint(streams), func(b *testing.B) {
			s := &model.Snapshot{At: now}
			for i := range streams {
				st := model.Stream{Key: fmt.Sprintf("events:s%04d", i), Length: 9}
				for _, name := range groupNames {
					st.Groups = append(st.Groups, well(name))
				}
				s.Streams = append(s.Streams, st)
			}
			d := live.NewData(10)
			d.Snapshot = s
			p, v := shown(b, d, "dark", 198, 55)
			b.ReportAllocs()
			for b.Loop() {
				p.arrange(d)
				panetest.Fitted(p, v)
			}
		})
	}
}
