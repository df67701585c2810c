// Package workflow is the pane of one workflow's course, which the workflow command also prints. Start reading at [Pane].
package workflow

import (
	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/older"
	"streamdesk/ui/widget"
)

// Spec is where the pane stands.
var Spec = pane.Spec{
	Name: "Workflow", Lower: true, Inward: "Event",
	Menu: []string{"open", "workflow-next", "workflow-previous", "copy", "copy-menu", "", "republish", "delete", "edit", "", "back", "zoom"},
}

// Pane is the pane of one workflow's course: its stages as bars on a scale of time, what it waits for, and why it
// failed. The cursor is on one of its events, pinned to the entry; events may come in at either end.
type Pane struct {
	profiles []workflow.Profile        // those of [workflow.New]
	address  func(trace string) string // of a trace's page; empty when the settings name none
	course   *workflow.Workflow        // nil while nothing is shown
	opened   string                    // the one that was opened; empty while the pane goes with the entry that is shown
	history  older.Search
	pinned   *model.Key // nil while the cursor is on the newest event

	rows  []row // the course as rows, nil when it has changed since
	rowOf []int // the row of each event

	// How it was fitted last.
	height         int
	stages, events widget.Sight // of the rows, and of the list of events
	placed         places
}

// places holds which lines of the pane show what.
type places struct {
	rows, rowLines int // the first line of the rows, and how many there are
	list           int // the first line of the list of events; 0 when there is none
}

// New returns a pane that shows nothing. Profiles say which stages workflows have, see [workflow.New]. address returns where a trace
// is looked at, by its ID; empty when that isn't known.
func New(profiles []workflow.Profile, address func(trace string) string) *Pane {
	return &Pane{profiles: profiles, address: address, height: 1}
}

// Show puts the workflow with that id into the pane, with nothing known of it yet; an empty id clears the pane. The same id
// again keeps everything.
func (p *Pane) Show(id string) {
	switch {
	case id == "":
		*p = Pane{profiles: p.profiles, address: p.address, height: p.height, opened: p.opened}
	case p.course == nil || p.course.ID() != id:
		*p = Pane{profiles: p.profiles, address: p.address, height: p.height, opened: p.opened, course: workflow.New(id, p.profiles)}
	}
}

// Course returns the workflow that is shown, nil when there is none. It is the pane's own, to read how the workflow stands.
func (p *Pane) Course() *workflow.Workflow { return p.course }

// Add adds records of any workflows, in any order. It reports whether one was new and belongs to the shown workflow, so that
// the pane must be redrawn.
func (p *Pane) Add(records []model.Record) (changed bool) {
	if p.course == nil {
		return false
	}
	for i := range records {
		if p.course.Add(&records[i]) {
			changed = true
		}
	}
	if changed {
		p.rows, p.rowOf = nil, nil
	}
	return changed
}

// SetHistory stores the progress of the search for older events.
func (p *Pane) SetHistory(h older.State) { p.history.State = h }

// Select puts the cursor on an event, which may arrive later. Before the first call it is on the newest.
func (p *Pane) Select(key model.Key) { p.pinned = &key }

// Subject implements [pane.Subjecter].
func (p *Pane) Subject(*live.Data) (model.Key, *model.Record, bool) {
	at, ok := p.cursor()
	if !ok {
		return model.Key{}, nil, false
	}
	return p.course.Events()[at].Key, nil, true
}

// cursor returns the place of the event under the cursor: the pinned one, or the nearest one.
func (p *Pane) cursor() (int, bool) {
	if p.course == nil || p.course.Len() == 0 {
		return 0, false
	}
	if p.pinned == nil {
		return p.course.Len() - 1, true
	}
	at, _ := p.course.Find(*p.pinned)
	return pane.Clamp(at, p.course.Len()), true
}

func (p *Pane) event(at int) (model.Key, bool) {
	if events := p.course.Events(); at >= 0 && at < len(events) {
		return events[at].Key, true
	}
	return model.Key{}, false
}

// Move implements [pane.Pane]: the cursor goes from event to event.
func (p *Pane) Move(m pane.Move, _ pane.Known) {
	if at, ok := p.cursor(); ok {
		events := p.course.Events()
		p.Select(events[pane.Clamp(at+m.Step(p.height, len(events)), len(events))].Key)
	}
}

