package workflows

import (
	"slices"
	"strings"

	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// table returns the table that rows are drawn in.
func (p *Pane) table(v pane.View) widget.Table {
	columns := Columns.Slots()
	columns[idColumn].Max = min(p.longest, idMost)
	columns[stagesPlace-1].Max = max(slotMost*len(p.families), columns[stagesPlace-1].Min)
	if columns[idColumn].Min = min(columns[idColumn].Min, max(p.longest, len("WORKFLOW"))); v.Width < whyFrom {
		columns[whyColumn].Min = 0 // the foot says it of the row under the cursor
	}
	return widget.Table{Columns: columns, Theme: v.Theme, Sorted: p.order.Column(), Descending: p.order.Descending()}
}

// whyFrom is the min width for showing the reason of each row's verdict.
const whyFrom = 150

// named returns the table with the stages named above their bars.
func (p *Pane) named(v pane.View) widget.Table {
	t := p.table(v)
	width := p.order.Widths[stagesPlace-1]
	cells := slot(len(p.families), width)
	if len(p.families) == 0 || cells*len(p.families) > width+1 {
		return t
	}
	var b strings.Builder
	for _, family := range p.families {
		b.WriteString(widget.Pad(short(strings.ToUpper(widget.Clean(family)), cells-1), cells))
	}
	t.Columns[stagesPlace-1].Title = strings.TrimRight(b.String(), " ")
	return t
}

// short returns a name in a few cells: its first letters when there are very few.
func short(name string, cells int) string {
	const fewest = 4
	if runes := []rune(name); cells <= fewest && len(runes) > cells {
		return string(runes[:cells])
	}
	return widget.Cut(name, cells)
}

// footMost is the max number of lines about the row under the cursor.
const footMost = 2

// foot returns the reason for the verdict of the row under the cursor, and what is typed.
func (p *Pane) foot(v pane.View) []string {
	var lines []string
	if i := p.index() - p.sight.First; i >= 0 && i < len(p.rows) {
		r := &p.rows[i]
		_, ink := looks(r.verdict, v.Theme)
		for _, line := range widget.FoldMost(max(v.Width-2, 1), p.footLines(v)-p.Lines(), r.verdict.String()+": "+r.why()) {
			lines = append(lines, ink.Paint(widget.Cut("  "+line, v.Width)))
		}
	}
	for len(lines) < p.footLines(v)-p.Lines() {
		lines = append(lines, "")
	}
	if p.Lines() > 0 {
		lines = append(lines, p.Line(v))
	}
	return lines
}

// footLines returns the number of lines of the foot: it doesn't depend on the text, so that rows keep their places.
func (p *Pane) footLines(v pane.View) int {
	const leastRows = 4
	return min(max(v.Height-leastRows, 0), footMost) + p.Lines()
}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: "Workflows", Footer: "enter opens · / narrows · space = compare · s sort " + Columns.Label(&p.order) + " · esc back"}
	switch {
	case v.Data.Workflows.Len() == 0:
		f.Lines = []string{
			"", v.Theme.Dim.Paint(widget.Cut("  No event has named a workflow yet.", v.Width)),
			v.Theme.Dim.Paint(widget.Cut("  The board tells of what the desk has seen since it began.", v.Width)),
		}
		return f
	case len(p.view) == 0:
		f.Lines = append([]string{"", v.Theme.Dim.Paint(widget.Cut("  No workflow is like that.", v.Width)), ""}, p.Line(v))
		return f
	}
	f.Note = p.note(v)
	t := p.named(v)
	f.Lines = append(f.Lines, t.Head(p.order.Widths))
	f.Place = p.sight.Place(1)
	at := p.index() - p.sight.First
	for i := range p.rows {
		f.Lines = append(f.Lines, t.Line(p.order.Widths, widget.Row{
			Cells: Columns.Cells(&p.rows[i], v.Theme, p.order.Widths), Current: i == at, Focused: v.Focused, Marked: slices.Contains(p.marks, p.rows[i].ID),
		}))
	}
	for len(f.Lines) < p.sight.Height+1 {
		f.Lines = append(f.Lines, "")
	}
	f.Lines = append(f.Lines, p.foot(v)...)
	return f
}

// note counts the verdicts, and the rows.
func (p *Pane) note(v pane.View) string {
	var parts []string
	for _, verdict := range [...]health.Verdict{health.Running, health.Waiting, health.Hanging, health.Failed, health.Done} {
		if n := p.counts[verdict]; n > 0 {
			parts = append(parts, words.Grouped(int64(n))+" "+verdict.String())
		}
	}
	all := words.Grouped(int64(len(p.view)))
	if n := v.Data.Workflows.Dropped(); n > 0 {
		all += ", " + words.Grouped(n) + " let go"
	}
	whole := strings.Join(append(parts, all), " · ")
	const beside = 24 // the title and the frame
	if widget.Width(whole) > v.Width-beside {
		return all
	}
	return whole
}
