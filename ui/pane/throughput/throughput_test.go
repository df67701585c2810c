package throughput

import (
	"strings"
	"testing"
	"time"

	"streamdesk/ui/pane/panetest"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// charted is what the desk knows after a minute in which a group fell behind.
func charted() *live.Data {
	at := time.Date(2026, 11, 23, 14, 4, 25, 0, time.UTC)
	d := live.NewData(10)
	for second := range 60 {
		n := int64(second)
		s := &model.Snapshot{At: at.Add(time.Duration(second) * time.Second), Streams: []model.Stream{{
			Key: "events:workflow.started", Length: 412 * n, EntriesAdded: model.Exactly(412 * n),
			Groups: []model.Group{{Name: "db_writers", Pending: 60 - n, EntriesRead: model.Exactly(402 * n), Lag: model.Exactly(10 * n)}},
		}}}
		d.Apply(live.Batch{Snapshot: s, SnapshotAt: s.At, RoundTrip: 3100 * time.Microsecond, Skipped: model.Exactly(0)}, s.At)
	}
	return d
}

func TestTheLegendGivesWayInOrder(t *testing.T) {
	t.Parallel()
	th, err := theme.New("none", theme.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	p := New("events:", 15*time.Minute)
	p.Refresh(pane.Scope{Stream: "events:workflow.started", Group: "db_writers"}, nil)
	data := charted()
	for _, c := range []struct {
		width, height int
		has, lacks    string
	}{
		{68, 7, "─ in|412/s|· acked|403/s|diff|-9.0/s|p99 rtt|3.1ms|lag|590 ↑|pending|1 ↓|db_writers", ""},
		{68, 6, "─ in|· acked|diff|p99 rtt|lag|pending", "db_writers"},
		{68, 5, "─ in|· acked|diff|lag|pending", "p99|db_writers"},
		{68, 4, "─ in|· acked|lag|pending", "diff|p99"},
		{68, 3, "─ in|lag|pending", "acked|diff|p99"},
		{46, 7, "590 ↑|1 ↓|─ in|db_writers", ""},
		{45, 7, "590|─ in|db_writers", "↑|↓"},
		{44, 7, "590|─ in|db_writers", "↑|↓"},
		{43, 7, "in|590|pending", "─ in|db_writers|↑"},
		{40, 7, "in|590|pending", "─ in|db_writers|↑"},
		{39, 7, "┤", "in |590|pending"},
		{24, 3, "┤", "pending"},
	} {
		f := panetest.Fitted(p, pane.View{Theme: th, Data: data, Width: c.width, Height: c.height, Now: data.Snapshot.At, Location: time.UTC})
		text := ansi.Strip(strings.Join(f.Lines, "\n"))
		for want := range strings.SplitSeq(c.has, "|") {
			if !strings.Contains(text, want) {
				t.Errorf("in %dx%d there is no %q:\n%s", c.width, c.height, want, text)
			}
		}
		for unwanted := range strings.SplitSeq(c.lacks, "|") {
			if unwanted != "" && strings.Contains(text, unwanted) {
				t.Errorf("in %dx%d there is %q:\n%s", c.width, c.height, unwanted, text)
			}
		}
		if len(f.Lines) > c.height {
			t.Errorf("in %dx%d it has %d lines", c.width, c.height, len(f.Lines))
		}
	}
	for width := 1; width < 120; width++ {
		for height := range 14 {
			for _, line := range panetest.Fitted(p, pane.View{Theme: th, Data: data, Width: width, Height: height, Location: time.UTC}).Lines {
				if widget.Width(line) > width || strings.Contains(line, "\n") {
					t.Fatalf("in %dx%d a line takes %d cells: %q", width, height, widget.Width(line), line)
				}
			}
		}
	}
}

func TestRoundTripsAreWrittenInTheDigitsThatMatter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		took  time.Duration
		whole bool
		want  string
	}{
		{0, true, "?"},
		{3100 * time.Microsecond, true, "3.1ms"},
		{99 * time.Millisecond, false, "~99.0ms"},
		{312 * time.Millisecond, true, "312ms"},
		{2 * time.Second, true, "2.0s"},
		{20 * time.Second, false, "~20s"},
	} {
		if got := roundTrip(c.took, c.whole); got != c.want || widget.Width(got) > valueColumn {
			t.Errorf("%v is written %q, want %q", c.took, got, c.want)
		}
	}
}

// TestTheChartsWindowGrowsUntilOneIsChosen watches longer and longer.
func TestTheChartsWindowGrowsUntilOneIsChosen(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 23, 14, 4, 25, 0, time.UTC)
	after := func(watched time.Duration) *live.Data {
		d := live.NewData(10)
		for _, at := range []time.Time{began, began.Add(watched)} {
			d.Apply(live.Batch{Snapshot: &model.Snapshot{At: at}, SnapshotAt: at, Skipped: model.Exactly(0)}, at)
		}
		return d
	}
	window := func(p *Pane, d *live.Data) time.Duration { return p.windows[p.shown(d)] }
	for _, c := range []struct{ most, watched, want time.Duration }{
		{15 * time.Minute, 0, time.Minute},
		{15 * time.Minute, time.Minute, time.Minute},
		{15 * time.Minute, 61 * time.Second, 5 * time.Minute},
		{15 * time.Minute, 6 * time.Minute, 15 * time.Minute},
		{15 * time.Minute, 3 * time.Hour, 15 * time.Minute},
		{time.Minute, 3 * time.Hour, time.Minute},
		{24 * time.Hour, 40 * time.Minute, time.Hour},
	} {
		if got := window(New("events:", c.most), after(c.watched)); got != c.want {
			t.Errorf("of %s after %s: %s, want %s", c.most, c.watched, got, c.want)
		}
	}
	p, d := New("events:", 15*time.Minute), after(2*time.Minute)
	p.Zoom(false, d)
	if got := window(p, d); got != 15*time.Minute {
		t.Errorf("a longer time than five minutes is %s", got)
	}
	p.Zoom(true, d)
	p.Zoom(true, d)
	if got := window(p, after(time.Hour)); got != time.Minute {
		t.Errorf("a chosen minute became %s", got)
	}
	p.SetWindow(5 * time.Minute)
	if got := window(p, after(0)); got != 5*time.Minute {
		t.Errorf("the five minutes that were chosen last time are %s", got)
	}
}
