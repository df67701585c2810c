package widget

import (
	"strings"

	"streamdesk/ui/theme"
)

// Column is one column of a [Table].
type Column struct {
	Title string
	// Min and Max limit the width in cells. With a Max above Min, the column can grow into spare room.
	Min, Max int
	// Right aligns numbers.
	Right bool
	// Keep is the column's priority when the table gets narrow: the column with the smallest Keep is dropped first.
	Keep int
	// CutLeft cuts the beginning of a text that is too long, because IDs differ at the end.
	CutLeft bool
}

// Cell is one text of a table, with its ink. The text may be unsafe: it is made safe when it is drawn.
type Cell struct {
	Text string
	Ink  theme.Ink
	// Parts come before Text, for a text with several inks; together they must not be wider than the column.
	Parts []Cell
}

// Table draws a head and rows. It stores no rows and no cursor: the owner of the rows keeps both.
type Table struct {
	Columns []Column
	Theme   *theme.Theme
	// Sorted is the column that the rows are sorted by; -1 when there is none. Descending turns its arrow.
	Sorted     int
	Descending bool
}

// Row is one row of the table, with its state.
type Row struct {
	Cells []Cell
	// Current marks the row under the cursor, Marked a row that was chosen for a bulk action. Focused says that the table
	// has the focus; the current row then has its own background.
	Current, Marked, Focused bool
	// Compared marks a row that the next one is compared with.
	Compared bool
}

// gutter is the width before the first column: the cursor and the mark.
const gutter = 2

// Widths returns the width of each column in a table of that width; 0 for a column that was dropped. A Min of 0 leaves a
// column out. The min width of a table is three cells: the gutter and one cell of the last column.
func (t *Table) Widths(width int) []int {
	widths := make([]int, len(t.Columns))
	used := gutter - 1
	for i, c := range t.Columns {
		if c.Min > 0 {
			widths[i] = c.Min
			used += c.Min + 1
		}
	}
	for used > width {
		drop := -1
		for i, c := range t.Columns {
			if widths[i] > 0 && (drop < 0 || c.Keep < t.Columns[drop].Keep) {
				drop = i
			}
		}
		if drop < 0 {
			break
		}
		if last := countShown(widths) == 1; last {
			widths[drop] = max(width-gutter, 1) // the last column shrinks instead of being dropped
			break
		}
		used -= widths[drop] + 1
		widths[drop] = 0
	}
	t.grow(widths, width-used)
	return widths
}

// grow gives spare cells to the columns below their Max, largest Keep first: a complete name is worth more than a longer
// sparkline.
func (t *Table) grow(widths []int, spare int) {
	for spare > 0 {
		best := -1
		for i, c := range t.Columns {
			if widths[i] > 0 && widths[i] < c.Max && (best < 0 || c.Keep > t.Columns[best].Keep) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		more := min(spare, t.Columns[best].Max-widths[best])
		widths[best] += more
		spare -= more
	}
}

func countShown(widths []int) int {
	n := 0
	for _, w := range widths {
		if w > 0 {
			n++
		}
	}
	return n
}

// Head returns the line of titles.
func (t *Table) Head(widths []int) string {
	var b strings.Builder
	b.WriteString(Spaces(gutter))
	first := true
	for i, c := range t.Columns {
		if widths[i] == 0 {
			continue
		}
		if !first {
			b.WriteByte(' ')
		}
		first = false
		title := c.Title
		if i == t.Sorted {
			arrow := "▲"
			if t.Descending {
				arrow = "▼"
			}
			if Width(title)+1 <= widths[i] {
				title += arrow
			}
		}
		b.WriteString(align(title, widths[i], c))
	}
	return t.Theme.Header.Paint(b.String())
}

// ColumnAt returns the column at a cell of the table; -1 when there is none. The gap after a column belongs to it.
func ColumnAt(widths []int, x int) int {
	at := gutter
	for i, width := range widths {
		if width == 0 {
			continue
		}
		if x >= at && x <= at+width {
			return i
		}
		at += width + 1
	}
	return -1
}

// Line returns the line of one row.
func (t *Table) Line(widths []int, r Row) string {
	var b strings.Builder
	b.Grow(256)
	selected := r.Current && r.Focused
	cursor, mark := " ", " "
	if r.Current {
		cursor = "▸"
	}
	switch {
	case r.Marked:
		mark = "●"
	case r.Compared:
		mark = "="
	}
	b.WriteString(t.Theme.Accent.On(selected, cursor))
	if r.Marked || r.Compared {
		b.WriteString(t.Theme.Mark.On(selected, mark))
	} else {
		b.WriteString(t.Theme.Text.On(selected, mark))
	}
	first := true
	for i, c := range t.Columns {
		if widths[i] == 0 {
			continue
		}
		if !first {
			b.WriteString(t.Theme.Text.On(selected, " "))
		}
		first = false
		var cell Cell
		if i < len(r.Cells) {
			cell = r.Cells[i]
		}
		rest := widths[i]
		for _, part := range cell.Parts {
			b.WriteString(part.Ink.On(selected, part.Text))
			rest -= Width(part.Text)
		}
		b.WriteString(cell.Ink.On(selected, align(cell.Text, rest, c)))
	}
	return b.String()
}

func align(text string, width int, c Column) string {
	text = Clean(text) // the text of a cell is usually foreign
	if c.CutLeft {
		text = CutLeft(text, width)
	}
	if c.Right {
		return PadLeft(text, width)
	}
	return Pad(text, width)
}

// Scroll returns the first row to show so that row at is in sight, as near to first as possible. It leaves no blank lines
// under the last row when there are rows above to fill them.
func Scroll(first, at, rows, height int) int {
	first = min(first, at)
	first = max(first, at-height+1)
	return max(min(first, rows-height), 0)
}
