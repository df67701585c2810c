package theme

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// Ink paints text: the escape sequences of one style, worked out once. Rendering a style word by word costs more
// than everything else a frame does; an Ink only puts its two ends around the text.
type Ink struct {
	open, close string
	// selOpen and selClose do the same on the background of a selected row.
	selOpen, selClose string
}

// sample is what a style is rendered around to find its two ends.
const sample = "x"

func newInk(style, selection lipgloss.Style) Ink {
	var i Ink
	i.open, i.close, _ = strings.Cut(style.Render(sample), sample)
	i.selOpen, i.selClose, _ = strings.Cut(style.Inherit(selection).Render(sample), sample)
	return i
}

// Paint is the text in this ink. The text must hold no line break.
func (i Ink) Paint(text string) string {
	if text == "" || i.open == "" {
		return text
	}
	return i.open + text + i.close
}

// On is Paint on the background of a selected row, when selected.
func (i Ink) On(selected bool, text string) string {
	if !selected {
		return i.Paint(text)
	}
	if text == "" || i.selOpen == "" {
		return text
	}
	return i.selOpen + text + i.selClose
}
