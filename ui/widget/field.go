package widget

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
)

// Field is an input in a row of a [Form]. It keeps what was typed, even if it is invalid.
type Field interface {
	// Key handles a key, and reports whether the field used it. The form moves the focus with keys that the field doesn't use.
	Key(k tea.KeyMsg) bool
	// Problem returns what is wrong with the field's value, and how to correct it; "" when it is valid.
	Problem() string
	// Draw returns the field in lines of max width cells.
	Draw(t *theme.Theme, width int, focused bool) []string
}

// FormRow is one field of a form with its label and hint.
type FormRow struct {
	// Label is before the field, Hint after it if there is room. Else the hint is below the field while the field has the
	// focus and no problem is shown.
	Label, Hint string
	Field       Field
	// Hidden rows aren't drawn, can't get the focus, and aren't checked.
	Hidden bool
	// Touched says that a key has changed the field: from then on its problem is shown.
	Touched bool

	at Span // the lines of the form in which it was last drawn
}

// runeWidth returns the width in cells of one rune, made safe to draw.
func runeWidth(r rune) int {
	if r < 0x80 {
		return 1 // Clean shows a control character as one dot
	}
	return Width(Clean(string(r)))
}

// typed returns the text of a key: runes, a space or pasted text; nil for any other key.
func typed(k tea.KeyMsg) []rune {
	if k.Alt || (k.Type != tea.KeyRunes && k.Type != tea.KeySpace) {
		return nil
	}
	if k.Type == tea.KeySpace && len(k.Runes) == 0 {
		return []rune{' '}
	}
	return k.Runes
}
