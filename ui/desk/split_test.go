package desk

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"streamdesk/ui/desk/layout"

	tea "github.com/charmbracelet/bubbletea"
)

func TestKeysThatChangeSizes(t *testing.T) {
	width := func(id layout.PaneID) func(b *harness) int {
		return func(b *harness) int { return b.desk.tiles.Layout.Panes[id].Width }
	}
	height := func(id layout.PaneID) func(b *harness) int {
		return func(b *harness) int { return b.desk.tiles.Layout.Panes[id].Height }
	}
	for _, c := range []struct {
		size [2]int
		keys string
		of   func(b *harness) int
		more int // than without the keys
	}{
		{[2]int{120, 40}, "1 >", width(StreamsPane), 2},
		{[2]int{120, 40}, "1 >", width(EventsPane), -2},
		{[2]int{120, 40}, "1 <", width(StreamsPane), -2},
		{[2]int{120, 40}, "5 >", width(EventsPane), 2},
		{[2]int{120, 40}, "5 <", width(EventsPane), -2},
		{[2]int{120, 40}, "6 >", width(DetailPane), 2},
		{[2]int{120, 40}, "7 >", width(WorkflowPane), 2},
		{[2]int{120, 40}, "7 >", width(DetailPane), -2},
		{[2]int{120, 40}, "1 }", height(StreamsPane), 1},
		{[2]int{120, 40}, "1 }", height(GroupsPane), 0},
		{[2]int{120, 40}, "1 }", height(PendingPane), -1},
		{[2]int{120, 40}, "2 } }", height(GroupsPane), 2},
		{[2]int{120, 40}, "2 {", height(GroupsPane), -1},
		{[2]int{120, 40}, "3 }", height(PendingPane), 1},
		{[2]int{120, 40}, "3 {", height(PendingPane), -1},
		{[2]int{120, 40}, "4 }", height(ThroughputPane), 1},
		{[2]int{120, 40}, "5 }", height(EventsPane), 1},
		{[2]int{120, 40}, "6 }", height(DetailPane), 1},
		{[2]int{120, 40}, "7 {", height(WorkflowPane), -1},
		{[2]int{120, 40}, "1 > > } 2 } 0", width(StreamsPane), 0},
		{[2]int{120, 40}, "1 > > } 2 } 0", height(StreamsPane), 0},
		{[2]int{80, 24}, "1 }", height(StreamsPane), 1},
		{[2]int{80, 24}, "5 }", height(EventsPane), 1},
		{[2]int{80, 24}, "1 >", width(StreamsPane), 0}, // nothing beside it
		{[2]int{80, 24}, "z }", height(StreamsPane), 0},
	} {
		b := newHarness(t, c.size[0], c.size[1])
		before := c.of(b)
		if c.keys[0] == 'z' {
			b.press("z")
			before = c.of(b)
			b.press("z")
		}
		b.press(c.keys)
		if got := c.of(b) - before; got != c.more {
			t.Errorf("%v %q: %d more, want %d", c.size, c.keys, got, c.more)
		}
	}
}

// However far edges are moved, on whatever screen: every cell of the body belongs to one pane, and none is too small to
// be seen.
func TestMovedEdgesLeaveEveryPaneItsRoom(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 30}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			b := newHarness(t, size[0], size[1])
			for id := range paneCount {
				for _, key := range []string{">", "<", "}", "{"} {
					b.carryOut(b.desk.focusOn(id))
					for moved := true; moved; { // until the edge is where it can't be moved any further
						before := maps.Clone(b.desk.tiles.Splits)
						b.press(key)
						moved = !maps.Equal(b.desk.tiles.Splits, before)
					}
					b.frame()
					b.fits()
					area := 0
					for _, rect := range b.desk.tiles.Layout.Panes {
						area += rect.Width * rect.Height
						if rect.Shown() && (rect.Width < layout.LeastColumns || rect.Height < layout.LeastRows) {
							t.Fatalf("%v, pane %d, %s: a pane is %+v", size, id+1, key, rect)
						}
					}
					if body := b.desk.tiles.Layout.Body(); area != body.Width*body.Height {
						t.Fatalf("%v, pane %d, %s: the panes cover %d cells of %+v", size, id+1, key, area, body)
					}
				}
			}
			splits := maps.Clone(b.desk.tiles.Splits)
			b.send(tea.WindowSizeMsg{Width: 240, Height: 70})
			b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			if !maps.Equal(b.desk.tiles.Splits, splits) {
				t.Errorf("a change of the screen's size moved edges from %+v to %+v", splits, b.desk.tiles.Splits)
			}
		})
	}
}

