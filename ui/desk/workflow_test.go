package desk

import (
	"fmt"
	"testing"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// A desk that starts late knows only the newest events; opening a workflow finds the others.
func TestOpeningAWorkflowFindsItsOlderEvents(t *testing.T) {
	b := newRealHarness(t, 160, 50)
	for i := range 400 {
		b.publish(model.Type(fmt.Sprintf("workflow.step%d", i%5)), fmt.Sprintf("wf-%d", i%8), `{}`)
	}
	late := newDesk(b.desk.run, b.desk.options, b.desk.looks, b.desk.keys)
	late.line.feed.OnPanic = func(p *fault.PanicError) { t.Error(p) }
	late.tiles.Layout = b.desk.tiles.Layout
	b.desk = late
	b.desk.place()
	b.publish(model.WorkflowCompleted, "wf-3", `{}`)
	b.look()
	b.press("5 w")
	course := b.workflow().Course()
	if course.ID() != "wf-3" || len(course.Events()) != 51 {
		t.Fatalf("the course of %s has %d events, want 51 of wf-3\n%s", course.ID(), len(course.Events()), b.desk.View())
	}
	b.sees("all searched: 401 entries, 51 found")
	if b.workflow().Walk() != nil {
		t.Error("the search goes on")
	}
	b.press("O O O")
	b.untilRead()
	if got, want := b.desk.subject.key, course.Events()[47].Key; got != want {
		t.Errorf("three back is %v, want %v", got, want)
	}
	b.press("esc")
	if b.desk.tiles.Focus != EventsPane || !b.desk.data.Log.Filter().Empty() {
		t.Error("esc didn't close the workflow")
	}
	b.fits()
}

func TestTheWorkflowPaneGoesWithTheEvent(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("5 k")
	b.sees("7 Workflow wf-1")
	b.press("k")
	b.pass(time.Second)
	b.frame()
	b.sees("7 Workflow wf-2")
}

func TestAnActionIsAboutTheEntryUnderTheCursorOfTheWorkflow(t *testing.T) {
	b := newRealHarness(t, 120, 40)
	first := b.publish(model.WorkflowStarted, "wf-1", `{}`)
	b.publish(model.WorkflowCompleted, "wf-1", `{}`)
	b.look()
	b.press("5 w g")
	b.untilRead()
	b.press("X")
	b.sees(first.ID.String())
	if target, _ := b.desk.target(); len(target.IDs) != 1 || target.IDs[0] != first.ID {
		t.Errorf("it is about %v, want %v", target.IDs, first.ID)
	}
}
