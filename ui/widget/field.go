package widget

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
)

// Field is something that a row of a [Form] asks for. What was typed is kept, faulty or not.
type Field interface {
	// Key takes a key, and says whether the field had a use for it; the form moves the focus with what is left.
	Key(k tea.KeyMsg) bool
	// Problem says what is wrong with what stands in the field, and how to mend it; "" when it will do.
	Problem() string
	// Draw is the field in lines of at most that width.
	Draw(t *theme.Theme, width int, focused bool) []string
}

// FormRow is one field of a form with what stands around it.
type FormRow struct {
	// Label stands before the field, Hint behind it where there is room; where there is none, below it while the field
	// has the focus and nothing is wrong with it.
	Label, Hint string
	Field       Field
	// Hidden rows are not drawn, not reached and not checked.
	Hidden bool
	// Touched says that a key has changed the field: from then on its problem is shown.
	Touched bool

	at Span // where it was drawn last, among the form's lines
}

// runeWidth is how many cells one rune takes by itself, made safe to draw.
func runeWidth(r rune) int {
	if r < 0x80 {
		return 1 // Clean shows a control character as one dot
	}
	return Width(Clean(string(r)))
}

// typed is the text that a key stands for: runes, a space or something pasted; nil for any other key.
func typed(k tea.KeyMsg) []rune {
	if k.Alt || (k.Type != tea.KeyRunes && k.Type != tea.KeySpace) {
		return nil
	}
	if k.Type == tea.KeySpace && len(k.Runes) == 0 {
		return []rune{' '}
	}
	return k.Runes
}
