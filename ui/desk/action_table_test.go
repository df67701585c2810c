package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"streamdesk/ui/desk/layout"
)

// row says what an action does: after the keys of given, each of its own keys makes look see want. The desk is that of
// withTraffic, at 120x40: eight events on two streams, and four entries that worker-3 of db_writers has pending.
type row struct {
	action, given string
	look          func(*harness) any
	want          any
}

func focused(b *harness) any   { return b.desk.tiles.Focus }
func stream(b *harness) any    { return b.streams().Selected() }
func following(b *harness) any { return b.desk.data.Log.Following() }
func marks(b *harness) any     { return len(b.chosen()) }
func folds(b *harness) any     { return len(b.desk.arrangement().Folds) }
func said(b *harness) any      { return b.desk.notes.Text }
func quits(b *harness) any     { return b.quit }

// searching is whether something is searched for in what keys go to.
func searching(b *harness) any { s, _ := b.desk.searched(); return s != nil && s.On() }

func opened(b *harness) any { return len(b.desk.dialogs) }
func pins(b *harness) any   { return len(b.desk.windows.List) }

// moved is how far the topmost pinned event is from where the first one is put.
func moved(b *harness) any {
	body, at := b.desk.tiles.Layout.Body(), b.desk.windows.Top().Rect
	width, height := min(windowWidth, body.Width), min(windowHeight, body.Height)
	return layout.Rect{X: at.X - (body.Width-width)/2, Y: at.Y - body.Y - (body.Height-height)/3}
}

// event is the place in view of the event under the cursor.
func event(b *harness) any {
	return b.desk.data.Log.Find(b.events().Current(b.desk.data).Key(), 0)
}

// about is the place in view of the event that the desk is about, whichever pane it was chosen in.
func about(b *harness) any { return b.desk.data.Log.Find(b.desk.subject.key, 0) }

func pendingRow(b *harness) any {
	return slices.Index(b.pendingIDs("events:workflow.started", "db_writers"), b.pending().Current().ID.String())
}

// top is what the topmost dialog is called.
func top(b *harness) any { return b.top() }

// copiedOf says whether what was copied is as told of the subject's stream and entry ID.
func copiedOf(format string) func(*harness) any {
	return func(b *harness) any {
		return b.copied == fmt.Sprintf(format, b.desk.subject.key.Stream, b.desk.subject.key.ID)
	}
}

// shows is whether the text is on the screen.
func shows(text string) func(*harness) any {
	return func(b *harness) any { return strings.Contains(stripped(b.desk.View()), text) }
}

func sized(id layout.PaneID, by func(layout.Rect) int) func(*harness) any {
	return func(b *harness) any { return by(b.desk.tiles.Layout.Panes[id]) }
}

func width(r layout.Rect) int  { return r.Width }
func height(r layout.Rect) int { return r.Height }

const (
	started, failed = "events:workflow.started", "events:audit.failed"
)

