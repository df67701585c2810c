package groups

import (
	"cmp"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

func pendingCell(r *Row, t *theme.Theme, _ int) widget.Cell {
	cell := widget.Cell{Text: words.Short(r.Group.Pending), Ink: t.Text}
	switch {
	case r.failing():
		cell.Ink = t.Bad
	case r.Group.Pending == 0:
		cell.Ink = t.Dim
	}
	return cell
}

// lagCell warns of a long lag even when something else is wrong: lag and pending are different faults.
func lagCell(r *Row, t *theme.Theme, _ int) widget.Cell {
	cell := widget.Cell{Text: words.ShortCount(r.Group.Lag), Ink: t.Text}
	switch {
	case r.Group.Lag.Known && r.Group.Lag.N == 0:
		cell.Ink = t.Dim
	case r.limits.Lagging(r.Group.Lag), r.State == health.LagUnknown:
		cell.Ink = t.Warn
	}
	return cell
}

func oldestCell(r *Row, t *theme.Theme, _ int) widget.Cell {
	cell := widget.Cell{Text: pane.Oldest(r.Group, r.now), Ink: t.Text}
	switch {
	case r.failing():
		cell.Ink = t.Bad
	case r.State == health.Late, cell.Text == "?":
		cell.Ink = t.Warn
	case cell.Text == "-":
		cell.Ink = t.Dim
	}
	return cell
}

func ackedCell(r *Row, t *theme.Theme, _ int) widget.Cell {
	if !r.ackedKnown {
		return widget.Cell{Text: "?", Ink: t.Dim}
	}
	return widget.Cell{Text: words.Rate(r.acked), Ink: t.Text}
}

// healthSign returns the state as one sign, used where the word has no room.
func healthSign(s health.State) string {
	switch s {
	case health.KeepingUp:
		return "✓"
	case health.LagUnknown:
		return "?"
	case health.Paused:
		return "‖"
	case health.Behind, health.Late:
		return "…"
	case health.Poison, health.Stuck:
		return "!"
	default:
		return "✗"
	}
}

// compareCounts compares counts; an unknown count is greater than any known one, as it deserves a look.
func compareCounts(a, b model.Count) int {
	if a.Known && b.Known {
		return cmp.Compare(a.N, b.N)
	}
	return cmp.Compare(unknown(a), unknown(b))
}

func unknown(c model.Count) int {
	if c.Known {
		return 0
	}
	return 1
}

func compareAges(a, b *Row) int {
	x, _ := a.Group.OldestAge(a.now)
	y, _ := b.Group.OldestAge(b.now)
	return cmp.Compare(x, y)
}
