package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/desk/layout"
	eventpane "streamdesk/ui/pane/event"
)

func TestKeysOfPinnedEvents(t *testing.T) {
	t.Parallel()
	windows := func(b *harness) any { return len(b.desk.windows.List) }
	focused := func(b *harness) any { return b.desk.windows.Focused }
	for _, c := range []struct {
		keys  string
		check func(b *harness) any
		want  any
	}{
		{"P", windows, 1},
		{"P", focused, true},
		{"P 5 k P 5 k P", windows, 3},
		{"P P", windows, 1}, // it has one already
		{"P 1 P", windows, 1},
		{"P 1 P", focused, true},
		{"P esc", windows, 0},
		{"P esc", focused, false},
		{"P 5 k P esc", windows, 1},
		{"P 5 k P esc", focused, true},
		{"P tab", windows, 1},
		{"P tab", focused, false},
		{"P 1", focused, false},
		{"P 1 esc", windows, 0}, // nothing nearer to undo
		{"P 3 space esc", windows, 1},
		{"P 1 ctrl+w", focused, true},
		{strings.Repeat("P 5 k ", windowsMost+1), windows, windowsMost},
		{"P ctrl+right", func(b *harness) any { return b.desk.windows.List[0].Rect.X }, 29 + moveColumns},
		{"P ctrl+left", func(b *harness) any { return b.desk.windows.List[0].Rect.X }, 29 - moveColumns},
		{"P ctrl+down", func(b *harness) any { return b.desk.windows.List[0].Rect.Y }, 7 + moveRows},
		{"P ctrl+up", func(b *harness) any { return b.desk.windows.List[0].Rect.Y }, 7 - moveRows},
		{"P >", func(b *harness) any { return b.desk.windows.List[0].Rect.Width }, windowWidth + layout.ColumnStep},
		{"P <", func(b *harness) any { return b.desk.windows.List[0].Rect.Width }, windowWidth - layout.ColumnStep},
		{"P }", func(b *harness) any { return b.desk.windows.List[0].Rect.Height }, windowHeight + layout.RowStep},
		{"P {", func(b *harness) any { return b.desk.windows.List[0].Rect.Height }, windowHeight - layout.RowStep},
		{"P ?", func(b *harness) any { return b.top() }, "Keys"},
		{"P ? esc", windows, 1},
		{"P alt+w", func(b *harness) any { return b.top() }, "Window"},
		{"P m", func(b *harness) any { return b.top() }, "Event"},
	} {
		t.Run(c.keys, func(t *testing.T) {
			t.Parallel()
			b := withTraffic(t, 120, 40)
			for range windowsMost {
				b.publish(model.WorkflowStarted, "wf-1", "{}")
			}
			b.look()
			b.press(c.keys)
			if got := c.check(b); got != c.want {
				t.Errorf("after %q: got %v, want %v", c.keys, got, c.want)
			}
			b.fits()
		})
	}
}

func TestAPinnedEventStaysThoughTheStreamGoesOn(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("5 k k P")
	pinned := b.desk.windows.List[0].Record.Key()
	b.press("1 f")
	for i := range 10_000 {
		b.arrive(model.Entry{
			Stream: "events:workflow.started", ID: model.Position{Ms: uint64(start.UnixMilli()) + 1e6 + uint64(i), Seq: 0},
			Fields: []model.Field{{Name: "data", Value: fmt.Sprintf(`{"workflow_id":"wf-%d"}`, i)}},
		})
	}
	b.pass(2 * time.Second)
	b.look()
	w := b.desk.windows.List[0]
	shown, _ := w.Detail.(*eventpane.Pane)
	if w.Record.Key() != pinned || shown.Shown().Key() != pinned {
		t.Errorf("the window shows %v, want %v", shown.Shown().Key(), pinned)
	}
	b.sees("⌖ Event " + "…")
	b.fits()
}

// What is done with a pinned event in focus is done to that event, wherever the cursor of the panes has gone.
func TestActionsOnAPinnedEventAreAboutIt(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("5 k k P")
	pinned := b.desk.windows.List[0].Record.Key()
	b.press("3 j j ctrl+w")
	if target, group := b.desk.target(); target.Stream != pinned.Stream || len(target.IDs) != 1 || target.IDs[0] != pinned.ID || group != "" {
		t.Errorf("an action would be about %+v of %q, want %v", target, group, pinned)
	}
	if b.desk.subject.key != pinned {
		t.Errorf("the event shown is %v, want %v", b.desk.subject.key, pinned)
	}
	b.press("R")
	b.sees(pinned.ID.String())
}

func TestTheMouseMovesSizesAndClosesPinnedEvents(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("5 k P 5 k P 1")
	first := b.desk.windows.List[0]
	rect := first.Placed(b.desk.tiles.Layout.Body())
	b.click(rect.X, rect.Y+3) // its left edge sticks out under the second one
	if b.desk.windows.Top() != first || !b.desk.windows.Focused {
		t.Fatal("the click didn't bring the window to the top")
	}
	b.dragFrom(rect.X+4, rect.Y, rect.X+14, rect.Y+5)
	if got := first.Placed(b.desk.tiles.Layout.Body()); got.X != rect.X+10 || got.Y != rect.Y+5 {
		t.Errorf("the window was dragged to %+v from %+v", got, rect)
	}
	rect = first.Placed(b.desk.tiles.Layout.Body())
	b.dragFrom(rect.X+rect.Width-1, rect.Y+rect.Height-1, rect.X+rect.Width-11, rect.Y+rect.Height-4)
	if got := first.Placed(b.desk.tiles.Layout.Body()); got.Width != rect.Width-10 || got.Height != rect.Height-3 {
		t.Errorf("the window is %+v, was %+v", got, rect)
	}
	rect = first.Placed(b.desk.tiles.Layout.Body())
	b.send(tea.MouseMsg{X: rect.X + 3, Y: rect.Y + 3, Button: tea.MouseButtonWheelDown, Action: tea.MouseActionPress})
	b.fits()
	b.click(rect.X+rect.Width-2, rect.Y)
	if len(b.desk.windows.List) != 1 || b.desk.windows.List[0] == first {
		t.Errorf("the click on the mark left %d windows", len(b.desk.windows.List))
	}
	for _, size := range [][2]int{{60, 15}, {80, 24}, {200, 60}} {
		b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		b.fits()
		if r, body := b.desk.windows.List[0].Placed(b.desk.tiles.Layout.Body()), b.desk.tiles.Layout.Body(); r.X < 0 || r.X+r.Width > body.Width || r.Y+r.Height > body.Y+body.Height {
			t.Errorf("%v: the window stands at %+v", size, r)
		}
	}
}
