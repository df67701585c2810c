package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/filter"
)

// showWorkflow lets the workflow pane go with the event that is shown, unless a workflow was opened.
func (d *Desk) showWorkflow() {
	id := d.course.opened
	if id == "" && d.subject.record != nil {
		id = d.subject.record.Event.WorkflowID
	}
	if course := d.panes.workflow.Course(); course != nil && course.ID() == id || course == nil && id == "" {
		return
	}
	if id == "" && d.course.opened == "" {
		return // an event without a workflow: the one before may still be of use
	}
	d.panes.workflow.Show(id)
	d.panes.workflow.Add(d.data.Log.OfWorkflow(id))
	d.drawn.pane(WorkflowPane)
}

// openWorkflow opens the workflow of the event that is shown: its course stays in the workflow pane, the events are
// narrowed to it, and its older events are looked for.
func (d *Desk) openWorkflow() tea.Cmd {
	record := d.subject.record
	d.course.opened = record.Event.WorkflowID
	d.showWorkflow()
	d.panes.workflow.Select(record.Key())
	return tea.Batch(d.setFilter("wf:"+filter.Quote(d.course.opened)), d.focusOn(WorkflowPane), d.searchHistory())
}

// closeWorkflow stops the search for older events; without one it lets the workflow pane go with the events again, and takes the filter back.
func (d *Desk) closeWorkflow() tea.Cmd {
	if d.stopSearch() {
		return nil
	}
	text := "wf:" + filter.Quote(d.course.opened)
	d.course.opened = ""
	cmd := d.focusOn(EventsPane)
	if d.data.Log.Filter().String() == text {
		return tea.Batch(cmd, d.setFilter(""))
	}
	return cmd
}

// nextOfWorkflow goes to the event before or after the one that is shown, in the order of its workflow.
func (d *Desk) nextOfWorkflow(later bool) tea.Cmd {
	step := d.panes.workflow.Previous
	word := "earlier"
	if later {
		step, word = d.panes.workflow.Next, "later"
	}
	key, ok := step(d.subject.key)
	if !ok {
		d.notes.status.say(levelWarn, "there is no "+word+" event of this workflow here")
		return nil
	}
	d.panes.workflow.Select(key)
	d.subject.follow(WorkflowPane)
	return nil
}

func needCourse(d *Desk) string {
	if d.panes.workflow.Course() == nil || d.subject.key == (model.Key{}) {
		return "there is no event of a workflow under the cursor"
	}
	return ""
}
