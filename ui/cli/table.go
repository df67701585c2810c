package cli

import (
	"bufio"
	"io"

	"streamdesk/ui/widget"
)

// column is one column of a table; numbers stand to the right.
type column struct {
	title string
	right bool
}

// table is text in aligned columns, two spaces apart.
type table struct {
	columns []column
	rows    [][]string
}

func newTable(columns ...column) *table { return &table{columns: columns} }

// add adds a row; control characters in it are taken out.
func (t *table) add(cells ...string) {
	for i := range cells {
		cells[i] = widget.Clean(cells[i])
	}
	t.rows = append(t.rows, cells)
}

// write writes the titles and the rows; nothing when there are no rows.
func (t *table) write(to io.Writer) error {
	if len(t.rows) == 0 {
		return nil
	}
	titles := make([]string, len(t.columns))
	widths := make([]int, len(t.columns))
	for i, c := range t.columns {
		titles[i], widths[i] = c.title, len(c.title)
	}
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], widget.Width(cell))
		}
	}
	w := bufio.NewWriter(to)
	for _, row := range append([][]string{titles}, t.rows...) {
		for i, cell := range row {
			gap := widget.Spaces(widths[i] - widget.Width(cell))
			switch {
			case t.columns[i].right:
				cell = gap + cell
			case i < len(row)-1:
				cell += gap
			}
			if i > 0 {
				cell = "  " + cell
			}
			_, _ = w.WriteString(cell) // Flush tells
		}
		_ = w.WriteByte('\n')
	}
	return w.Flush()
}
