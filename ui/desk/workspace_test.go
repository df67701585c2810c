package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/pane"
	"streamdesk/ui/state"
)

// withTroubles is a desk on a bus with faults and dead letters.
func withTroubles(t *testing.T, width, height int) *harness {
	t.Helper()
	b := withFaults(t, width, height)
	withDeadLetters(b)
	return b
}

func TestScreensOfTheWorkspaces(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		for i := range workspaces[1:] {
			w := &workspaces[i+1]
			b := withTroubles(t, size[0], size[1])
			b.press(w.Key)
			b.pass(readAgain)
			b.look()
			b.sees("[" + w.Name + "]")
			for _, theme := range []string{"none", "dark", "light"} {
				b.dress(theme)
				b.fits()
				golden(t, fmt.Sprintf("workspaces/%s-%dx%d-%s", strings.ToLower(w.Name), size[0], size[1], theme), b.desk.View()+"\n")
			}
		}
	}
}

// Each is usable on a small screen: it has panes for both halves, and each of them comes to the front.
func TestEachWorkspaceIsUsableOnASmallScreen(t *testing.T) {
	for i, w := range workspaces {
		b := withTroubles(t, 80, 24)
		b.press(w.Key)
		in := &workspaces[i]
		if specOf(in.First(false)).Lower || !specOf(in.First(true)).Lower {
			t.Errorf("%s has no pane for one of the halves", w.Name)
		}
		for range w.Panes {
			b.press("tab")
			b.fits()
			if !b.desk.tiles.Layout.Panes[b.desk.tiles.Focus].Shown() || !in.Holds(b.desk.tiles.Focus) {
				t.Errorf("%s: tab leads to pane %d", w.Name, b.desk.tiles.Focus+1)
			}
		}
		if b.desk.tiles.Focus != w.Panes[0] {
			t.Errorf("%s: tab comes round to pane %d, want %d", w.Name, b.desk.tiles.Focus+1, w.Panes[0]+1)
		}
	}
}

// From the first screen to giving up the entry that nobody can process it is three keys.
func TestAPoisonEntryIsThreeKeysAway(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		b := withFaults(t, size[0], size[1])
		poison := b.pendingIDs("events:family20.progress", "log_aggregators")[0]
		keys := "f4 enter D"
		b.press("f4 enter")
		b.settled()
		b.press("D")
		b.sees("─Dead-letter")
		b.sees(poison)
		if n := len(strings.Fields(keys)); n > 3 {
			t.Errorf("%d keys", n)
		}
	}
}

func TestTheOtherPanesGoAlongWithTheMatrixBesideThem(t *testing.T) {
	b := withFaults(t, 120, 40)
	b.press("f4")
	for keys, want := range map[string]pane.Scope{
		"":    {Stream: "events:family20.progress", Group: "log_aggregators"},
		"j":   {Stream: "events:family00.progress", Group: "log_aggregators"},
		"l":   {Stream: "events:family00.progress", Group: "db_writers"},
		"k h": {Stream: "events:family20.progress", Group: "log_aggregators"},
	} {
		b := withFaults(t, 120, 40)
		b.press("f4")
		if keys == "l" {
			b.press("j")
		}
		b.press(keys)
		if b.pendingOf() != want || b.groups().Selected() != want.Group || b.desk.panes.scope != want {
			t.Errorf("after %q the pending entries are of %v and %s is chosen, want %v", keys, b.pendingOf(), b.groups().Selected(), want)
		}
	}
	b.press("2 j") // and the matrix with them
	chosen := pane.Scope{Stream: "events:family20.progress", Group: b.groups().Selected()}
	b.press("9")
	if b.desk.panes.scope != chosen || b.pendingOf() != chosen {
		t.Errorf("the matrix is on %v, want %v", b.desk.panes.scope, chosen)
	}
}

func TestMarksOutlastAWalkThroughTheWorkspace(t *testing.T) {
	b := withFaults(t, 120, 40)
	b.press("f4 enter")
	b.settled()
	b.press("space")
	for range workspaces[1].Panes {
		b.press("tab")
	}
	b.press("3")
	b.sees("1 marked")
}

func TestAPaneThatAWorkspaceHasNoPlaceForGetsTheWholeBody(t *testing.T) {
	b := withFaults(t, 120, 40)
	b.press("f4 3 1")
	if at := b.desk.tiles.Layout.Panes; at[StreamsPane] != b.desk.tiles.Layout.Body() || at[PendingPane].Shown() {
		t.Errorf("the panes stand at %v", at)
	}
	b.press("esc")
	if b.desk.tiles.Focus != PendingPane || !b.desk.tiles.Layout.Panes[MatrixPane].Shown() {
		t.Errorf("esc leads to pane %d", b.desk.tiles.Focus+1)
	}
}

