package streams

import (
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// readable reports whether the stream exists and can be read.
func (r *Row) readable() bool { return r.Stream != nil && r.problem() == "" }

func streamCell(r *Row, t *theme.Theme, _ int) widget.Cell {
	cell := widget.Cell{Text: r.name, Ink: t.Text}
	switch {
	case !r.readable():
		cell.Ink = t.Dim
	case r.kind.Outcome() == model.OutcomeFailed && r.Length > 0:
		cell.Ink = t.Bad
	}
	return cell
}

func lengthCell(r *Row, t *theme.Theme, _ int) widget.Cell {
	switch {
	case r.Stream == nil || r.Missing:
		return widget.Cell{Text: "gone", Ink: t.Bad}
	case r.Problem != "":
		return widget.Cell{Text: "✗", Ink: t.Bad}
	default:
		return widget.Cell{Text: words.Short(r.Length), Ink: t.Text}
	}
}

func rateCell(r *Row, t *theme.Theme, _ int) widget.Cell {
	if !r.readable() {
		return widget.Cell{}
	}
	perSecond, known := r.data.In(r.Key)
	if !known {
		return widget.Cell{Text: "?", Ink: t.Dim}
	}
	cell := widget.Cell{Text: words.Rate(perSecond), Ink: t.Text}
	if r.data.InEstimated(r.Key) {
		cell.Text = "~" + cell.Text
	}
	if perSecond == 0 {
		cell.Ink = t.Dim
	}
	return cell
}

// sparkCell returns the last minute as a sparkline, or what is wrong with the key.
func sparkCell(r *Row, t *theme.Theme, width int) widget.Cell {
	switch {
	case r.Stream == nil || r.Missing:
		return widget.Cell{}
	case r.Problem != "":
		return widget.Cell{Text: widget.Clean(r.Problem), Ink: t.Bad}
	case width == 0:
		return widget.Cell{}
	}
	window := make([]float64, width)
	r.data.InWindow(window, r.Key, rateWindow)
	return widget.Cell{Text: widget.Spark(window), Ink: t.Accent}
}

func troubleCell(r *Row, t *theme.Theme, _ int) widget.Cell {
	switch {
	case !r.readable():
		return widget.Cell{Text: "✗", Ink: t.Bad}
	case r.trouble:
		return widget.Cell{Text: "!", Ink: t.Warn}
	default:
		return widget.Cell{}
	}
}
