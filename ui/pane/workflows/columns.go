package workflows

import (
	"cmp"
	"strconv"
	"strings"

	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/table"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Columns are the columns of workflows.
var Columns = table.New(
	table.Column[Row]{
		Place: 1, Slot: widget.Column{Title: "VERDICT", Min: 9, Keep: 9},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			sign, ink := looks(r.verdict, t)
			return widget.Cell{Text: sign + " " + r.verdict.String(), Ink: ink}
		},
		Turn: 1, By: "verdict", Descending: true, Compare: compareVerdicts,
	},
	table.Column[Row]{
		Place: 2, Slot: widget.Column{Title: "WORKFLOW", Min: 11, Keep: 10, CutLeft: true},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: widget.Clean(r.ID), Ink: t.Text}
		},
		Turn: 7, By: "workflow", Compare: func(a, b *Row) int { return strings.Compare(a.ID, b.ID) },
	},
	table.Column[Row]{
		Place: 3, Slot: widget.Column{Title: "AGE", Min: 6, Keep: 6}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			text := words.Age(max(r.until().Sub(r.Start), 0))
			if !r.StartSeen {
				return widget.Cell{Text: ">" + text, Ink: t.Dim}
			}
			return widget.Cell{Text: text, Ink: t.Text}
		},
		Turn: 2, By: "age", Descending: true, Compare: func(a, b *Row) int {
			return cmp.Compare(a.until().Sub(a.Start), b.until().Sub(b.Start))
		},
	},
	table.Column[Row]{
		Place: stagesPlace, Slot: widget.Column{Title: "STAGES", Min: 15, Keep: 8},
		Cell: func(r *Row, t *theme.Theme, width int) widget.Cell { return widget.Cell{Parts: r.bar(t, width)} },
	},
	table.Column[Row]{
		Place: 5, Slot: widget.Column{Title: "NEWEST EVENT", Min: 12, Max: pane.TypeMost, Keep: 8},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: widget.Clean(string(r.LastType)), Ink: t.Text}
		},
	},
	table.Column[Row]{
		Place: 6, Slot: widget.Column{Title: "SINCE", Min: 6, Keep: 7}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: words.Age(max(r.now.Sub(r.End()), 0)), Ink: t.Text}
		},
		Turn: 3, By: "since", Compare: func(a, b *Row) int { return b.End().Compare(a.End()) },
	},
	table.Column[Row]{
		Place: 7, Slot: widget.Column{Title: "EV", Min: 4, Keep: 3}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: words.Short(r.Events), Ink: t.Text}
		},
		Turn: 4, By: "events", Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.Events, b.Events) },
	},
	table.Column[Row]{
		Place: 8, Slot: widget.Column{Title: "FAIL", Min: 5, Keep: 5}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			text := strconv.Itoa(r.Failures)
			if r.Truncated {
				text = ">" + text
			}
			if r.Failures == 0 {
				return widget.Cell{Text: text, Ink: t.Dim}
			}
			return widget.Cell{Text: text, Ink: t.Bad}
		},
		Turn: 5, By: "failures", Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.Failures, b.Failures) },
	},
	table.Column[Row]{
		Place: 9, Slot: widget.Column{Title: "AGENT", Min: 8, Max: pane.AgentMost, Keep: 2},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			text := widget.Clean(r.Agent)
			if r.Agents > 1 {
				text += " +" + strconv.Itoa(r.Agents-1)
			}
			return widget.Cell{Text: text, Ink: t.Dim}
		},
		Turn: 6, By: "agent", Compare: func(a, b *Row) int { return strings.Compare(a.Agent, b.Agent) },
	},
	table.Column[Row]{
		Place: 10, Slot: widget.Column{Title: "WHY", Min: 24, Max: 120, Keep: 1},
		Cell: func(r *Row, t *theme.Theme, width int) widget.Cell {
			if width == 0 {
				return widget.Cell{}
			}
			return widget.Cell{Text: widget.CleanCut(r.why(), width), Ink: t.Dim}
		},
	},
)

const (
	// stagesPlace is the index of the stages' bars, idColumn the column of the IDs, and whyColumn that of the reasons, from 0.
	stagesPlace = 4
	idColumn    = 1
	whyColumn   = 9
	// idMost is the max width of IDs in cells: a trace ID as it is, or a UUID.
	idMost = 36
)

// compareVerdicts orders the worse last. Of running workflows the older comes last, of ended ones the one that ended later.
func compareVerdicts(a, b *Row) int {
	if a.verdict != b.verdict {
		return cmp.Compare(a.verdict, b.verdict)
	}
	if a.verdict == health.Done || a.verdict == health.Failed {
		return a.End().Compare(b.End())
	}
	return b.Start.Compare(a.Start)
}

// looks returns how a verdict is shown beside its word: a sign and an ink.
func looks(v health.Verdict, t *theme.Theme) (sign string, ink theme.Ink) {
	switch v {
	case health.Running:
		return "●", t.Accent
	case health.Waiting:
		return "○", t.Text
	case health.Failed:
		return "✗", t.Bad
	case health.Hanging:
		return "◷", t.Warn
	default:
		return "✓", t.Good
	}
}