func TestWhatIsArrangedInAWorkspaceStaysWithIt(t *testing.T) {
	b := withFaults(t, 120, 40)
	b.press("2 } > f4 9 > } } z")
	if !b.desk.tiles.Zoomed {
		t.Fatal("it isn't zoomed")
	}
	b.press("f2")
	if b.desk.tiles.Zoomed || b.desk.tiles.Focus != GroupsPane {
		t.Errorf("Watch is left zoomed %v with the focus on pane %d", b.desk.tiles.Zoomed, b.desk.tiles.Focus+1)
	}
	watch := slices.Clone(b.desk.tiles.Layout.Panes)
	b.press("f4 z 0") // its own sizes alone
	if usual := withFaults(t, 120, 40); !slices.Equal(b.desk.tiles.Layout.Panes, func() []layout.Rect { usual.press("f4"); return usual.desk.tiles.Layout.Panes }()) {
		t.Errorf("the panes stand at %v", b.desk.tiles.Layout.Panes)
	}
	b.press("f2")
	if !slices.Equal(b.desk.tiles.Layout.Panes, watch) {
		t.Errorf("the usual sizes of Repair changed Watch: %v, want %v", b.desk.tiles.Layout.Panes, watch)
	}
}

func TestADeskComesBackInTheWorkspaceThatItWasLeftIn(t *testing.T) {
	b := withFaults(t, 120, 40)
	b.press("> f4 > 3 z")
	left := b.desk.arrangement()
	if left.Workspace != "Repair" || left.Zoomed["Repair"] != "Pending" || left.Zoomed["Watch"] != "" || len(left.Splits) != 2 {
		t.Fatalf("what is kept is %+v", left)
	}
	next := withFaults(t, 120, 40)
	next.desk.arrange(left)
	next.frame()
	next.sees("[Repair]")
	if now := next.desk.arrangement(); !maps.Equal(now.Splits, left.Splits) || now.Workspace != left.Workspace || !maps.Equal(now.Zoomed, left.Zoomed) {
		t.Errorf("it came back as %+v, want %+v", now, left)
	}
	if !slices.Equal(next.desk.tiles.Layout.Panes, b.desk.tiles.Layout.Panes) || next.desk.tiles.Focus != PendingPane {
		t.Errorf("the panes stand at %v, want %v", next.desk.tiles.Layout.Panes, b.desk.tiles.Layout.Panes)
	}
	next.desk.arrange(state.State{Workspace: "Kitchen", Zoomed: map[string]string{"Repair": "Streams", "Kitchen": "Pending", "Watch": "Sink"}})
	next.pass(time.Second)
	next.frame()
	next.fits()
	if next.desk.tiles.In != &workspaces[0] || next.desk.tiles.Zoomed {
		t.Errorf("nonsense led to workspace %s, zoomed %v", next.desk.tiles.In.Name, next.desk.tiles.Zoomed)
	}
}

// The first snapshot comes after the desk is there, in whatever workspace it was left.
func TestADeskThatBeginsInAnotherWorkspaceShowsTheWorst(t *testing.T) {
	b := newHarness(t, 120, 40, func(o *Options) { o.Config.Alerts = config.Alerts{Deliveries: 3} })
	b.desk.arrange(state.State{Workspace: "Repair"})
	b.frame()
	b.fits()
	for _, stream := range []string{"a.b", "c.d"} {
		b.publish(model.Type(stream), "wf-1", "{}")
		b.deliver("events:"+stream, "db_writers", "worker-1", 1)
	}
	b.fail("events:c.d", "db_writers", 4)
	b.look()
	b.sees("db_writers on c.d: poison")
	if want := (pane.Scope{Stream: "events:c.d", Group: "db_writers"}); b.desk.panes.scope != want || b.pendingOf() != want {
		t.Errorf("%v is chosen and the pending entries are of %v, want %v", b.desk.panes.scope, b.pendingOf(), want)
	}
}

func TestAWorkspaceIsReachedFromTheMenuAndThePalette(t *testing.T) {
	for _, keys := range []string{"f4", ": 'workspace rep' enter", "alt+v down down enter"} {
		b := withFaults(t, 80, 24)
		b.keys(keys)
		b.sees("[Repair]")
	}
}

func TestAWorkspaceThatIsComeBackToShowsAnEvent(t *testing.T) {
	b := withTraffic(t, 120, 40)
	ids := b.pendingIDs("events:workflow.started", "db_writers")
	if err := b.client.XAck(context.Background(), "events:workflow.started", "db_writers", ids...).Err(); err != nil {
		t.Fatal(err)
	}
	b.press("f4")
	b.pass(readAgain)
	b.look()
	b.sees("No entry is selected")
	b.press("f2")
	b.frame()
	if _, _, ok := b.desk.pointedAt(); !ok {
		t.Errorf("no event is shown:\n%s", b.screen())
	}
}
