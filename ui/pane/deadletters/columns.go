package deadletters

import (
	"cmp"
	"strconv"

	"streamdesk/model/words"
	"streamdesk/ui/table"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Columns are the columns of streams with dead letters.
var Columns = table.New(
	table.Column[Row]{
		Place: 1, Slot: widget.Column{Title: "STREAM", Min: 12, Keep: 9},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell { return widget.Cell{Text: r.name, Ink: t.Text} },
		Turn: 3, By: "name", Compare: func(a, b *Row) int { return cmp.Compare(a.stream, b.stream) },
	},
	table.Column[Row]{
		Place: 2, Slot: widget.Column{Title: "LETTERS", Min: 7, Keep: 8}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: words.Short(r.length), Ink: t.Bad}
		},
		Turn: 2, By: "letters", Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.length, b.length) },
	},
	table.Column[Row]{
		Place: 3, Slot: widget.Column{Title: "NEWEST", Min: 7, Keep: 7}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			age, known := r.newest.Age(r.now)
			if !known {
				return widget.Cell{Text: "?", Ink: t.Dim}
			}
			return widget.Cell{Text: words.Age(age), Ink: t.Text}
		},
		Turn: 1, By: "newest", Descending: true, Compare: func(a, b *Row) int { return a.newest.Compare(b.newest) },
	},
	table.Column[Row]{
		Place: 4, Slot: widget.Column{Title: "GROUP", Min: 8, Max: 20, Keep: 5},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: widget.Clean(r.letter.Group), Ink: t.Text}
		},
	},
	table.Column[Row]{
		Place: 5, Slot: widget.Column{Title: "TRIES", Min: 5, Keep: 3}, Right: true,
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			if r.letter.Attempt == 0 {
				return widget.Cell{Text: "?", Ink: t.Dim}
			}
			return widget.Cell{Text: strconv.FormatInt(r.letter.Attempt, 10), Ink: t.Text}
		},
	},
	table.Column[Row]{
		Place: 6, Slot: widget.Column{Title: "REASON OF THE NEWEST", Min: 12, Keep: 6},
		Cell: func(r *Row, t *theme.Theme, width int) widget.Cell {
			switch {
			case !r.read():
				return widget.Cell{Text: "reading…", Ink: t.Dim}
			case r.letter.Reason == "":
				return widget.Cell{Text: "it doesn't say", Ink: t.Dim}
			default:
				return widget.Cell{Text: widget.CleanCut(r.letter.Reason, width), Ink: t.Warn}
			}
		},
	},
)
