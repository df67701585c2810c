package widget

import (
	"strings"

	"streamdesk/ui/theme"
)

// LineWriter writes one line from left to right in several inks. It never exceeds its width: it cuts text that doesn't fit,
// and leaves out the text after that.
type LineWriter struct {
	out      strings.Builder
	room     int
	selected bool
}

// NewLineWriter returns a new line of width cells. A selected line has the background of a selected row.
func NewLineWriter(width int, selected bool) *LineWriter {
	w := &LineWriter{room: max(width, 0), selected: selected}
	w.out.Grow(2*w.room + 64)
	return w
}

// Put adds text, which has to be clean already.
func (w *LineWriter) Put(ink theme.Ink, text string) {
	text = Cut(text, w.room)
	w.room -= Width(text)
	w.out.WriteString(ink.On(w.selected, text))
}

// Room returns the number of cells left.
func (w *LineWriter) Room() int { return w.room }

// Fill adds spaces up to the width. A selected line needs them for its background.
func (w *LineWriter) Fill(ink theme.Ink) {
	w.Put(ink, Spaces(w.room))
}

// String returns the line as written so far.
func (w *LineWriter) String() string { return w.out.String() }

// Spread returns a line of that width with left and right at its ends. If they don't both fit, left is cut.
func Spread(fill theme.Ink, left, right string, width int) string {
	right = Cut(right, width)
	room := width - Width(right)
	if right != "" {
		left = Cut(left, max(room-1, 0)) // a blank between the two
	} else {
		left = Cut(left, room)
	}
	return left + fill.Paint(Spaces(room-Width(left))) + right
}
