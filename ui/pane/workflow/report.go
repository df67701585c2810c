package workflow

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Report returns the whole course as plain text, to be read from top to bottom: the summary, every row of the timeline, every
// event, what it waits for and why it failed. It uses the view's width, clock and zone. Nothing is cut for lack of height,
// and nothing is coloured or marked. It is empty when there are no events.
func (p *Pane) Report(v pane.View) []string {
	if p.course == nil || p.course.Len() == 0 {
		return nil
	}
	v.Theme, v.Focused = &theme.Theme{}, false
	rows := p.timeline()
	b := newWorkflowBars(v, p.course, rows)
	lines := []string{p.summary(v), b.scaleLine()}
	for i := range rows {
		lines = append(lines, b.line(&rows[i], false, 0))
	}
	if foot := p.reportFoot(v); len(foot) > 0 {
		lines = append(append(lines, ""), foot...)
	}
	lines = append(lines, "")
	t := widget.Table{Theme: v.Theme, Sorted: -1, Columns: slices.Clone(columns)}
	events := p.course.Events()
	for i := range events {
		kind, agent := &t.Columns[2], &t.Columns[4]
		kind.Max = max(kind.Max, min(widget.Width(widget.Clean(string(events[i].Type))), pane.TypeMost))
		agent.Max = max(agent.Max, min(widget.Width(widget.Clean(events[i].Agent)), pane.AgentMost))
	}
	widths := t.Widths(v.Width)
	lines = append(lines, t.Head(widths))
	for i := range events {
		lines = append(lines, t.Line(widths, widget.Row{Cells: p.eventCells(v, &events[i])}))
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(line), " ")
	}
	return lines
}

// reportFoot returns all of what is awaited and what went wrong, and the trace.
func (p *Pane) reportFoot(v pane.View) []string {
	lines := p.waitsPart(v).lines
	for _, part := range p.causeParts(v) {
		lines = append(lines, part.lines...)
	}
	return append(lines, p.tracePart(v).lines...)
}
