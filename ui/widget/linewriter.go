package widget

import (
	"strings"

	"streamdesk/ui/theme"
)

// LineWriter writes one line from left to right in several inks and never past its width: what has no room is cut,
// and what comes after it is left out.
type LineWriter struct {
	out      strings.Builder
	room     int
	selected bool
}

// NewLineWriter makes a line of that many cells; a selected one has the background of a selected row throughout.
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

// Room is how many cells are left.
func (w *LineWriter) Room() int { return w.room }

// Fill adds spaces up to the width, which a selected line needs for its background.
func (w *LineWriter) Fill(ink theme.Ink) {
	w.Put(ink, Spaces(w.room))
}

// String is the line as it stands.
func (w *LineWriter) String() string { return w.out.String() }

// Spread puts left and right at the ends of a line of that width; what doesn't fit of left is cut.
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
