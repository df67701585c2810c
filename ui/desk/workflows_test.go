package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/ui/pane/workflows"
)

// withWorkflows shows workflows of every verdict: audits have taken two to six seconds, and one has run for far longer.
func withWorkflows(b *harness) {
	b.t.Helper()
	run := func(id string, kinds ...model.Type) {
		for _, kind := range kinds {
			b.publish(kind, id, `{"error":"stack too deep: the variable owner is 1 slot too deep"}`)
			b.frame()
			b.pass(700 * time.Millisecond)
		}
	}
	run("wf-5tuck", model.WorkflowStarted, model.GenerationStarted, model.GenerationCompleted, model.AuditStarted)
	for i := range 24 {
		id := fmt.Sprintf("wf-%04x", i)
		run(id, model.WorkflowStarted, model.GenerationStarted, model.GenerationProgress, model.GenerationCompleted, model.AuditStarted)
		b.pass(time.Duration(i%5) * time.Second)
		run(id, model.AuditCompleted, model.TestingStarted, model.TestingCompleted, model.DeploymentStarted, model.DeploymentCompleted, model.WorkflowCompleted)
		b.look()
	}
	run("wf-fa17ed", model.WorkflowStarted, model.GenerationStarted, model.GenerationFailed, model.WorkflowFailed)
	run("wf-tr1ed", model.WorkflowStarted, model.GenerationStarted, model.GenerationFailed, "workflow.retried", model.GenerationStarted, model.GenerationCompleted, model.AuditStarted, model.AuditFailed)
	run("wf-wa175", model.WorkflowStarted, model.GenerationStarted, model.GenerationCompleted, model.A2ARequest)
	run("wf-b1115", "order.started", "order.completed", "shipping.started")
	run("wf-90e5", model.WorkflowStarted, model.GenerationStarted, model.GenerationCompleted, model.AuditStarted, model.AuditProgress)
	b.look()
}

