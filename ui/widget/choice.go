package widget

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
)

// ChoiceField asks for one of a few texts; ← and → switch between them.
type ChoiceField struct {
	// Options are the texts to choose from.
	Options []string
	at      int
}

// NewChoiceField returns a new choice with the first option chosen.
func NewChoiceField(options ...string) *ChoiceField { return &ChoiceField{Options: options} }

// Chosen returns the index of the current option; -1 when there are no options.
func (f *ChoiceField) Chosen() int {
	if len(f.Options) == 0 {
		return -1
	}
	return f.at
}

// Text returns the current option; "" when there are no options.
func (f *ChoiceField) Text() string {
	if len(f.Options) == 0 {
		return ""
	}
	return f.Options[f.at]
}

// Choose makes option i, counted from 0, the current one. An index out of range changes nothing.
func (f *ChoiceField) Choose(i int) {
	if i >= 0 && i < len(f.Options) {
		f.at = i
	}
}

// Key switches between the options with ←, → and the space bar.
func (f *ChoiceField) Key(k tea.KeyMsg) bool {
	n := len(f.Options)
	if n == 0 {
		return false
	}
	switch k.String() {
	case "left":
		f.at = (f.at + n - 1) % n
	case "right", " ":
		f.at = (f.at + 1) % n
	default:
		return false
	}
	return true
}

// Problem always returns "": one of the options is always chosen.
func (f *ChoiceField) Problem() string { return "" }

// Draw returns the current option between arrows, with its number among the options.
func (f *ChoiceField) Draw(t *theme.Theme, width int, focused bool) []string {
	if len(f.Options) < 2 {
		return []string{t.Text.Paint(Cut(Clean(f.Text()), width))}
	}
	ink, arrow := t.Text, t.Dim
	if focused {
		ink, arrow = t.FieldFocused, t.Accent
	}
	place := " " + strconv.Itoa(f.at+1) + "/" + strconv.Itoa(len(f.Options))
	const arrows = 4
	text := Cut(Clean(f.Text()), max(width-arrows-Width(place), 1))
	if room := width - arrows - Width(text); room < Width(place) {
		place = ""
	}
	if width < arrows+1 {
		return []string{ink.Paint(Cut(text, width))}
	}
	return []string{arrow.Paint("‹ ") + ink.Paint(text) + arrow.Paint(" ›") + t.Dim.Paint(place)}
}

// CheckField asks for yes or no; the space bar toggles it.
type CheckField struct {
	// Text is the text after the box; it says what yes means.
	Text string
	On   bool
}

// Key toggles the box with the space bar or x.
func (f *CheckField) Key(k tea.KeyMsg) bool {
	switch k.String() {
	case " ", "x":
		f.On = !f.On
		return true
	default:
		return false
	}
}

// Problem always returns "": both answers are valid.
func (f *CheckField) Problem() string { return "" }

// Draw returns the box and its text, folded when it is longer than a line.
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
