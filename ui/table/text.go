package table

import (
	"bufio"
	"io"

	"streamdesk/ui/widget"
)

// Head is the title of a column of [Text]. Right is set for numbers, which are aligned right.
type Head struct {
	Title string
	Right bool
}

// Left returns the head of a column of words.
func Left(title string) Head { return Head{Title: title} }

// Right returns the head of a column of numbers.
func Right(title string) Head { return Head{Title: title, Right: true} }

// Text is a table as a command prints it: text in aligned columns, two spaces apart.
type Text struct {
	Rows  [][]string
	heads []Head
}

// NewText returns a table without rows.
func NewText(heads ...Head) *Text { return &Text{heads: heads} }

// Add adds a row; control characters are removed.
func (t *Text) Add(cells ...string) {
	for i := range cells {
		cells[i] = widget.Clean(cells[i])
	}
	t.Rows = append(t.Rows, cells)
}

// Write writes the titles and the rows. It writes nothing when there are no rows.
func (t *Text) Write(to io.Writer) error {
	if len(t.Rows) == 0 {
		return nil
	}
	titles := make([]string, len(t.heads))
	widths := make([]int, len(t.heads))
	for i, h := range t.heads {
		titles[i], widths[i] = h.Title, len(h.Title)
	}
	for _, row := range t.Rows {
		for i, cell := range row {
			widths[i] = max(widths[i], widget.Width(cell))
		}
	}
	w := bufio.NewWriter(to)
	for _, row := range append([][]string{titles}, t.Rows...) {
		for i, cell := range row {
			gap := widget.Spaces(widths[i] - widget.Width(cell))
			switch {
			case t.heads[i].Right:
				cell = gap + cell
			case i < len(row)-1:
				cell += gap
			}
			if i > 0 {
				cell = "  " + cell
			}
			_, _ = w.WriteString(cell) // Flush returns the error
		}
		_ = w.WriteByte('\n')
	}
	return w.Flush()
}
