package desk

import (
	"fmt"
	"strings"
	"testing"

	"streamdesk/model"
)

// TestEveryPaneOfRowsIsSearched searches each pane for what it shows, and wants the hits counted in its foot, a sign at its edge, and
// the cursor on the next hit after n.
func TestEveryPaneOfRowsIsSearched(t *testing.T) {
	for _, c := range []struct{ name, given, typed, foot, next string }{
		{"streams", "", "events:", "not here", "not here"}, // the prefix isn't shown
		{"streams", "", "fail", "1 of 1", "1 of 1"},
		{"groups", "2", "db_w", "1 of 1", "1 of 1"},
		{"groups, by a consumer", "2", "worker-3", "1 of 1", "1 of 1"},
		{"pending", "3", "worker", "1 of 4", "2 of 4"},
		{"events", "5 g", "wf-1", "1 of 3", "2 of 3"},
		{"the event", "6", "WF", "not here", "not here"}, // a capital letter minds the case
		{"the event, key and value", "6", "wo", "1 of 2", "2 of 2"},
		{"the event, folded", "6 h", "workflow_id", "1 of 1", "1 of 1"},
		{"the event, fields", "6 V V", "data", "1 of 1", "1 of 1"},
		{"the event, raw", "6 V", "timestamp", "1 of 1", "1 of 1"},
		{"the event, hex", "6 V V V", "data", "no search in hex", "no search in hex"},
		{"the workflow", "5 k w", "audit", "1 of 1", "1 of 1"},
		{"the matrix", "9", "audit", "1 of 1", "1 of 1"},
		{"the workflows", "W", "wf-", "1 of 4", "2 of 4"},
		{"the conversation", "5 k v", "audit", "1 of 1", "1 of 1"},
		{"the map", "F", "db_", "1 of 1", "1 of 1"},
	} {
		t.Run(c.name+" "+c.typed, func(t *testing.T) {
			b := withTraffic(t, 120, 40)
			b.press(c.given)
			b.settled()
			b.press("ctrl+f")
			b.typing(c.typed)
			b.sees("/" + c.typed)
			b.sees("· " + c.foot)
			b.press("enter n")
			b.sees("· " + c.next)
			b.fits()
			if found := strings.Contains(c.foot, " of "); found != strings.Contains(b.screen(), "»") {
				t.Errorf("a sign at the edge: %v, want %v\n%s", !found, found, stripped(b.screen()))
			}
			b.press("esc")
			b.seesNot("· " + c.next + " ·")
		})
	}
}

func TestSearchingTheEventsHoldsThemAndEscFollowsAgain(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("5 ctrl+f")
	b.typing("wf-1")
	if b.desk.data.Log.Following() {
		t.Error("on a hit the newest are still followed")
	}
	b.press("esc")
	if !b.desk.data.Log.Following() {
		t.Error("a search that was given up doesn't follow again")
	}
	b.press("ctrl+f")
	b.typing("wf-1")
	b.press("enter")
	for i := range 3 {
		b.publish(model.WorkflowStarted, fmt.Sprintf("wf-1%d", i), "{}")
	}
	b.look()
	b.sees("· 1 of 3")
	b.press("f")
	b.pass(2 * settleTime)
	b.frame()
	b.sees("of 6") // those that came since are hits, too
}

func TestAPinnedEventIsSearchedByItself(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("5 P /")
	b.typing("workflow")
	b.press("enter")
	b.sees("/workflow · 1 of ")
	b.press("5")
	if searching(b) == true {
		t.Error("the pane of the events is searched, too")
	}
	b.press("ctrl+w esc")
	b.seesNot("/workflow")
	b.sees("⌖ Event")
	b.press("esc")
	b.seesNot("⌖ Event")
}