func TestScreensOfTheWorkflows(t *testing.T) {
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		b := newHarness(t, size[0], size[1])
		b.press("W")
		b.sees("No event has named a workflow yet")
		withWorkflows(b)
		b.sees("◷ stuck")
		b.fits()
		golden(t, fmt.Sprintf("workflows/board-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("j enter")
		b.fits()
		golden(t, fmt.Sprintf("workflows/opened-%dx%d", size[0], size[1]), b.desk.View()+"\n")
	}
}

func TestAWorkflowIsOpenedFromTheBoardAndEscComesBackToItsRow(t *testing.T) {
	b := newHarness(t, 120, 40)
	withWorkflows(b)
	b.press("3 W j j")
	row := cursorRow(b)
	if !strings.Contains(row, "wf-fa17ed") {
		t.Fatalf("the cursor is on %q", row)
	}
	b.press("enter")
	if id := b.workflow().Course().ID(); id != "wf-fa17ed" || b.desk.tiles.Focus != WorkflowPane {
		t.Errorf("enter leads to pane %d with %s", b.desk.tiles.Focus+1, id)
	}
	if text := b.desk.data.Log.Filter().String(); text != "wf:wf-fa17ed" {
		t.Errorf("the events are narrowed to %q", text)
	}
	b.press("esc")
	if got := cursorRow(b); got != row || !b.desk.data.Log.Filter().Empty() {
		t.Errorf("esc comes back to %q, want %q; the filter is %q", got, row, b.desk.data.Log.Filter())
	}
	b.press("esc")
	if b.desk.tiles.Focus != PendingPane {
		t.Errorf("esc leads on to pane %d, want the one that the board was opened from", b.desk.tiles.Focus+1)
	}
}

// cursorRow is the line of the screen with the cursor of the board.
func cursorRow(b *harness) string {
	for line := range strings.SplitSeq(stripped(b.screen()), "\n") {
		if strings.HasPrefix(line, "│▸") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

func TestTheBoardIsNarrowedWhereItStands(t *testing.T) {
	b := newHarness(t, 120, 40)
	withWorkflows(b)
	b.press("W /")
	b.typing("Failed fa17")
	b.sees("· 1 ─╮")
	b.sees("wf-fa17ed")
	b.seesNot("wf-tr1ed")
	b.press("esc")
	b.sees("· 30 ─╮")
	b.press("/")
	b.typing("q no such")
	b.sees("No workflow is like that")
	b.press("ctrl+u")
	b.typing("wf-b1")
	b.press("enter")
	b.sees("· 1 ─╮")
	if row := cursorRow(b); !strings.Contains(row, "shipping.start") {
		t.Errorf("the row is %q", row)
	}
	b.press("enter esc")
	b.sees("· 1 ─╮")
	b.press("esc")
	b.sees("· 30 ─╮")
	b.press("esc")
	b.seesNot("W Workflows")
	b.press("W / ctrl+c")
	if !b.quit {
		t.Error("ctrl+c doesn't quit while something is typed")
	}
}

func TestTheBoardIsSortedAsOtherListsAre(t *testing.T) {
	b := newHarness(t, 120, 40)
	withWorkflows(b)
	b.press("W")
	for _, want := range []struct{ label, first string }{
		{"AGE ▼", "wf-5tuck"}, {"SINCE ▲", "wf-90e5"}, {"EV ▼", "wf-0000"}, {"FAIL ▼", "wf-fa17ed"}, {"AGENT ▲", "wf-0000"}, {"WORKFLOW ▲", "wf-0000"}, {"VERDICT ▼", "wf-5tuck"},
	} {
		b.press("s g")
		b.sees("sort " + want.label)
		if row := cursorRow(b); !strings.Contains(row, want.first) {
			t.Errorf("by %s the first is %q, want %s", want.label, row, want.first)
		}
	}
}

func TestTheBoardKnowsWhatHasLeftTheListOfEvents(t *testing.T) {
	b := newHarness(t, 120, 40, func(o *Options) { o.Config.Desk.KeepEvents = 100 })
	withWorkflows(b)
	if b.desk.data.Log.Kept() != 100 {
		t.Fatalf("%d events are kept", b.desk.data.Log.Kept())
	}
	b.press("W")
	b.sees("stuck: audit has run")
	b.sees("· 30 ─╮")
}

func TestTheCourseOfAWorkflowIsShownWhoseEventsHaveLeftTheList(t *testing.T) {
	b := newHarness(t, 120, 40, func(o *Options) { o.Config.Desk.KeepEvents = 1 })
	withWorkflows(b)
	b.press("f3")
	b.sees("stuck: audit has run")
	b.seesNot("None of its events is kept here")
	course := b.workflow().Course()
	if s := b.desk.data.Workflows.Find(course.ID()); course.Len() == 0 || int64(course.Len()) != s.Events {
		t.Errorf("%d of %d events of %s are shown", course.Len(), s.Events, s.ID)
	}
}

func TestAPausedBoardKeepsItsOrder(t *testing.T) {
	b := newHarness(t, 120, 40)
	withWorkflows(b)
	b.press("W p")
	before := cursorRow(b)
	for range 3 {
		b.pass(time.Second)
		b.publish(model.AuditCompleted, "wf-5tuck", `{}`)
		b.publish(model.WorkflowStarted, fmt.Sprintf("wf-new%v", b.clock.Unix()), `{}`)
		b.look()
	}
	b.sees("· 30 ─╮")
	if row := cursorRow(b); row != before {
		t.Errorf("the first row was %q, and is %q", before, row)
	}
	b.press("f")
	b.pass(time.Second)
	b.look()
	b.sees("· 33 ─╮")
}

func TestActionsAreAboutTheNewestEventOfTheWorkflowUnderTheCursor(t *testing.T) {
	b := newRealHarness(t, 120, 40)
	b.publish(model.WorkflowStarted, "wf-1", `{}`)
	last := b.publish(model.AuditStarted, "wf-1", `{"contract":"ERC20"}`)
	b.look()
	b.press("W")
	b.untilRead()
	b.press("X")
	b.sees(last.ID.String())
}

func TestTwoWorkflowsAreComparedBesideEachOther(t *testing.T) {
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		b := newHarness(t, size[0], size[1])
		withWorkflows(b)
		b.press("W space G space =")
		b.sees("Compare workflows")
		b.fits()
		golden(t, fmt.Sprintf("workflows/compare-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("x")
		if heads := compared(b); len(heads) != 2 || heads[0] != "wf-0000" || heads[1] != "wf-5tuck" {
			t.Errorf("with the sides changed it is %v", heads)
		}
		b.press("esc")
		b.seesNot("Compare workflows")
		b.press("g j space j space")
		b.press("=")
		b.sees("wf-fa17ed")
		b.sees("wf-tr1ed")
		b.press("q")
	}
}

func TestAComparisonGoesOnWithItsWorkflows(t *testing.T) {
	b := newHarness(t, 120, 40)
	withWorkflows(b)
	b.press("W space G space =")
	b.sees("wf-5tuck")
	events := func() string {
		for line := range strings.SplitSeq(stripped(b.screen()), "\n") {
			if _, after, ok := strings.Cut(line, "  events  "); ok {
				return strings.Fields(after)[0]
			}
		}
		return ""
	}
	before := events()
	b.publish(model.AuditFailed, "wf-5tuck", `{"error":"at last"}`)
	b.frame()
	b.pass(time.Second)
	b.look()
	if after := events(); before != "4" || after != "5" {
		t.Errorf("it has %q events, and %q with one more", before, after)
	}
	b.fits()
}

// compared are the workflows of the comparison, from left to right.
func compared(b *harness) []string {
	for line := range strings.SplitSeq(stripped(b.screen()), "\n") {
		if heads, _, ok := strings.Cut(line, "difference"); ok {
			fields := strings.Fields(heads)
			return fields[len(fields)-2:]
		}
	}
	return nil
}

// manyWorkflows are ten thousand of them, in all stages.
func manyWorkflows(b *harness) {
	kinds := []model.Type{model.WorkflowStarted, model.GenerationStarted, model.GenerationCompleted, model.AuditStarted, model.AuditCompleted, model.TestingStarted, model.TestingCompleted, model.WorkflowCompleted}
	for i := range 10_000 {
		for j := range 1 + i%len(kinds) {
			r := model.Record{
				Entry: model.Entry{Stream: "events:" + string(kinds[j]), ID: model.Position{Ms: uint64(b.clock.UnixMilli() - int64(60_000-i-1000*j)), Seq: uint64(i)}},
				Event: model.Event{Type: kinds[j], WorkflowID: fmt.Sprintf("wf-%08x", i*2654435761), SourceAgent: "auditor"},
			}
			b.desk.data.Workflows.Add(&r)
		}
	}
}

// BenchmarkTheBoard draws ten thousand workflows: put in order anew, as once a second, and as they stand, as after each key.
func BenchmarkTheBoard(b *testing.B) {
	for name, anew := range map[string]bool{"arranged": true, "key": false} {
		b.Run(name, func(bm *testing.B) {
			bn := newHarness(bm, 120, 40)
			manyWorkflows(bn)
			bn.press("W")
			board, _ := the[*workflows.Pane](&bn.desk.panes)
			bm.ReportAllocs()
			for bm.Loop() {
				if anew {
					board.Sort(bn.desk.data)
				}
				bn.press("j")
			}
		})
	}
}
