package workflow

import (
	"slices"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/model/workflow"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// leastList is the min number of lines below the timeline for a list of the events: its head and some of them.
const leastList = 4

var columns = []widget.Column{
	{Title: "AFTER", Min: 7, Right: true, Keep: 5},
	{Title: "TIME", Min: 12, Keep: 3},
	{Title: "TYPE", Min: 14, Keep: 8},
	{Title: "", Min: 1, Keep: 7},
	{Title: "AGENT", Min: 8, Keep: 2},
	{Title: "WHAT IT SAYS", Min: 12, Max: 200, Keep: 1},
}

// list returns the lines of the events, with the cursor on one of them.
func (p *Pane) list(v pane.View, at int) []string {
	events := p.course.Events()
	t := widget.Table{Theme: v.Theme, Sorted: -1, Columns: slices.Clone(columns)}
	for _, e := range events {
		kind, agent := &t.Columns[2], &t.Columns[4]
		kind.Max = max(kind.Max, min(widget.Width(widget.Clean(string(e.Type))), pane.TypeMost))
		agent.Max = max(agent.Max, min(widget.Width(widget.Clean(e.Agent)), pane.AgentMost))
	}
	widths := t.Widths(v.Width)
	lines := []string{t.Head(widths)}
	for i := p.events.First; i < p.events.End(); i++ {
		lines = append(lines, t.Line(widths, widget.Row{Cells: p.eventCells(v, &events[i]), Current: i == at, Focused: v.Focused, Compared: events[i].Key == v.Compared}))
	}
	return lines
}

// Rows implements [pane.Searcher]: events are searched by type, agent and what they say, whether or not there is room for their list.
func (p *Pane) Rows(pane.Known) pane.Rows {
	at, ok := p.cursor()
	if !ok {
		return pane.Rows{At: -1}
	}
	events := p.course.Events()
	return pane.Rows{
		Len: len(events), At: at,
		Text: func(row int) string {
			e := &events[row]
			return widget.Clean(string(e.Type)) + "\n" + widget.Clean(e.Agent) + "\n" + widget.Clean(e.Note)
		},
		Go: func(row int) { p.Select(events[row].Key) },
		On: func(line int) []int {
			if i, ok := p.events.At(line - p.placed.list); ok && p.placed.list > 0 {
				return []int{i}
			}
			if i, ok := p.stages.At(line - p.placed.rows); ok {
				return p.timeline()[i].events
			}
			return nil
		},
	}
}

func (p *Pane) eventCells(v pane.View, e *workflow.Event) []widget.Cell {
	th := v.Theme
	typeInk, sign := th.Text, "·"
	switch e.Outcome() {
	case model.OutcomeBegun:
		sign = "▷"
	case model.OutcomeDone:
		typeInk, sign = th.Good, "✓"
	case model.OutcomeFailed:
		typeInk, sign = stateInk(th, causeState(e)), stateSign(causeState(e))
	default:
		if e.Retried() {
			typeInk, sign = th.Warn, "●"
		}
	}
	note := e.Note
	if e.Repeat {
		typeInk, note = th.Dim, "published again  "+note
	}
	return []widget.Cell{
		{Text: "+" + words.Took(e.Time().Sub(p.course.Start())), Ink: th.Dim},
		{Text: e.Time().In(v.Location).Format("15:04:05.000"), Ink: th.Dim},
		{Text: string(e.Type), Ink: typeInk},
		{Text: sign, Ink: typeInk},
		{Text: e.Agent, Ink: th.Dim},
		{Text: note, Ink: th.Dim},
	}
}