func (b *harness) dragFrom(x, y, toX, toY int) {
	b.t.Helper()
	b.send(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	b.send(tea.MouseMsg{X: toX, Y: toY, Button: tea.MouseButtonLeft, Action: tea.MouseActionMotion})
	b.send(tea.MouseMsg{X: toX, Y: toY, Button: tea.MouseButtonLeft, Action: tea.MouseActionRelease})
	b.pass(time.Second) // the next press is no double click
}

func TestTheMouseDragsEdges(t *testing.T) {
	b := newHarness(t, 120, 40)
	b.dragFrom(49, 5, 59, 7)
	if got := b.desk.tiles.Layout.Panes[StreamsPane].Width; got != 60 {
		t.Errorf("the left column is %d wide, want 60", got)
	}
	b.dragFrom(60, 5, 50, 5) // the other side of the same edge
	if got := b.desk.tiles.Layout.Panes[StreamsPane].Width; got != 50 {
		t.Errorf("the left column is %d wide, want 50", got)
	}
	groups := b.desk.tiles.Layout.Panes[GroupsPane]
	b.dragFrom(20, groups.Y, 20, groups.Y-3)
	if got := b.desk.tiles.Layout.Panes[GroupsPane].Y; got != groups.Y-3 {
		t.Errorf("the groups begin at %d, want %d", got, groups.Y-3)
	}
	splits := maps.Clone(b.desk.tiles.Splits)
	b.dragFrom(10, 3, 20, 8) // within a pane
	b.send(tea.MouseMsg{X: 30, Y: 9, Button: tea.MouseButtonLeft, Action: tea.MouseActionMotion})
	if !maps.Equal(b.desk.tiles.Splits, splits) {
		t.Errorf("a drag within a pane moved an edge: %+v", b.desk.tiles.Splits)
	}
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	upper := b.desk.tiles.Layout.Panes[StreamsPane].Height
	b.dragFrom(40, upper, 40, upper+4)
	if got := b.desk.tiles.Layout.Panes[StreamsPane].Height; got != upper+3 && got != upper+4 {
		t.Errorf("the upper half is %d high, was %d", got, upper)
	}
}

func TestADoubleClickOpens(t *testing.T) {
	b := withTraffic(t, 120, 40)
	rect := b.desk.tiles.Layout.Panes[StreamsPane]
	b.click(5, rect.Y+2)
	b.click(5, rect.Y+2)
	if b.desk.tiles.Focus != GroupsPane {
		t.Errorf("the double click on a stream went to pane %d", b.desk.tiles.Focus+1)
	}
	b.pass(time.Second)
	b.click(5, rect.Y+2)
	b.pass(time.Second)
	b.click(5, rect.Y+2)
	if b.desk.tiles.Focus != StreamsPane {
		t.Errorf("two slow clicks went to pane %d", b.desk.tiles.Focus+1)
	}
	b.pass(time.Second)
	b.click(5, rect.Y)
	b.click(5, rect.Y)
	if !b.desk.tiles.Zoomed {
		t.Error("the double click on a title didn't zoom")
	}
}

func TestTheMouseCanBeGivenBack(t *testing.T) {
	b := newHarness(t, 120, 40)
	b.press("M")
	if !b.desk.pointer.off {
		t.Error("M left the mouse with the desk")
	}
	b.sees("the terminal has the mouse")
	b.press("M")
	if b.desk.pointer.off {
		t.Error("the second M left the mouse with the terminal")
	}
}