// Click implements [pane.Pane]. For a stage it picks the event that matters most: the one that ended it.
func (p *Pane) Click(line int, _ *live.Data) {
	if p.course == nil {
		return
	}
	if i, ok := p.events.At(line - p.placed.list); ok && p.placed.list > 0 {
		if key, ok := p.event(i); ok {
			p.Select(key)
		}
		return
	}
	rows := p.timeline()
	if i, ok := p.stages.At(line - p.placed.rows); ok && i < len(rows) {
		if events := rows[i].events; len(events) > 0 {
			p.Select(p.course.Events()[events[len(events)-1]].Key)
		}
	}
}

const (
	// headLines are the summary and the scale.
	headLines = 2
	// gapLines is the number of blank lines above and below the list of events.
	gapLines = 2
)

// Sight implements [pane.Sighted]: the list of events scrolls, or the stages when there is no room for one.
func (p *Pane) Sight() *widget.Sight {
	if p.placed.list > 0 {
		return &p.events
	}
	return &p.stages
}

// pin returns what the cursor is pinned to, nil for the newest event.
func (p *Pane) pin() any {
	if p.pinned == nil {
		return nil
	}
	return *p.pinned
}

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	p.height, p.placed = max(v.Height-headLines, 1), places{}
	at, ok := p.cursor()
	if !ok {
		return
	}
	rows := p.timeline()
	foot, hasList := p.below(v, at)
	room := p.height - len(foot)
	p.placed.rows, p.placed.rowLines = headLines, max(min(len(rows), room), 0)
	p.stages.FitOn(p.pin(), p.rowOf[at], len(rows), p.placed.rowLines)
	if !hasList {
		return
	}
	room -= p.placed.rowLines
	if len(foot) > 0 {
		room--
	}
	p.placed.list = headLines + p.placed.rowLines + 2 // below a blank line and the list's head
	p.events.FitOn(p.pin(), at, p.course.Len(), room-2)
}

// below returns the foot, and whether there is room above it for a list of the events.
func (p *Pane) below(v pane.View, at int) (foot []string, hasList bool) {
	rows, room := len(p.timeline()), max(v.Height-headLines, 1)
	footRoom, spare := room-min(rows, max(room/2, 3)), room-rows
	foot = p.foot(v, footRoom, spare)
	if hasList = spare-len(foot)-gapLines >= leastList; !hasList { // the list would show it
		foot = p.foot(v, footRoom, spare, p.eventPart(v, at))
	}
	return foot, hasList
}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: "Workflow"}
	if p.course == nil {
		f.Lines = p.message(v, "No workflow is shown.", "w on an event opens its workflow.")
		return f
	}
	f.Title += " " + widget.Clean(p.course.ID())
	f.Footer = "o/O next/prev"
	at, ok := p.cursor()
	if !ok {
		f.Lines = p.message(v, "None of its events is kept here.")
		return f
	}
	f.Note = p.course.State().String()
	if f.Place = p.stages.Place(p.placed.rows); p.placed.list > 0 {
		f.Place = p.events.Place(p.placed.list)
	}
	f.Lines = p.draw(v, at)
	for i, line := range f.Lines {
		f.Lines[i] = widget.Pad(line, v.Width)
	}
	return f
}

// draw draws the pane of a workflow with its cursor on the event at that place.
func (p *Pane) draw(v pane.View, at int) []string {
	rows := p.timeline()
	foot, hasList := p.below(v, at)
	lines := make([]string, 0, v.Height)
	b := newWorkflowBars(v, p.course, rows)
	lines = append(lines, p.summary(v), b.scaleLine())
	for i := p.stages.First; i < p.stages.End(); i++ {
		lines = append(lines, b.line(&rows[i], i == p.rowOf[at], at))
	}
	if hasList {
		lines = append(append(lines, ""), p.list(v, at)...)
	}
	if room := max(v.Height-headLines, 1) - len(foot) - p.placed.rowLines; room > 0 && len(foot) > 0 {
		lines = append(lines, "")
	}
	lines = append(lines, foot...)
	return lines[:min(len(lines), v.Height)]
}

// message returns what an empty pane says, and how the search goes.
func (p *Pane) message(v pane.View, texts ...string) []string {
	lines := []string{""}
	for _, text := range texts {
		lines = append(lines, v.Theme.Dim.Paint(widget.Cut("  "+text, v.Width)))
	}
	if history := p.history.Lines(v); len(history) > 0 {
		lines = append(append(lines, ""), history...)
	}
	lines = lines[:min(len(lines), v.Height)]
	for i, line := range lines {
		lines[i] = widget.Pad(line, v.Width)
	}
	return lines
}
