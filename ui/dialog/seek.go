package dialog

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"streamdesk/ui/pane"
	"streamdesk/ui/pane/find"
	"streamdesk/ui/widget"
)

// seek is the search in a dialog's rows, as panes have it: / begins it, n and N go on, esc ends it.
type seek struct{ find.Search }

// searches handles a key of the search, and reports whether it was one.
func (s *seek) searches(k tea.KeyMsg, rows pane.Rows) bool {
	var now time.Time // the rows are counted again when they are drawn
	switch key := k.String(); {
	case key == "ctrl+c":
		return false
	case s.Typing():
		s.Type(k, &rows, now)
	case key == "/":
		s.Begin(&rows)
	case s.On() && (key == "n" || key == "N"):
		s.Next(key == "n", &rows, now)
	case s.On() && key == "esc":
		s.End()
	default:
		return false
	}
	return true
}

// mark marks the hits in the lines of a box whose rows its Place tells, and puts the search below them.
func (s *seek) mark(box *widget.Box, lines []string, rows pane.Rows, v View) {
	if !s.On() {
		return
	}
	s.Fit(&rows, v.Now)
	box.Hits = s.Mark(&pane.Frame{Lines: lines, Place: box.Place}, &rows, v.Theme)
	width, _ := box.Inner()
	box.Footer = s.Foot(v.Theme, width-2)
}

// searches handles a key of the search in the lines of a sheet without a list, and reports whether it was one.
func (s *sheet) searches(k tea.KeyMsg) bool { return s.seek.searches(k, s.rows()) }

// rows returns the lines of the page as last drawn, for a search.
func (s *sheet) rows() pane.Rows {
	return pane.Rows{
		Len: len(s.shown), At: min(s.at, len(s.shown)-1),
		Text: func(row int) string { return ansi.Strip(s.shown[row]) },
		Go: func(row int) {
			s.at = row
			s.first, s.roaming = widget.Scroll(s.first, row, s.lines, max(s.room, 1)), true
		},
	}
}

// unused is the last key that a dialog had no use for.
type unused struct{ key string }

// Unused implements [Keyed].
func (u *unused) Unused() string {
	key := u.key
	u.key = ""
	return key
}

// unusedOf returns the unused key of the dialog that was opened from another, or of the other when there is none.
func unusedOf(over Dialog, own *unused) string {
	if over == nil {
		return own.Unused()
	}
	if keyed, ok := over.(Keyed); ok {
		return keyed.Unused()
	}
	return ""
}
