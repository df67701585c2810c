package dialog

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// listing is a list of rows that a dialog shows: its cursor, the part of it that is in sight, and the search.
type listing struct {
	at    int
	sight widget.Sight // as last drawn
	seek  seek
}

// rows returns n rows with their texts, for a search.
func (l *listing) rows(n int, text func(row int) string) pane.Rows {
	return pane.Rows{Len: n, At: l.at, Text: text, Go: func(row int) { l.at = row }}
}

// move moves the cursor by rows; n is the number of rows that there are.
func (l *listing) move(by, n int) { l.at = max(min(l.at+by, n-1), 0) }

// handle moves the cursor and searches as a key or the wheel says, and returns the key if it has no use for it, else "".
func (l *listing) handle(msg tea.Msg, rows pane.Rows) (key string) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if l.seek.searches(m, rows) || l.key(m.String(), rows.Len) {
			return ""
		}
		return m.String()
	case tea.MouseMsg:
		Wheeled(m, func(by int) { l.move(by*wheelStep, rows.Len) })
	}
	return ""
}

// key moves the cursor if the key does that, and reports whether it does.
func (l *listing) key(key string, n int) bool {
	switch key {
	case "up", "k":
		l.move(-1, n)
	case "down", "j":
		l.move(1, n)
	case "pgup", "ctrl+u":
		l.move(-l.sight.Height, n)
	case "pgdown", "ctrl+d":
		l.move(l.sight.Height, n)
	case "home", "g":
		l.move(-n, n)
	case "end", "G":
		l.move(n, n)
	default:
		return false
	}
	return true
}

// click puts the cursor on the row at line y of the list. again means that it was there already.
func (l *listing) click(y, n int) (again bool) {
	at, ok := l.sight.At(y)
	if !ok || at >= n {
		return false
	}
	again = at == l.at
	l.at = at
	return again
}

// listBox returns the box of a list, max so high: with the keys at its foot, when they fit.
func listBox(v View, title, note, keys string, widest, height int) widget.Box {
	return widget.Box{
		Width: min(v.Width, widest), Height: min(v.Height, height), Title: title, Note: note,
		Footer: v.Theme.Dim.Paint(widget.Cut(keys, v.Width-4)), Edge: v.Theme.Accent, TitleInk: v.Theme.Strong, NoteInk: v.Theme.Dim,
	}
}

// draw adds to the lines of a box the head of the columns and the rows around the cursor, as many as height says, and marks in the
// box which part they are, and what is searched.
func (l *listing) draw(v View, box *widget.Box, lines []string, height int, columns []widget.Column, rows pane.Rows, cells func(row int) []widget.Cell) []string {
	l.sight.Fit(l.at, rows.Len, height)
	box.Place = l.sight.Place(len(lines) + 1)
	table := widget.Table{Columns: columns, Theme: v.Theme, Sorted: -1}
	width, _ := box.Inner()
	widths := table.Widths(width)
	lines = append(lines, table.Head(widths))
	for i := l.sight.First; i < l.sight.End(); i++ {
		lines = append(lines, table.Line(widths, widget.Row{Cells: cells(i), Current: i == l.at, Focused: true}))
	}
	l.seek.mark(box, lines, rows, v)
	return lines
}

// indented returns the lines two cells further in.
func indented(lines []string) []string {
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}
