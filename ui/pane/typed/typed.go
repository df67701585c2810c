// Package typed is the words that are typed below a pane's rows to narrow them, and the line that they are typed in. What a row has to
// hold of them is the pane's to say. Start reading at [Words].
package typed

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// textMost is the max length of the typed text.
const textMost = 200

// Words are what was typed, none at first. A pane that has some in it begins and ends the typing as [pane.Typer] says.
type Words struct {
	input  widget.Line
	typing bool
	before string // what was typed before, for esc
	words  []string
}

// New returns empty words.
func New() Words { return Words{input: widget.Line{Most: textMost}} }

// Begin implements [pane.Typer].
func (w *Words) Begin() {
	w.typing, w.before = true, w.input.Text()
	w.input.End()
}

// Typing implements [pane.Typer].
func (w *Words) Typing() bool { return w.typing }

// Type implements [pane.Typer]: enter keeps what was typed, esc what was typed before.
func (w *Words) Type(key tea.KeyMsg) {
	switch key.String() {
	case "enter":
		w.typing = false
		return
	case "esc":
		w.typing = false
		w.input.Set(w.before, len(w.before))
	default:
		w.input.Key(key)
	}
	w.words = strings.Fields(strings.ToLower(w.input.Text()))
}

// None reports whether there are no words.
func (w *Words) None() bool { return len(w.words) == 0 }

// Drop drops the words; it returns false when there are none.
func (w *Words) Drop() bool {
	dropped := !w.None()
	w.input.Set("", 0)
	w.words = nil
	return dropped
}

// All reports whether a text contains every word, ignoring case.
func (w *Words) All(text string) bool {
	text = strings.ToLower(text)
	return !slices.ContainsFunc(w.words, func(word string) bool { return !strings.Contains(text, word) })
}

// Any reports whether a text contains one of the words.
func (w *Words) Any(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(w.words, func(word string) bool { return strings.Contains(text, word) })
}

// Lines is how many lines it takes: 1 while something is typed or there are words.
func (w *Words) Lines() int {
	if w.typing || !w.None() {
		return 1
	}
	return 0
}

// Line is the line in which they are typed.
func (w *Words) Line(v pane.View) string {
	room := v.Width - len(" / ")
	return v.Theme.Key.Paint(" / ") + w.input.Draw(v.Theme.Text, v.Theme.ButtonFocused, room, w.typing)
}
