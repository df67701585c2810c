package dialog

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/ui/dialog/keyboard"
)

// someAlerts are one of each kind, in the order of the model: a minute apart, the last the newest.
func someAlerts() []health.Alert {
	alerts := []health.Alert{
		{Kind: health.AlertPending, State: health.Behind, Group: "db_writers", Value: model.Exactly(1204), Limit: 1000},
		{Kind: health.AlertLag, State: health.Behind, Group: "db_writers", Value: model.About(12345), Limit: 10000},
		{Kind: health.AlertOldest, State: health.Late, Group: "db_writers", Consumer: "worker-3", Age: 134 * time.Second, AgeLimit: time.Minute},
		{Kind: health.AlertDeliveries, State: health.Poison, Group: "db_writers", Consumer: "worker-3", Value: model.Exactly(4), Limit: 3},
		{Kind: health.AlertNoConsumers, State: health.NoConsumers, Group: "metrics_collectors"},
		{Kind: health.AlertVanished, Group: "websocket_workers"},
	}
	for i := range alerts {
		alerts[i].Stream = "events:workflow.started"
		alerts[i].Since = testTime.Add(time.Duration(i-len(alerts)) * time.Minute)
		alerts[i].Began = alerts[i].Since
	}
	return alerts
}

func TestLooksOfTheAlerts(t *testing.T) {
	t.Parallel()
	for name, size := range map[string][2]int{"60x15": {60, 15}, "120x40": {120, 40}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden.RequireEqual(t, strings.Join(NewAlerts("events:", someAlerts(), nil).Draw(testView(t, size[0], size[1])), "\n")+"\n")
		})
		t.Run(name+" with ended ones", func(t *testing.T) {
			t.Parallel()
			alerts := someAlerts()
			for i := range alerts[2:] {
				alerts[i+2].Ended = testTime.Add(time.Duration(i-5) * 10 * time.Second)
			}
			d := NewAlerts("events:", alerts[:2], alerts[2:])
			d.Update(keyboard.Key("end"))
			golden.RequireEqual(t, strings.Join(d.Draw(testView(t, size[0], size[1])), "\n")+"\n")
		})
	}
}

func TestTheAlertUnderTheCursorStaysThere(t *testing.T) {
	t.Parallel()
	alerts := someAlerts()
	d := NewAlerts("events:", alerts[:4], nil)
	d.Update(keyboard.Key("down"))
	chosen := *d.current()
	d.Show(alerts, nil)
	if !d.current().Same(&chosen) {
		t.Errorf("newer alerts moved the cursor to %+v", d.current())
	}
	d.Show(alerts[1:], nil)
	if !d.current().Same(&chosen) {
		t.Errorf("an alert that ended moved the cursor to %+v", d.current())
	}
	d.Show(nil, nil)
	if _, done := d.Update(keyboard.Key("enter")); done {
		t.Error("enter on nothing closed the list")
	}
}

func TestAlertsAreChosenAndDismissed(t *testing.T) {
	t.Parallel()
	d := NewAlerts("events:", someAlerts(), nil)
	d.Draw(testView(t, 120, 40))
	for _, c := range []struct {
		keys string
		want tea.Msg
		done bool
	}{
		{"d", Dismissed{Alert: someAlerts()[5]}, false}, // the newest comes first
		{"down", nil, false},
		{"d", nil, false}, // it goes when its group has consumers
		{"enter", GoTo{Stream: "events:workflow.started", Group: "metrics_collectors"}, true},
		{"end up", nil, false},
		{"enter", GoTo{Stream: "events:workflow.started", Group: "db_writers"}, true},
		{"esc", nil, true},
	} {
		var cmd tea.Cmd
		var done bool
		for _, k := range keyboard.Keys(c.keys) {
			cmd, done = d.Update(k)
		}
		var got tea.Msg
		if cmd != nil {
			got = cmd()
		}
		if got != c.want || done != c.done {
			t.Errorf("%s: %v, done %v", c.keys, got, done)
		}
	}
	if _, done := d.Click(5, 3); done || d.cursor.at != 1 {
		t.Errorf("a click chose %d, done %v", d.cursor.at, done)
	}
	if cmd, done := d.Click(5, 3); !done || cmd == nil {
		t.Error("a click on the chosen one doesn't open it")
	}
	for _, y := range []int{-1, 0, 1, 20, 100} {
		if cmd, done := d.Click(5, y); done || cmd != nil {
			t.Errorf("a click at %d opened something", y)
		}
	}
}

func TestTheAlertsFitEveryView(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var alerts []health.Alert
		for range rapid.IntRange(0, 30).Draw(rt, "n") {
			alerts = append(alerts, health.Alert{
				Kind: health.Kind(rapid.Uint8Range(0, 7).Draw(rt, "kind")), Stream: hostile().Draw(rt, "stream"), Group: hostile().Draw(rt, "group"),
				Consumer: hostile().Draw(rt, "consumer"), Value: model.Count{N: rapid.Int64().Draw(rt, "value"), Known: rapid.Bool().Draw(rt, "known")},
				Ended: testTime, Since: testTime.Add(time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(rt, "since"))),
			})
		}
		standing := rapid.IntRange(0, len(alerts)).Draw(rt, "standing")
		d := NewAlerts("events:", alerts[:standing], alerts[standing:])
		for _, k := range rapid.SliceOfN(rapid.SampledFrom([]string{"down", "up", "pgdown", "pgup", "end", "home"}), 0, 8).Draw(rt, "keys") {
			d.Update(keyboard.Key(k))
			width, height := rapid.IntRange(1, 130).Draw(rt, "width"), rapid.IntRange(1, 50).Draw(rt, "height")
			lines := d.Draw(testView(t, width, height))
			if len(lines) > height {
				rt.Fatalf("%d lines of %d", len(lines), height)
			}
			for _, l := range lines {
				if w := ansi.StringWidth(l); w > width {
					rt.Fatalf("a line of %d cells in %d: %q", w, width, l)
				}
			}
		}
	})
}
