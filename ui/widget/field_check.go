package widget

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
)

// CheckField asks for yes or no; the space bar turns it.
type CheckField struct {
	// Text stands behind the box and says what yes means.
	Text string
	On   bool
}

// Key turns the box with the space bar.
func (f *CheckField) Key(k tea.KeyMsg) bool {
	switch k.String() {
	case " ", "x":
		f.On = !f.On
		return true
	default:
		return false
	}
}

// Problem is never there: both answers will do.
func (f *CheckField) Problem() string { return "" }

// Draw is the box and what it means.
func (f *CheckField) Draw(t *theme.Theme, width int, focused bool) []string {
	box, ink := "[ ]", t.Text
	if f.On {
		box = "[x]"
	}
	if focused {
		ink = t.FieldFocused
	}
	text := Cut(Clean(f.Text), width-len(box)-1)
	if text == "" {
		return []string{ink.Paint(Cut(box, width))}
	}
	return []string{ink.Paint(box) + " " + t.Dim.Paint(text)}
}
