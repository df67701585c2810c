package desk

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

// withTraffic is a harness whose server holds two streams, a group that is stuck and one that has acknowledged.
func withTraffic(t testing.TB, width, height int, change ...func(*Options)) *harness {
	t.Helper()
	b := newHarness(t, width, height, change...)
	for i := range 6 {
		b.publish(model.WorkflowStarted, fmt.Sprintf("wf-%d", i%3), `{"contract":"ERC20","attempt":2}`)
		b.pass(100 * time.Millisecond)
	}
	b.publish(model.AuditFailed, "wf-1", `{"reason":"reentrancy"}`)
	b.deliver("events:workflow.started", "db_writers", "worker-3", 4)
	b.pass(2 * time.Minute)
	b.look()
	b.pass(time.Second)
	b.publish(model.WorkflowStarted, "wf-7", `{}`)
	b.look()
	return b
}

func TestKeysMoveFocusAndCursor(t *testing.T) {
	for _, c := range []struct {
		keys  string
		check func(b *harness) any
		want  any
	}{
		{"", func(b *harness) any { return b.desk.tiles.Focus }, StreamsPane},
		{"tab", func(b *harness) any { return b.desk.tiles.Focus }, GroupsPane},
		{"shift+tab", func(b *harness) any { return b.desk.tiles.Focus }, WorkflowPane},
		{"tab tab tab tab tab tab tab", func(b *harness) any { return b.desk.tiles.Focus }, StreamsPane},
		{"3", func(b *harness) any { return b.desk.tiles.Focus }, PendingPane},
		{"enter", func(b *harness) any { return b.desk.tiles.Focus }, GroupsPane},
		{"enter enter", func(b *harness) any { return b.desk.tiles.Focus }, PendingPane},
		{"enter enter enter", func(b *harness) any { return b.desk.tiles.Focus }, DetailPane},
		{"enter enter esc esc", func(b *harness) any { return b.desk.tiles.Focus }, StreamsPane},
		{"", func(b *harness) any { return b.streams().Selected() }, "events:workflow.started"},
		{"j", func(b *harness) any { return b.streams().Selected() }, "events:audit.failed"},
		{"j j k", func(b *harness) any { return b.streams().Selected() }, "events:workflow.started"},
		{"G", func(b *harness) any { return b.streams().Selected() }, "events:audit.failed"},
		{"G g", func(b *harness) any { return b.streams().Selected() }, "events:workflow.started"},
		{"", func(b *harness) any { return b.pendingOf().Group }, "db_writers"},
		{"j", func(b *harness) any { return b.pendingOf().Group }, ""},
		{"3 space space", func(b *harness) any { return len(b.chosen()) }, 2},
		{"3 space space esc", func(b *harness) any { return len(b.chosen()) }, 1},
		{"3 space k space", func(b *harness) any { return len(b.chosen()) }, 1},
		{"z", func(b *harness) any { return b.desk.tiles.Zoomed }, true},
		{"z z", func(b *harness) any { return b.desk.tiles.Zoomed }, false},
		{"z esc", func(b *harness) any { return b.desk.tiles.Zoomed }, false},
		{"", func(b *harness) any { return b.desk.data.Log.Following() }, true},
		{"5 k", func(b *harness) any { return b.desk.data.Log.Following() }, false},
		{"5 k f", func(b *harness) any { return b.desk.data.Log.Following() }, true},
		{"5 g G", func(b *harness) any { return b.desk.data.Log.Following() }, true},
		{"p", func(b *harness) any { return b.desk.data.Log.Paused() }, true},
		{"p p", func(b *harness) any { return b.desk.data.Log.Following() }, true},
		{"p f", func(b *harness) any { return b.desk.data.Log.Following() }, true},
		{"?", func(b *harness) any { return len(b.desk.dialogs) }, 1},
		{"? esc", func(b *harness) any { return len(b.desk.dialogs) }, 0},
		{"3 A", func(b *harness) any { return len(b.desk.dialogs) }, 1},
		{"3 A esc", func(b *harness) any { return len(b.desk.dialogs) }, 0},
		{"3 C esc", func(b *harness) any { return len(b.desk.dialogs) }, 0},
		{"3 R esc", func(b *harness) any { return len(b.desk.dialogs) }, 0},
		{"i", func(b *harness) any { return len(b.desk.dialogs) }, 1},
		{"@", func(b *harness) any { return len(b.desk.dialogs) }, 1},
		{"5 k w", func(b *harness) any { return b.desk.data.Log.Filter().String() }, "wf:wf-1"},
		{"5 k w", func(b *harness) any { return b.desk.tiles.Focus }, WorkflowPane},
		{"5 k w esc", func(b *harness) any { return b.desk.tiles.Focus }, EventsPane},
		{"5 k O", func(b *harness) any { return b.desk.subject.key.ID == b.desk.data.Log.At(4).ID }, true},
		{"5 k O o", func(b *harness) any { return b.desk.subject.key.ID == b.desk.data.Log.At(6).ID }, true},
		{"5 k w esc", func(b *harness) any { return b.desk.data.Log.Filter().String() }, ""},
		{": q u i t enter", func(b *harness) any { return b.quit }, true},
		{"ctrl+p z o o m enter", func(b *harness) any { return b.desk.tiles.Zoomed }, true},
		{": esc", func(b *harness) any { return len(b.desk.dialogs) }, 0},
		{"q", func(b *harness) any { return b.quit }, true},
		{"ctrl+c", func(b *harness) any { return b.quit }, true},
		{"? q", func(b *harness) any { return b.quit }, false},
	} {
		t.Run(c.keys, func(t *testing.T) {
			b := withTraffic(t, 120, 40)
			b.press(c.keys)
			if got := c.check(b); got != c.want {
				t.Errorf("after %q: %v, want %v\n%s", c.keys, got, c.want, b.desk.View())
			}
			b.fits()
		})
	}
}

