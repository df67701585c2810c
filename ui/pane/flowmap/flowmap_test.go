package flowmap

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/panetest"
	"streamdesk/ui/widget"
)

var now = time.Date(2026, 7, 1, 14, 4, 25, 0, time.UTC)

// known is a bus of so many streams with a group each of two, of which every seventh stream's first has a poison entry.
func known(streams int) *live.Data {
	d := live.NewData(10)
	s := &model.Snapshot{At: now}
	var records []model.Record
	for i := range streams {
		st := model.Stream{Key: fmt.Sprintf("events:s%04d.progress", i), Length: 9, Last: model.PositionAt(now.Add(-time.Duration(i) * time.Second))}
		for _, name := range []string{"db_writers", "log_aggregators"} {
			g := model.Group{Name: name, Lag: model.Exactly(0), LastDelivered: st.Last}
			g.Consumers = []model.Consumer{{Name: "worker-1", Idle: time.Second}, {Name: "worker-2", Idle: time.Minute}}
			if i%7 == 3 && name == "db_writers" {
				g.Pending, g.Oldest = 2, &model.Pending{ID: model.PositionAt(now.Add(-time.Hour)), Consumer: "worker-2", Deliveries: 13}
				g.Consumers[1].Pending = 2
			}
			st.Groups = append(st.Groups, g)
		}
		s.Streams = append(s.Streams, st)
		records = append(records, model.Record{
			Entry: model.Entry{Stream: st.Key, ID: st.Last}, Event: model.Event{SourceAgent: []string{"auditor", "tester", ""}[i%3]},
		})
	}
	d.Apply(live.Batch{Snapshot: s, SnapshotAt: now, Records: records, Skipped: model.Exactly(0), Healthy: true}, now)
	return d
}

// shown is the pane of such a bus, fitted to a size.
func shown(t testing.TB, theme string, width, height, streams int) (*Pane, pane.View) {
	t.Helper()
	v := panetest.View(t, theme, width, height, now)
	v.Data = known(streams)
	p := New("events:")
	p.Refresh(pane.Scope{}, v.Data)
	p.Fit(v)
	return p, v
}

// text is a pane as it is drawn, without its colours.
func text(p *Pane, v pane.View) string {
	f := panetest.Fitted(p, v)
	return ansi.Strip(f.Title + "\n" + strings.Join(f.Lines, "\n"))
}

func TestTheArrowsFollowTheEdgesFromAnAgentToAConsumer(t *testing.T) {
	p, v := shown(t, "none", 118, 20, 26)
	p.Move(pane.Down, pane.Known{})
	p.Aside(false)
	steps := []struct {
		sees string
		to   pane.Scope
	}{
		{"▸auditor", pane.Scope{Stream: "events:s0003.progress", Group: "db_writers"}},
		{"▸s0003.progress", pane.Scope{Stream: "events:s0003.progress", Group: "db_writers"}},
		{"▸█ db_writers", pane.Scope{Stream: "events:s0003.progress", Group: "db_writers"}},
		{"▸✓ worker-1", pane.Scope{Stream: "events:s0003.progress", Group: "db_writers"}},
	}
	for i, step := range steps {
		if i > 0 {
			p.Aside(true)
		}
		if drawn := text(p, v); !strings.Contains(drawn, step.sees) {
			t.Errorf("step %d: %q isn't under the cursor:\n%s", i, step.sees, drawn)
		}
		var to pane.Scope
		p.Choose(&to)
		if to != step.to {
			t.Errorf("step %d: %v is chosen, want %v", i, to, step.to)
		}
	}
	p.Move(pane.Down, pane.Known{})
	if drawn := text(p, v); !strings.Contains(drawn, "▸▒ worker-2") || !strings.Contains(drawn, "s0003.progress → db_writers: poison: ") {
		t.Errorf("the next consumer isn't under the cursor, or nothing says why:\n%s", drawn)
	}
}

func TestEnterGoesIntoWhatIsChosen(t *testing.T) {
	p, _ := shown(t, "none", 118, 20, 26)
	p.Lead(pane.Scope{Stream: "events:s0003.progress"}, nil)
	e, ok := p.Enter()
	if !ok || e.To == nil || e.To.Group != "db_writers" || e.To.Entry != model.PositionAt(now.Add(-time.Hour)) {
		t.Errorf("a stream leads to %+v", e.To)
	}
	p.Aside(false)
	if e, _ = p.Enter(); e.Filter == nil || *e.Filter != "agent:auditor" || e.Focus != "Events" {
		t.Errorf("an agent leads to %+v", e)
	}
}

func TestOnlyWhatIsIllIsShown(t *testing.T) {
	p, v := shown(t, "none", 118, 30, 26)
	p.Sift()
	drawn := text(p, v)
	if n := strings.Count(drawn, ".progress  "); n != 4 || strings.Contains(drawn, "log_aggregators") || !strings.Contains(drawn, "only what is ill") {
		t.Errorf("%d streams are shown:\n%s", n, drawn)
	}
	p.Sift()
	if drawn := text(p, v); !strings.Contains(drawn, "log_aggregators") {
		t.Errorf("not everything is shown again:\n%s", drawn)
	}
}

func TestAStreamThatNobodyReadsLeadsNowhere(t *testing.T) {
	p, v := shown(t, "none", 118, 20, 26)
	v.Data.Snapshot.Streams[0].Groups = nil
	p.Refresh(pane.Scope{}, v.Data)
	p.Lead(pane.Scope{Stream: v.Data.Snapshot.Streams[0].Key}, nil)
	drawn := text(p, v)
	edge := regexp.MustCompile(`▸s0000\.progress .*─· +║ · +█`)
	if !edge.MatchString(drawn) || !strings.Contains(drawn, "█ db_writers") || !strings.Contains(drawn, "No group reads s0000.progress") {
		t.Errorf("it seems to be read:\n%s", drawn)
	}
}

func TestEveryLineOfTheMapFits(t *testing.T) {
	for _, size := range [][2]int{{20, 4}, {58, 11}, {78, 20}, {118, 36}, {198, 56}} {
		p, v := shown(t, "dark", size[0], size[1], 300)
		for i := range 40 {
			f := panetest.Fitted(p, v)
			if len(f.Lines) > size[1] {
				t.Fatalf("%v: %d lines", size, len(f.Lines))
			}
			for _, line := range f.Lines {
				if widget.Width(line) > size[0] {
					t.Fatalf("%v: a line is %d wide: %q", size, widget.Width(line), ansi.Strip(line))
				}
			}
			p.Move([]pane.Move{pane.Down, pane.PageDown, pane.Bottom, pane.Up}[i%4], pane.Known{})
			p.Aside(i%5 < 3)
		}
	}
}

func TestAnEmptyMapSaysSo(t *testing.T) {
	p, v := shown(t, "none", 78, 20, 0)
	p.Move(pane.Down, pane.Known{})
	p.Aside(true)
	_, entered := p.Enter()
	if drawn := text(p, v); entered || !strings.Contains(drawn, "There is no stream yet") {
		t.Errorf("it leads somewhere (%v), or shows:\n%s", entered, drawn)
	}
}

func BenchmarkMap(b *testing.B) {
	for _, streams := range []int{26, 1000} {
		b.Run(fmt.Sprint(streams), func(b *testing.B) {
			p, v := shown(b, "dark", 198, 55, streams)
			b.ReportAllocs()
			for b.Loop() {
				p.arrange()
				panetest.Fitted(p, v)
			}
		})
	}
}
