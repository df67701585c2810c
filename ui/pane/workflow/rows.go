package workflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/sorting"
	"streamdesk/model/workflow"
	"streamdesk/ui/widget"
)

// row is one line of the timeline: a stage, one attempt at it, or a moment.
type row struct {
	branch string // the tree in front of the name
	name   string
	state  workflow.StageState
	// attempts are drawn as bars; marks are the indexes of the events that are drawn as points.
	attempts []workflow.Attempt
	marks    []int
	events   []int // the places of all its events, in order
	note     string
}

// timeline returns the course as rows: the workflow, below it the attempts at its stages in the order of time, then the
// stages that haven't begun, and last the talk between agents, which goes along with all of them.
func (p *Pane) timeline() []row {
	if p.rows != nil {
		return p.rows
	}
	events, stages := p.course.Events(), p.course.Stages()
	top := row{name: model.FamilyWorkflow, state: p.course.State()}
	top.attempts = []workflow.Attempt{{State: top.state, Start: p.course.Start(), End: p.course.End()}}
	var children, rest []row
	for i := range stages {
		switch s := &stages[i]; {
		case s.Family == model.FamilyWorkflow:
			top.attempts = s.Attempts
			children = append(children, top.takeStage(s, events)...)
		case s.Family == model.FamilyA2A:
			rest = append(rest, talkRow(s))
		case s.State == workflow.StageWaiting, s.State == workflow.StageUnseen:
			rest = append(rest, row{name: s.Family, state: s.State})
		default:
			children = append(children, stageRows(s, events)...)
		}
	}
	sorting.By(children, func(r, s *row) int { return cmp.Compare(r.events[0], s.events[0]) })
	for i := range children {
		children[i].branch = "├ "
		if i == len(children)-1 {
			children[i].branch = "└ "
		}
	}
	p.rows = append(append([]row{top}, children...), rest...)
	p.rowOf = make([]int, len(events))
	for i := range p.rows {
		r := &p.rows[i]
		slices.Sort(r.events)
		for _, at := range r.events {
			p.rowOf[at] = i
		}
	}
	return p.rows
}

// takeStage puts the workflow's own events into its row, and returns a row for each retry.
func (r *row) takeStage(s *workflow.Stage, events []workflow.Event) (retries []row) {
	take := func(places []int) {
		for _, at := range places {
			if e := &events[at]; e.Retried() && !e.Repeat {
				retries = append(retries, momentRow(e, at))
				continue
			}
			r.events = append(r.events, at)
		}
	}
	for i := range s.Attempts {
		take(s.Attempts[i].Events)
		r.note = cmp.Or(s.Attempts[i].Reason, r.note)
	}
	take(s.Marks)
	return retries
}

// momentRow returns the row of one event that says that something begins again.
func momentRow(e *workflow.Event, at int) row {
	return row{name: e.Type.Name(), state: workflow.StageNoted, marks: []int{at}, events: []int{at}, note: e.Note}
}

// stageRows returns a row for each attempt at a stage. Events without an attempt go with the attempt before them.
func stageRows(s *workflow.Stage, events []workflow.Event) []row {
	var rows, retries []row
	for _, a := range s.Attempts {
		row := row{name: s.Family, state: a.State, attempts: []workflow.Attempt{a}, events: slices.Clone(a.Events), note: a.Reason}
		for _, at := range a.Events {
			if row.note == "" || a.Reason == "" && events[at].Note != "" {
				row.note = events[at].Note
			}
		}
		rows = append(rows, row)
	}
	for _, at := range s.Marks {
		if e := &events[at]; e.Retried() && !e.Repeat {
			retries = append(retries, momentRow(e, at))
			continue
		}
		if len(rows) == 0 {
			rows = append(rows, row{name: s.Family, state: workflow.StageNoted, note: events[at].Note})
		}
		row := &rows[0]
		for i := range rows {
			if len(rows[i].events) > 0 && rows[i].events[0] < at {
				row = &rows[i]
			}
		}
		row.marks, row.events = append(row.marks, at), append(row.events, at)
	}
	return append(rows, retries...)
}

// talkRow returns the single row for all talk between agents.
func talkRow(s *workflow.Stage) row {
	row := row{name: s.Family, state: s.State, attempts: s.Attempts, marks: s.Marks, events: slices.Clone(s.Marks)}
	open := 0
	for i := range s.Attempts {
		row.events = append(row.events, s.Attempts[i].Events...)
		if s.Attempts[i].State == workflow.StageRunning {
			open++
		}
	}
	var parts []string
	for _, part := range []struct {
		n    int
		text string
	}{{len(s.Attempts), "asked"}, {open, "open"}, {len(s.Marks), "told"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.text))
		}
	}
	row.note = strings.Join(parts, ", ")
	return row
}

// label returns the row's name with the tree in front of it.
func (r *row) label() string {
	if r.name == "" {
		return r.branch + "(no type)"
	}
	return r.branch + widget.Clean(r.name)
}
