package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model/config"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/menubar"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
	"streamdesk/ui/state"
	"streamdesk/ui/widget"
)

// top is the title of the top dialog, empty when none is open.
func (b *harness) top() string {
	if n := len(b.desk.dialogs); n > 0 {
		return b.desk.dialogs[n-1].Title()
	}
	return ""
}

// click presses and lets go the left button on a cell.
func (b *harness) click(x, y int) {
	b.t.Helper()
	b.send(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	b.send(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionRelease})
}

func TestEveryActionButMovesOfTheCursorStandsInAMenu(t *testing.T) {
	moves := map[string]bool{}
	for _, name := range []string{"up", "down", "half-up", "half-down", "page-up", "page-down", "top", "bottom", "fold", "unfold"} {
		moves[name] = true
	}
	for _, a := range actions() {
		opens := a.group == "Menus"
		if a.menu == menubar.None && !moves[a.name] && !opens {
			t.Errorf("%s stands in no menu", a.name)
		}
	}
	k, err := newKeymap(actions(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for id := range paneCount {
		for _, name := range specOf(id).Menu {
			if name != "" && k.named(name) == nil {
				t.Errorf("the menu of pane %d offers %q, which there isn't", id+1, name)
			}
		}
	}
}

func TestKeysInTheMenus(t *testing.T) {
	for _, c := range []struct {
		keys  string
		check func(b *harness) any
		want  any
	}{
		{"f10", func(b *harness) any { return b.top() }, "Bus"},
		{"f10 f10", func(b *harness) any { return b.top() }, ""},
		{"f10 esc", func(b *harness) any { return b.top() }, ""},
		{"f10 right", func(b *harness) any { return b.top() }, "View"},
		{"f10 left", func(b *harness) any { return b.top() }, "Help"},
		{"f10 left right", func(b *harness) any { return b.top() }, "Bus"},
		{"alt+b", func(b *harness) any { return b.top() }, "Bus"},
		{"alt+v", func(b *harness) any { return b.top() }, "View"},
		{"alt+s", func(b *harness) any { return b.top() }, "Stream"},
		{"alt+g", func(b *harness) any { return b.top() }, "Group"},
		{"alt+e", func(b *harness) any { return b.top() }, "Event"},
		{"alt+w", func(b *harness) any { return b.top() }, "Window"},
		{"alt+h", func(b *harness) any { return b.top() }, "Help"},
		{"alt+h enter", func(b *harness) any { return b.top() }, "Commands"},
		{"alt+h down enter", func(b *harness) any { return b.top() }, "Keys"},
		{"alt+h up enter", func(b *harness) any { return b.top() }, "Keys"},
		{"alt+h end space", func(b *harness) any { return b.top() }, "Keys"},
		{"alt+w z", func(b *harness) any { return b.desk.tiles.Zoomed }, true}, // the item's own key
		{"alt+w z", func(b *harness) any { return b.top() }, ""},
		{"alt+h e enter", func(b *harness) any { return b.top() }, "Keys"},                   // the first letter of "every key"
		{"alt+s q", func(b *harness) any { return b.top() }, "Stream"},                       // a letter of another menu does nothing
		{"f10 f4", func(b *harness) any { return b.top() + b.desk.tiles.In.Name }, "Repair"}, // the key of a workspace closes the menu
		{"3 m f6", func(b *harness) any { return b.top() + b.desk.tiles.In.Name }, "Map"},
		{"alt+b alt+v", func(b *harness) any { return b.top() }, "View"},
		{"? f4", func(b *harness) any { return b.top() + b.desk.tiles.In.Name }, "KeysWatch"}, // and no other dialog
		{"? f4", said, "F4 does nothing here: esc closes this"},
		{"alt+s Q", said, "Q does nothing here: esc closes this"},
		{"alt+s Q down", said, ""},
		{"3 m left", said, "left does nothing here: esc closes this"},
		{"! x", said, "x does nothing here: esc closes this"},
		{"3 A x", said, "x does nothing here: esc closes this"},
		{"/ alt+v", said, ""},
		{"m", func(b *harness) any { return b.top() }, "Streams"},
		{"2 m", func(b *harness) any { return b.top() }, "Groups"},
		{"3 m", func(b *harness) any { return b.top() }, "Pending"},
		{"3 m A", func(b *harness) any { return b.top() }, "Ack · db_writers"},
		{"3 m right", func(b *harness) any { return b.top() }, "Pending"}, // no neighbours
		{"4 m + ", func(b *harness) any { return b.top() }, ""},
		{"m esc", func(b *harness) any { return b.top() }, ""},
		{"? f10", func(b *harness) any { return b.top() }, "Keys"}, // a dialog keeps its keys
	} {
		b := withTraffic(t, 120, 40)
		b.press(c.keys)
		if got := c.check(b); got != c.want {
			t.Errorf("after %q: got %v, want %v", c.keys, got, c.want)
		}
		b.fits()
	}
}

func TestWhatCannotBeDoneStaysInTheMenuWithItsReason(t *testing.T) {
	b := withTraffic(t, 120, 40, func(o *Options) { o.ReadOnly, o.ReadOnlyWhy = true, "--read-only" })
	b.press("alt+s")
	b.sees("trim the stream — this desk is read-only (--read-only)")
	b.press("enter")
	if b.top() != "Stream" {
		t.Errorf("the menu did what can't be done: %q is open", b.top())
	}
}

func TestMenusShowTheKeysThatWereChosen(t *testing.T) {
	b := withTraffic(t, 120, 40, func(o *Options) {
		o.Config.Keys = map[string]config.KeyList{"zoom": {"x"}}
	})
	b.press("alt+w")
	item := func() dialog.Command { return b.desk.command(b.desk.keys.named("zoom")) }
	if item().Key != "x" {
		t.Errorf("the menu shows %q", item().Key)
	}
	b.press("x")
	if !b.desk.tiles.Zoomed {
		t.Error("the chosen key does nothing in the menu")
	}
}

func TestTheMouseInMenus(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.click(2, 0)
	if b.top() != "Bus" {
		t.Fatalf("the click on Bus opened %q", b.top())
	}
	b.click(menubar.Window.Begins()+1, 0)
	if b.top() != "Window" {
		t.Fatalf("the click on Window opened %q", b.top())
	}
	b.click(menubar.Window.Begins()+1, 0)
	if b.top() != "" {
		t.Fatalf("the second click on Window left %q open", b.top())
	}
	b.click(menubar.Help.Begins()+1, 0)
	b.click(menubar.Help.Begins()+4, 3) // the second item
	if b.top() != "Keys" {
		t.Fatalf("the click on an item opened %q", b.top())
	}
	b.press("esc")
	b.click(2, 0)
	b.click(100, 30)
	if b.top() != "" || b.desk.tiles.Focus != StreamsPane {
		t.Errorf("a click outside left %q open, and the focus on %d", b.top(), b.desk.tiles.Focus)
	}
	pending := b.desk.tiles.Layout.Panes[PendingPane]
	b.send(tea.MouseMsg{X: pending.X + 5, Y: pending.Y + 3, Button: tea.MouseButtonRight, Action: tea.MouseActionPress})
	if b.top() != "Pending" || b.desk.tiles.Focus != PendingPane {
		t.Fatalf("the right click opened %q", b.top())
	}
	if got := b.pending().Current().ID; got != b.desk.data.Log.At(1).ID {
		t.Errorf("the right click left the cursor on %v", got)
	}
	b.send(tea.MouseMsg{X: 5, Y: 5, Button: tea.MouseButtonRight, Action: tea.MouseActionPress})
	if b.top() != "Streams" {
		t.Errorf("the right click elsewhere opened %q", b.top())
	}
}

func TestAMenuStandsOnTheScreenAtEverySize(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			b := withTraffic(t, size[0], size[1])
			for m := range menubar.All() {
				b.carryOut(b.desk.openMenu(m))
				for range 20 {
					b.press("down")
					b.fits()
				}
				b.press("esc")
			}
			for id := range paneCount {
				b.carryOut(b.desk.focusOn(id))
				b.carryOut(b.desk.contextMenu(size[0]-1, size[1]-1))
				b.fits()
				rect, _ := b.desk.dialogRect(b.desk.dialogs[0])
				if rect.X+rect.Width > size[0] || rect.Y+rect.Height > size[1] {
					t.Errorf("%v: the menu of pane %d stands at %+v", size, id+1, rect)
				}
				b.press("esc")
			}
		})
	}
}

