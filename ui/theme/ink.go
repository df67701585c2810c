package theme

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// Ink paints text with one style, whose escape sequences are computed once. Rendering a style for each word costs more
// than everything else in a frame; an Ink only adds the two sequences around the text.
type Ink struct {
	open, close string
	// selOpen and selClose do the same on the background of a selected row.
	selOpen, selClose string
}

// sample is the text that a style is rendered around to find the sequences before and after it.
const sample = "x"

func newInk(style, selection lipgloss.Style) Ink {
	var i Ink
	i.open, i.close, _ = strings.Cut(style.Render(sample), sample)
	i.selOpen, i.selClose, _ = strings.Cut(style.Inherit(selection).Render(sample), sample)
	return i
}

// Paint returns the text in this ink. The text must not contain a line break.
func (i Ink) Paint(text string) string {
	if text == "" || i.open == "" {
		return text
	}
	return i.open + text + i.close
}

// On returns the text in this ink, on the background of a selected row if selected.
func (i Ink) On(selected bool, text string) string {
	if !selected {
		return i.Paint(text)
	}
	if text == "" || i.selOpen == "" {
		return text
	}
	return i.selOpen + text + i.selClose
}