func TestAFilterAppliesWhileItIsTypedAndCanBeTakenBack(t *testing.T) {
	b := withTraffic(t, 120, 40)
	all := b.desk.data.Log.Len()
	b.press("|")
	b.typing("wf:wf-1")
	if got := b.desk.data.Log.Len(); got != 3 {
		t.Errorf("%d events pass while typing, want 3", got)
	}
	b.typing(" size:3")
	b.sees("unknown term")
	b.press("enter")
	if !b.desk.filter.Typing() {
		t.Error("a faulty filter was accepted")
	}
	b.press("esc")
	if got := b.desk.data.Log.Len(); got != all {
		t.Errorf("%d events after esc, want all %d", got, all)
	}
	b.press("|")
	b.typing("type:audit.*")
	b.press("enter")
	b.sees("audit.failed")
	if got := b.desk.data.Log.Filter().String(); got != "type:audit.*" {
		t.Errorf("the filter is %q", got)
	}
	b.publish(model.AuditFailed, "wf-9", `{}`)
	b.publish(model.WorkflowStarted, "wf-9", `{}`)
	b.frame()
	if got := b.desk.data.Log.Len(); got != 2 {
		t.Errorf("%d events pass, want the old and the new audit.failed", got)
	}
	b.press("/ up")
	if got := b.desk.filter.Text(); got != "type:audit.*" {
		t.Errorf("the history gives %q", got)
	}
}

func TestTheSelectionStaysOnItsEntryWhateverArrives(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("5 k k")
	pinned := b.events().Current(b.desk.data).Key()
	for n := range 100 {
		var entries []model.Entry
		for i := range 1000 {
			entries = append(entries, model.Entry{
				Stream: "events:a2a.message", ID: model.Position{Ms: uint64(start.UnixMilli()) + 1e6 + uint64(n), Seq: uint64(i)},
				Fields: []model.Field{{Name: "data", Value: `{"id":"x"}`}},
			})
		}
		b.arrive(entries...)
		b.frame()
		if got := b.events().Current(b.desk.data).Key(); got != pinned {
			t.Fatalf("after %d arrivals the cursor is on %v, not on %v", (n+1)*1000, got, pinned)
		}
		if at := b.desk.data.Log.Find(pinned, -1); at < 0 {
			t.Fatalf("after %d arrivals the entry is in view no more", (n+1)*1000)
		}
	}
	b.sees("100,000 newer")
	if kept, lost := b.desk.data.Log.Waiting(); kept != 5000 || lost != 95000 {
		t.Errorf("%d wait, %d were not kept; want 5000 and 95000", kept, lost)
	}
	b.press("f")
	if got := b.events().Current(b.desk.data).ID; got != (model.Position{Ms: uint64(start.UnixMilli()) + 1e6 + 99, Seq: 999}) {
		t.Errorf("following shows %v", got)
	}
}

func TestPauseStopsTheScreenAndNotTheBus(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("p")
	before := b.desk.View()
	b.publish(model.WorkflowCompleted, "wf-1", `{}`)
	b.look()
	b.sees("PAUSED +1")
	b.seesNot("workflow.completed")
	b.press("p")
	b.look()
	b.sees("workflow.completed")
	if b.desk.View() == before {
		t.Error("the screen still stands")
	}
}