// rows are the table of everything that can be done, in the order of the registry.
var rows = []row{
	{"next-pane", "", focused, GroupsPane},
	{"next-pane", "7", focused, StreamsPane},
	{"previous-pane", "", focused, WorkflowPane},
	{"previous-pane", "2", focused, StreamsPane},
	{"previous-pane", "8", focused, WorkflowPane},
	{"up", "j", stream, started},
	{"up", "", stream, started},
	{"up", "5", event, 6},
	{"up", "5", following, false},
	{"up", "3 j", pendingRow, 0},
	{"down", "", stream, failed},
	{"down", "j", stream, failed},
	{"down", "5", following, true},
	{"down", "5 k k", event, 6},
	{"down", "3", pendingRow, 1},
	{"half-up", "j", stream, started},
	{"half-up", "5", following, false},
	{"half-down", "", stream, failed},
	{"half-down", "3", pendingRow, 3},
	{"page-up", "5", event, 0},
	{"page-down", "", stream, failed},
	{"page-down", "5 g", event, 7},
	{"top", "j", stream, started},
	{"top", "5", event, 0},
	{"bottom", "", stream, failed},
	{"bottom", "5 g", event, 7},
	{"bottom", "5 g", following, true},
	{"bottom", "3", pendingRow, 3},
	{"open", "", focused, GroupsPane},
	{"open", "2", focused, PendingPane},
	{"open", "3", focused, DetailPane},
	{"open", "4", focused, EventsPane},
	{"open", "5", focused, DetailPane},
	{"open", "7", focused, DetailPane},
	{"open", "9", focused, PendingPane},
	{"open", "W", focused, WorkflowPane},
	{"open", "6", shows("▸ {"), true},
	{"open", "6 j", shows("╭─.id ─"), true},
	{"fold", "6", shows("▸ {"), true},
	{"fold", "", said, "fold the event's JSON, or go out; a group or an agent to the left: it is for the event and the matrix: go to pane 6"},
	{"unfold", "6 h", shows("▾ {"), true},
	{"back", "2", focused, StreamsPane},
	{"back", "3", focused, GroupsPane},
	{"back", "3 8", focused, PendingPane},
	{"back", "3 9", focused, PendingPane},
	{"back", "3 9 enter", focused, MatrixPane},
	{"back", "5 enter", focused, EventsPane},
	{"back", "3 space space", marks, 1},
	{"back", "/ a u d i t enter", searching, false},
	{"back", "/ a u d i t", stream, started},
	{"back", "z", shows("5 Events"), true},
	{"back", "5 k w", focused, EventsPane},
	{"back", "5 k v", focused, EventsPane},
	{"back", "5 k v enter", focused, ConversationPane},
	{"back", "5 k v enter esc", focused, EventsPane},
	{"back", "W v", focused, WorkflowsPane},
	{"pane-1", "7", focused, StreamsPane},
	{"pane-2", "", focused, GroupsPane},
	{"pane-3", "", focused, PendingPane},
	{"pane-4", "", focused, ThroughputPane},
	{"pane-5", "", focused, EventsPane},
	{"pane-6", "", focused, DetailPane},
	{"pane-7", "", focused, WorkflowPane},
	{"pane-8", "", focused, DeadLettersPane},
	{"pane-9", "", focused, MatrixPane},
	{"pane-10", "", focused, WorkflowsPane},
	{"pane-12", "", focused, MapPane},
	{"pane-13", "", shows("H History · db_writers on workflow.started"), true},

	{"workspace-watch", "f4", focused, StreamsPane},
	{"workspace-watch", "3 f4 j", focused, PendingPane},
	{"workspace-workflows", "", focused, WorkflowsPane},
	{"workspace-repair", "", focused, MatrixPane},
	{"workspace-map", "", focused, MapPane},
	{"workspace-history", "", shows("Nothing is recorded here: set record = true and a state_dir in [desk]."), true},
	{"workspace-repair", "f4 2 f2", focused, GroupsPane},

	{"filter", "", searching, true},
	{"filter", "4", func(b *harness) any { return b.desk.filter.Typing() }, true},
	{"filter", "6", searching, true},
	{"filter-events", "", func(b *harness) any { return b.desk.filter.Typing() }, true},
	{"find", "5", searching, true},
	{"find", "W", searching, true},
	{"find", "4", said, "search the rows, of the events and workflows too: this pane has no rows"},
	{"find-next", "5 ctrl+f w f - 1 enter g", event, 1},
	{"find-next", "5 ctrl+f w f - 1 enter", shows("/wf-1 · 2 of 3 · n N"), true},
	{"find-next", "", top, "Show some of what is pending · db_writers"},
	{"find-previous", "5 ctrl+f w f - 1 enter g", event, 6},
	{"find-previous", "", said, "nothing is searched for here: ^f does"},
	{"filter", "W", func(b *harness) any { return b.desk.typer() != nil }, true},
	{"scope", "", shows("5 Events · workflow.started"), true},
	{"scope", ".", shows("5 Events · "), false},
	{"scope", "j", shows("5 Events · audit.failed"), true},
	{"drop-filter", ".", shows("5 Events · "), false},
	{"drop-filter", "5 k w", func(b *harness) any { return b.desk.data.Log.Filter().Empty() }, true},
	{"go-to", "", opened, 1},
	{"workflow", "5 k", focused, WorkflowPane},
	{"workflow", "5 k", func(b *harness) any { return b.workflow().Course().ID() }, "wf-1"},
	{"workflow-next", "5 k O", about, 6},
	{"workflow-previous", "5 k", about, 4},
	{"conversation", "5 k", focused, ConversationPane},
	{"conversation", "5 k", shows("Conversation · wf-1"), true},
	{"conversation", "W", shows("Conversation · wf-1"), true},
	{"conversation", "5 k w", shows("Conversation · wf-1"), true},
	{"conversation", "5 k v", said, "what the workflow's agents say to each other: it is shown: esc goes back"},
	{"compare", "W space j", top, "Compare workflows"},
	{"compare", "W space", said, "compare two workflows, or two events: = on each: mark one with space, and go to the other"},
	{"compare", "5 k", said, "1795442665600-0 is marked: = on another event compares the two"},
	{"compare", "5 k =", said, "1795442665600-0 isn't marked any more"},
	{"compare", "5 k = k", top, "Compare two events"},
	{"follow", "5 k", following, true},
	{"follow", "p", following, true},
	{"follow", "f6", shows("only what is ill"), true},
	{"pause", "", func(b *harness) any { return b.desk.data.Log.Paused() }, true},
	{"pause", "p", following, true},
	{"view", "", shows("raw ─"), true},
	{"view", "5 w v", said, "event as JSON, raw, fields, hex: pane Event isn't on the screen: go to pane 6"},
	{"chart-in", "f4", said, "chart a shorter time; a conversation by finer time: pane Throughput isn't on the screen: go to pane 4"},
	{"chart-out", "f4", said, "chart a longer time; a conversation by coarser time: pane Throughput isn't on the screen: go to pane 4"},
	{"sort", "5 z", said, "sort the rows otherwise: pane Streams isn't on the screen: go to pane 1"},
	{"view", "V V", shows("hex ─"), true},
	{"view", "V V V", shows("JSON ─"), true},
	{"sort", "", shows("sort STREAM"), true},
	{"sort", "s s", shows("sort last 60s"), true},
	{"sort", "W", shows("sort AGE"), true},
	{"chart-in", "- - -", shows("-15m─"), true},
	{"chart-in", "+ +", shows("-1m─"), true},
	{"chart-in", "5 k v", shows("-5m─"), false},
	{"chart-out", "", shows("-5m─"), true},
	{"chart-out", "- - -", shows("-1h─"), true},
	{"read", "5", opened, 1},
	{"copy-menu", "5", top, "Copy"},
	{"copy-value", "5", func(b *harness) any { return strings.HasPrefix(b.copied, "{") }, true},
	{"copy-path", "5", func(b *harness) any { return b.copied }, "."},
	{"copy-id", "5", copiedOf("%[2]s"), true},
	{"copy-key", "5", copiedOf("%[1]s"), true},
	{"copy-workflow", "5", func(b *harness) any { return b.copied == b.desk.subject.record.Event.WorkflowID }, true},
	{"copy-redis-cli", "5", copiedOf("redis-cli XRANGE %[1]s %[2]s %[2]s"), true},
	{"copy-streamdesk", "5", copiedOf("streamdesk delivery %[1]s %[2]s"), true},
	{"copy-trace", "5", said, "copy the trace ID: the event has none"},
	{"copy-trace-link", "5", said, "copy the address of its trace: the event has no trace"},
	{"copy", "5", func(b *harness) any { return b.copied != "" }, true},
	{"save-screen", "", shows("╭─Save the screen"), true},
	{"earlier", "PAST", elsewhere, "14:06:36"},
	{"earlier", "", said, "back in time: the moment before: nothing is recorded: set record = true in [desk], or run streamdesk record"},
	{"later", "", said, "forward in time: the next moment: this is now: [ goes back in time, ^t to a time"},
	{"later", "PAST 3", focused, PendingPane},
	{"minute-earlier", "PAST", elsewhere, "14:06:36"},
	{"minute-later", "", said, "in the past: a minute forward: this is now: [ goes back in time, ^t to a time"},
	{"play", "PAST", func(b *harness) any { return b.desk.past.Playing() }, 10},
	{"play-faster", "PAST", said, "it is played 30 times as fast as it was"},
	{"play-slower", "PAST", said, "it is played 5 times as fast as it was"},
	{"at", "PAST", top, "Everything as it was at a time"},
	{"now", "PAST", func(b *harness) any { return b.desk.past.Active() }, false},

	{"zoom", "", shows("5 Events"), false},
	{"zoom", "z", shows("5 Events"), true},
	{"zoom", "8", said, "zoom the pane, and back: the pane has all the room there is: esc goes back"},
	{"alerts", "", shows("╭─Alerts"), true},

	{"stream", "", shows("entries      7, of 7 ever added"), true},
	{"stream", "j", shows("groups       0"), true},

	{"mark", "3", marks, 1},
	{"mark", "3 space", marks, 2},
	{"mark", "3 space k", marks, 1},
	{"mark", "f6", folds, 1},
	{"mark", "f6 space", folds, 0},
	{"mark-all", "3", marks, 4},
	{"mark-all", "3 a", marks, 1},
	{"mark-all", "", said, "mark every pending entry shown, or none: marks are for pending entries: go to pane 3"},
	{"narrow", "", top, "Show some of what is pending · db_writers"},
	{"mark", "", said, "mark the entry or workflow; fold in the map: marks are for pending entries: go to pane 3"},
	{"ack", "3", opened, 1},
	{"ack", "5", opened, 1},
	{"claim", "3", shows("╭─Claim"), true},
	{"republish", "3", shows("╭─Republish"), true},
	{"dead-letter", "3", shows("╭─Dead-letter"), true},
	{"dead-letter", "5", said, "give up: to the dead letters: it is for pending entries: go to pane 3"},
	{"delete", "3", shows("╭─Delete"), true},
	{"ackdel", "3", shows("╭─Ack and delete · db_writers"), true},
	{"trim", "", shows("╭─Trim"), true},
	{"set-group-id", "", shows("╭─Set ID · db_writers"), true},
	{"set-group-id", "j", shows("no group is selected"), true},
	{"dead-letters", "", shows("╭─Dead letters"), true},
	{"create-group", "", shows("╭─Create group"), true},
	{"pause-group", "", shows("╭─Pause group · db_writers"), true},
	{"resume-group", "", shows("╭─Resume group · db_writers"), true},
	{"limit-group", "", shows("╭─Limit group · db_writers"), true},
	{"destroy-group", "", shows("╭─Destroy group · db_writers"), true},
	{"move-consumer", "", shows("╭─Move entries · db_writers"), true},
	{"delete-consumer", "", shows("╭─Delete consumer · db_writers"), true},
	{"inject", "", shows("╭─Inject"), true},
	{"inject-file", "", opened, 1},
	{"edit", "5", shows("╭─Inject"), true},

	{"wider", "", sized(StreamsPane, width), 52},
	{"narrower", "5", sized(EventsPane, width), 68},
	{"taller", "", sized(StreamsPane, height), 12},
	{"shorter", "", sized(StreamsPane, height), 10},
	{"reset-layout", "> }", sized(StreamsPane, width), 50},
	{"pin", "5", pins, 1},
	{"pin", "5 P 5 k", pins, 2},
	{"next-window", "5 P", func(b *harness) any { return b.desk.windows.Focused }, true},
	{"window-left", "5 P", moved, layout.Rect{X: -moveColumns}},
	{"window-right", "5 P", moved, layout.Rect{X: moveColumns}},
	{"window-up", "5 P", moved, layout.Rect{Y: -moveRows}},
	{"window-down", "5 P", moved, layout.Rect{Y: moveRows}},
	{"close-window", "5 P", pins, 0},
	{"mouse", "", func(b *harness) any { return b.desk.pointer.off }, true},
	{"mouse", "M", func(b *harness) any { return b.desk.pointer.off }, false},

	{"menu", "", top, "Bus"},
	{"menu-bus", "", top, "Bus"},
	{"menu-view", "", top, "View"},
	{"menu-stream", "", top, "Stream"},
	{"menu-group", "", top, "Group"},
	{"menu-event", "", top, "Event"},
	{"menu-window", "", top, "Window"},
	{"menu-help", "", top, "Help"},
	{"context-menu", "", opened, 1},

	{"action-log", "", shows("╭─Action log"), true},
	{"theme", "", func(b *harness) any { return b.desk.looks.Chosen != "" }, true},
	{"connect", "", said, "go to another profile's server: the settings hold one profile only: add [profiles.NAME] with its redis to the file"},
	{"server", "", opened, 1},
	{"connections", "", shows("╭─Connections"), true},
	{"connections", "PAST", shows("╭─Connections"), false},
	{"scheduled", "", shows("╭─Scheduled"), true},
	{"scheduled", "PAST", shows("╭─Scheduled"), false},
	{"doctor", "", shows("╭─Doctor"), true},
	{"doctor", "PAST", shows("╭─Doctor"), false},
	{"palette", "", shows("╭─Commands"), true},
	{"help", "", shows("╭─Keys"), true},
	{"suspend", "", func(b *harness) any { return b.desk.notes.Text }, ""},
	{"quit", "", quits, true},
}

