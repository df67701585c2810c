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

// Draw is the box and what it means, folded where that is longer than a line.
func (f *CheckField) Draw(t *theme.Theme, width int, focused bool) []string {
	box, ink := "[ ]", t.Text
	if f.On {
		box = "[x]"
	}
	if focused {
		ink = t.FieldFocused
	}
	indent := len(box) + 1
	text := Fold(width-indent, f.Text)
	if len(text) == 0 || f.Text == "" {
		return []string{ink.Paint(Cut(box, width))}
	}
	lines := make([]string, len(text))
	for i, line := range text {
		lines[i] = Spaces(indent) + t.Dim.Paint(line)
	}
	lines[0] = ink.Paint(box) + " " + t.Dim.Paint(text[0])
	return lines
}