func TestAClickOnAHeadSorts(t *testing.T) {
	b := withTraffic(t, 120, 40)
	for _, c := range []struct {
		id    layout.PaneID
		title string
		want  state.Order
	}{
		{StreamsPane, "STREAM", state.Order{By: "name"}},
		{StreamsPane, "STREAM", state.Order{By: "name", Reversed: true}},
		{StreamsPane, "LEN", state.Order{By: "length"}},
		{StreamsPane, "last 60s", state.Order{By: "rate"}},
		{StreamsPane, "IN/s", state.Order{By: "rate"}}, // nothing to sort by
		{GroupsPane, "PEND", state.Order{By: "pending"}},
		{GroupsPane, "LAG", state.Order{By: "lag"}},
		{GroupsPane, "OLDEST", state.Order{By: "oldest"}},
		{GroupsPane, "GROUP", state.Order{By: "name"}},
		{PendingPane, "IDLE", state.Order{By: "idle"}},
		{PendingPane, "DELIV", state.Order{By: "deliveries"}},
		{PendingPane, "CONSUMER", state.Order{By: "consumer"}},
		{PendingPane, "ENTRY", state.Order{By: "entry"}},
		{PendingPane, "ENTRY", state.Order{By: "entry", Reversed: true}},
	} {
		b.desk.View()
		rect := b.desk.tiles.Layout.Panes[c.id]
		x := columnOf(b, rect.Y+1, c.title)
		b.click(x, rect.Y+1)
		b.pass(time.Second) // no double click
		if got := b.desk.panes.pane(c.id).(pane.Sortable).Order().Kept(); got != c.want {
			t.Errorf("after a click on %s of pane %d: %+v, want %+v", c.title, c.id+1, got, c.want)
		}
	}
}