// TestEveryActionDoesWhatTheTableSays presses each key of each action in the state of each of its rows. An action that
// has no key is chosen as from the palette.
func TestEveryActionDoesWhatTheTableSays(t *testing.T) {
	t.Parallel()
	for _, a := range actions() {
		var own []row
		for _, r := range rows {
			if r.action == a.name {
				own = append(own, r)
			}
		}
		if own == nil {
			t.Errorf("nothing says what the action %q (%s) does: add to rows in action_table_test.go at least\n"+
				"\t{%q, \"keys that lead to where it can be done\", what to look at (focused, stream, shows(\"text\")…), what is wanted},", a.name, a.title, a.name)
		}
		keys := a.keys
		if keys == nil {
			keys = []string{""}
		}
		for _, r := range own {
			for _, key := range keys {
				t.Run(a.name+" "+key+" after "+r.given, func(t *testing.T) {
					t.Parallel()
					b, given := withTraffic(t, 120, 40), r.given
					if then, ok := strings.CutPrefix(r.given, "PAST"); ok {
						b, given = recorded(t, 120, 40), then
						b.press("[")
						b.arrives(time.Time{})
					}
					b.press(given)
					b.settled()
					if key == "" || a.then && !b.desk.past.Active() {
						b.command(a.name)
					} else {
						b.send(keyMsg(key))
					}
					if got := r.look(b); got != r.want {
						t.Errorf("%v, want %v\n%s", got, r.want, stripped(b.desk.View()))
					}
					b.fits()
				})
			}
		}
	}
	for _, r := range rows {
		if !slices.ContainsFunc(actions(), func(a *action) bool { return a.name == r.action }) {
			t.Errorf("the table says what %q does, and there is no such action", r.action)
		}
	}
}

// settled lets the clock go on until what the cursor stands on has been asked for.
func (b *harness) settled() {
	b.pass(2 * settleTime)
	b.frame()
}
