package desk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/pane"
)

// TestTheWheelScrollsTheViewAndLeavesTheCursor turns the wheel over every pane whose rows don't fit, and then moves the cursor, which
// comes back into sight.
func TestTheWheelScrollsTheViewAndLeavesTheCursor(t *testing.T) {
	tried := map[layout.PaneID]bool{}
	for _, keys := range []string{"", "W", "9", "F", "2", "3", "5 g w z", "5 g v", "5", "6 l"} {
		b := withTraffic(t, 120, 24)
		for i := range 60 {
			b.publish(model.Type(fmt.Sprintf("family%02d.progress", i%30)), fmt.Sprintf("wf-%d", i), `{"n":1}`)
		}
		for range 60 {
			b.publish("audit.progress", "wf-0", `{"n":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]}`)
		}
		for i := range 40 {
			b.publish(model.WorkflowStarted, fmt.Sprintf("wf-%d", i), "{}")
		}
		for i := range 15 {
			b.deliver(started, fmt.Sprintf("group%02d", i), "worker", 40)
		}
		b.deliver(started, "db_writers", "worker-3", 40)
		b.pass(readAgain)
		b.look()
		b.settled()
		b.press(keys)
		b.settled()
		for id := range paneCount {
			rect := b.desk.tiles.Layout.Panes[id]
			sighted, ok := b.desk.panes.pane(id).(pane.Sighted)
			if !ok || !rect.Shown() || sighted.Sight().Rows <= sighted.Sight().Height {
				continue
			}
			tried[id] = true
			wheel := func(button tea.MouseButton) {
				b.send(tea.MouseMsg{X: rect.X + 3, Y: rect.Y + 2, Button: button, Action: tea.MouseActionPress})
			}
			rows := func() pane.Rows {
				searcher, _ := b.desk.panes.pane(id).(pane.Searcher)
				return searcher.Rows(b.desk.known())
			}
			first, focus, at := sighted.Sight().First, b.desk.tiles.Focus, rows().At
			away, back := tea.MouseButtonWheelDown, tea.MouseButtonWheelUp
			if first > 0 {
				away, back = back, away
			}
			for range 20 {
				wheel(away)
			}
			if now := sighted.Sight().First; now == first || rows().At != at || b.desk.tiles.Focus != focus {
				t.Errorf("after %q over %s: rows from %d (were from %d), the cursor on %d (was on %d), the focus on %d (was on %d)\n%s",
					keys, specOf(id).Name, now, first, rows().At, at, b.desk.tiles.Focus, focus, stripped(b.screen()))
			}
			b.fits()
			wheel(back)
			if rows().At != at {
				t.Errorf("after %q over %s: the cursor moved from %d to %d", keys, specOf(id).Name, at, rows().At)
			}
			b.carryOut(b.desk.focusOn(id))
			b.press("k")
			if s := sighted.Sight(); s.Loose() {
				t.Errorf("after %q over %s: the cursor has moved and isn't in sight:\n%s", keys, specOf(id).Name, stripped(b.screen()))
			}
		}
	}
	for id := range paneCount {
		if _, ok := newHarness(t, 120, 40).desk.panes.pane(id).(pane.Sighted); ok && !tried[id] && id != DeadLettersPane {
			t.Errorf("nothing scrolled %s: it had too few rows, or no place", specOf(id).Name)
		}
	}
}

// TestAClickInTheMapIsOnTheNodeThere clicks a group beside the streams, and then twice, which goes into it.
func TestAClickInTheMapIsOnTheNodeThere(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("f6")
	const name = "db_writers"
	rect := b.desk.tiles.Layout.Panes[b.desk.tiles.Focus]
	lines := strings.Split(uncoloured(b.screen()), "\n")
	y := rect.Y + 1 + slices.IndexFunc(lines[rect.Y+1:], func(line string) bool { return strings.Contains(line, name) })
	if y >= rect.Y+rect.Height-1 {
		t.Fatalf("the group isn't there:\n%s", b.screen())
	}
	before, _, _ := strings.Cut(lines[y], name)
	x := len([]rune(before))
	click := func() {
		b.send(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
		b.send(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionRelease})
	}
	click()
	if line := strings.Split(uncoloured(b.screen()), "\n")[y]; !regexp.MustCompile("▸. " + name).MatchString(line) {
		t.Errorf("the cursor isn't on it:\n%s", b.screen())
	}
	click()
	if focus := specOf(b.desk.tiles.Focus).Name; focus == "Map" || b.desk.panes.scope.Group != name {
		t.Errorf("a double click leads to %s of %s", focus, b.desk.panes.scope.Group)
	}
}