func TestAReadOnlyDeskShowsItsChangesAndWhyTheyAreOff(t *testing.T) {
	b := withTraffic(t, 120, 40, func(o *Options) { o.ReadOnly, o.ReadOnlyWhy = true, "--read-only" })
	before := b.pendingIDs("events:workflow.started", "db_writers")
	for _, key := range []string{"A", "C", "R", "i", "e"} {
		b.press("3 " + key)
		if len(b.desk.dialogs) != 0 {
			t.Fatalf("%s opened a dialog", key)
		}
		b.sees("this desk is read-only (--read-only)")
	}
	b.sees("[RO]")
	b.press("? /")
	b.typing("acknowledge")
	b.sees("acknowledge")
	if after := b.pendingIDs("events:workflow.started", "db_writers"); !slices.Equal(before, after) {
		t.Errorf("pending was %v and is %v", before, after)
	}
}

func TestAPasteIntoThePanesPressesNothing(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("qA3"), Paste: true})
	if b.quit || len(b.desk.dialogs) > 0 || b.desk.tiles.Focus != StreamsPane {
		t.Error("the paste was taken for keys")
	}
}

func TestKeysThatArriveTogetherArePressedOneByOne(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("5kk")})
	if b.desk.tiles.Focus != EventsPane || b.events().Current(b.desk.data).ID != b.desk.data.Log.At(b.desk.data.Log.Len()-3).ID {
		t.Error("5kk didn't go to the events and two up")
	}
}

func TestTheMouseFocusesSelectsAndScrolls(t *testing.T) {
	b := withTraffic(t, 120, 40)
	rect := b.desk.tiles.Layout.Panes[StreamsPane]
	b.send(tea.MouseMsg{X: 5, Y: rect.Y + 3, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if got := b.streams().Selected(); got != "events:audit.failed" {
		t.Errorf("the click selected %q", got)
	}
	events := b.desk.tiles.Layout.Panes[EventsPane]
	b.send(tea.MouseMsg{X: events.X + 5, Y: events.Y + 3, Button: tea.MouseButtonWheelUp, Action: tea.MouseActionPress})
	if b.desk.tiles.Focus != StreamsPane || b.desk.data.Log.Following() {
		t.Errorf("the wheel left the focus on %d, following %v", b.desk.tiles.Focus, b.desk.data.Log.Following())
	}
	below := events.Y + 3 // the frame, the head, and what is above the first entry
	b.send(tea.MouseMsg{X: events.X + 5, Y: below, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if b.desk.tiles.Focus != EventsPane || b.events().Current(b.desk.data).ID != b.desk.data.Log.At(0).ID {
		t.Error("the click didn't select the first event")
	}
}

func TestTroubleIsShownAndWhatWasKnownStays(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.desk.line.feed.Add(func(b *live.Batch) { b.Trouble, b.Healthy = context.DeadlineExceeded, false })
	b.frame()
	b.pass(7 * time.Second)
	b.frame()
	b.sees("no answer for 7.0s")
	b.sees("localhost:6379/0 doesn't answer")
	b.sees("workflow.started")
	b.look()
	b.seesNot("no answer")
}

func TestBadEntriesAreMarkedRowsAndBreakNothing(t *testing.T) {
	b := newHarness(t, 120, 40)
	b.add("events:odd.nodata", "foo", "bar")
	b.add("events:odd.broken", "data", `{"id": broken`)
	b.add("events:odd.control", "data", `{"id":"\u001b[2J\u0007","workflow_id":"`+"\\u202e"+`wf","type":"x.y"}`, "\x1b[31m", "\x00\xff")
	b.add("events:odd.wide", "data", `{"workflow_id":"工作流程工作流程工作流程","type":"部署.完成","source_agent":"👩‍👩‍👧‍👦"}`)
	huge := make([]byte, 1<<20)
	for i := range huge {
		huge[i] = 'a' + byte(i%26)
	}
	b.add("events:odd.huge", "data", `{"id":"1","data":{"blob":"`+string(huge)+`"}}`)
	if err := b.client.Set(context.Background(), "events:odd.string", "no stream", 0).Err(); err != nil {
		t.Fatal(err)
	}
	b.look()
	b.sees("no data")
	b.sees("broken")
	for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 15}, {200, 60}} {
		b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		for _, keys := range []string{"5", "g", "j", "j", "j", "j", "6", "V", "j", "V", "j", "V", "j", "1", "G", "2", "3", "4"} {
			b.press(keys)
			b.frame()
			b.fits()
		}
	}
	b.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	b.press("1 g")
	b.sees("WRONGTYPE")
	if err := b.client.Del(context.Background(), "events:odd.wide").Err(); err != nil {
		t.Fatal(err)
	}
	b.pass(time.Second)
	b.look()
	b.fits()
}

func TestEveryMoveOfEveryPaneIsSafeWhenEmpty(t *testing.T) {
	b := newHarness(t, 80, 24)
	b.frame()
	for id := range paneCount {
		b.press(keyOf(id))
		for m := pane.Up; m <= pane.Bottom; m++ {
			b.carryOut(b.desk.move(m))
		}
		b.press("space w y e A C R v V s z z")
		b.press("esc esc esc")
		b.frame()
		b.fits()
	}
}