// columnOf is where a text stands in a line of the screen.
func columnOf(b *harness, y int, text string) int {
	b.t.Helper()
	line := strings.Split(stripped(b.desk.View()), "\n")[y]
	before, _, found := strings.Cut(line, text)
	if !found {
		b.t.Fatalf("no %q in %q", text, line)
	}
	return widget.Width(before)
}

func TestTheServerIsToldInFull(t *testing.T) {
	b := withTraffic(t, 80, 24)
	b.press("alt+b")
	b.sees("the server: version, memory, durability")
	b.press("esc")
	b.carryOut(b.desk.chosen("server"))
	b.sees("durability")
	b.sees("localhost:6379/0")
	b.fits()
}

func TestClicksOnFieldsAndCommands(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("3 C")
	screen := strings.Split(stripped(b.desk.View()), "\n")
	for y, line := range screen {
		if before, _, found := strings.Cut(line, "Consumer "); found {
			b.click(widget.Width(before)+20, y)
			break
		}
	}
	b.press("ctrl+u")
	b.typing("worker-9")
	b.sees("worker-9")
	b.press("esc")
	b.press(":")
	b.typing("every key")
	screen = strings.Split(stripped(b.desk.View()), "\n")
	for y, line := range screen {
		if before, _, found := strings.Cut(line, "▸ every key"); found {
			b.click(widget.Width(before)+4, y)
			break
		}
	}
	if b.top() != "Keys" {
		t.Errorf("the click on a command opened %q", b.top())
	}
}
