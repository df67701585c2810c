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
		Key: "verdict", Value: func(r *Row) any { return r.verdict.String() },
		Head: "VERDICT", Text: func(r *Row) string { return r.verdict.String() },
		Place: 1, Slot: widget.Column{Title: "VERDICT", Min: 9, Keep: 9},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			sign, ink := looks(r.verdict, t)
			return widget.Cell{Text: sign + " " + r.verdict.String(), Ink: ink}
		},
		Turn: 1, By: "verdict", Descending: true, Compare: compareVerdicts,
	},
	table.Column[Row]{
		Key: "workflow_id", Value: func(r *Row) any { return r.ID },
		Head: "WORKFLOW", Text: func(r *Row) string { return r.ID },
		Place: 2, Slot: widget.Column{Title: "WORKFLOW", Min: 11, Keep: 10, CutLeft: true},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: widget.Clean(r.ID), Ink: t.Text}
		},
		Turn: 7, By: "workflow", Compare: func(a, b *Row) int { return strings.Compare(a.ID, b.ID) },
	},
	table.Column[Row]{
		Key: "age_seconds", Value: func(r *Row) any {
			if !r.StartSeen {
				return nil
			}
			return table.Seconds(max(r.until().Sub(r.Start), 0))
		},
		Head: "AGE", Text: (*Row).age,
		Place: 3, Slot: widget.Column{Title: "AGE", Min: 6, Keep: 6}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			if !r.StartSeen {
				return widget.Cell{Text: r.age(), Ink: t.Dim}
			}
			return widget.Cell{Text: r.age(), Ink: t.Text}
		},
		Turn: 2, By: "age", Descending: true, Compare: func(a, b *Row) int {
			return cmp.Compare(a.until().Sub(a.Start), b.until().Sub(b.Start))
		},
	},
	table.Column[Row]{
		Key: "stage", Value: func(r *Row) any { return table.TextOrNull(r.stage()) },
		Head: "STAGE", Text: func(r *Row) string { return cmp.Or(r.stage(), "-") },
		Place: stagesPlace, Slot: widget.Column{Title: "STAGES", Min: 15, Keep: 8},
		Cell: func(r *Row, t *theme.Theme, width int) widget.Cell { return widget.Cell{Parts: r.bar(t, width)} },
	},
	table.Column[Row]{
		Key: "last_type", Value: func(r *Row) any { return string(r.LastType) },
		Head: "NEWEST EVENT", Text: func(r *Row) string { return string(r.LastType) },
		Place: 5, Slot: widget.Column{Title: "NEWEST EVENT", Min: 12, Max: pane.TypeMost, Keep: 8},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: widget.Clean(string(r.LastType)), Ink: t.Text}
		},
	},
	table.Column[Row]{
		Key: "last_event_at", Value: func(r *Row) any { return table.Moment(r.End()) },
		Head: "SINCE", Text: func(r *Row) string { return words.Age(max(r.now.Sub(r.End()), 0)) },
		Place: 6, Slot: widget.Column{Title: "SINCE", Min: 6, Keep: 7}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: words.Age(max(r.now.Sub(r.End()), 0)), Ink: t.Text}
		},
		Turn: 3, By: "since", Compare: func(a, b *Row) int { return b.End().Compare(a.End()) },
	},
	table.Column[Row]{
		Key: "events", Value: func(r *Row) any { return r.Events },
		Head: "EVENTS", Text: func(r *Row) string { return strconv.FormatInt(r.Events, 10) },
		Place: 7, Slot: widget.Column{Title: "EV", Min: 4, Keep: 3}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: words.Short(r.Events), Ink: t.Text}
		},
		Turn: 4, By: "events", Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.Events, b.Events) },
	},
	table.Column[Row]{
		Key: "failures", Value: func(r *Row) any { return r.Failures },
		Head: "FAIL", Text: (*Row).failures,
		Place: 8, Slot: widget.Column{Title: "FAIL", Min: 5, Keep: 5}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			if r.Failures == 0 {
				return widget.Cell{Text: r.failures(), Ink: t.Dim}
			}
			return widget.Cell{Text: r.failures(), Ink: t.Bad}
		},
		Turn: 5, By: "failures", Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.Failures, b.Failures) },
	},
	table.Column[Row]{
		Key: "agent", Value: func(r *Row) any { return table.TextOrNull(r.Agent) },
		Head: "AGENT", Text: func(r *Row) string { return cmp.Or(r.agents(), "-") },
		Place: 9, Slot: widget.Column{Title: "AGENT", Min: 8, Max: pane.AgentMost, Keep: 2},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: widget.Clean(r.agents()), Ink: t.Dim}
		},
		Turn: 6, By: "agent", Compare: func(a, b *Row) int { return strings.Compare(a.Agent, b.Agent) },
	},
	table.Column[Row]{Key: "trace_id", Value: func(r *Row) any { return table.TextOrNull(r.Trace) }},
	table.Column[Row]{
		Key: "why", Value: func(r *Row) any { return table.TextOrNull(r.why()) },
		Head: "WHY", Text: func(r *Row) string { return cmp.Or(r.why(), "-") }, Rare: true,
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
