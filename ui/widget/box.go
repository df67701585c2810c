// Package widget draws the parts of a screen: boxes, tables, sparklines, charts, trees, forms, and one text laid over
// another. Widgets don't depend on Redis or the bus. They get values and a theme, and return lines of exactly the given
// width. Start reading at [Box] and [Table].
package widget

import (
	"strings"

	"streamdesk/ui/theme"
)

// Box frames lines. Its outer size is Width by Height cells; the area for the lines is two cells smaller in each direction.
type Box struct {
	Width, Height int
	// Title is at the left of the top edge, Note at its right, Footer at the left of the bottom edge.
	Title, Note, Footer string
	// Edge is the ink of the frame, TitleInk the ink of the title, NoteInk the ink of the note.
	Edge, TitleInk, NoteInk theme.Ink
	// Place is the part of a list that the lines show. The right edge shows it as a scroll bar, and the bottom edge in words
	// if there is room.
	Place Place
	// Hits are the lines that contain what is searched for: the left edge has a sign there.
	Hits []bool
}

// Inner returns the size that is left for the lines.
func (b Box) Inner() (width, height int) { return max(b.Width-2, 0), max(b.Height-2, 0) }

// Draw frames the lines. Missing lines are blank, surplus ones are left out, and each is cut or padded to the width. A box
// that is too small for its frame is blank.
func (b Box) Draw(lines []string) []string {
	if b.Width < 2 || b.Height < 2 {
		out := make([]string, max(b.Height, 0))
		for i := range out {
			out[i] = Spaces(b.Width)
		}
		return out
	}
	inner, height := b.Inner()
	out := make([]string, 0, b.Height)
	out = append(out, b.edge("╭", "╮", b.Title, b.Note))
	edge, hit := b.Edge.Paint("│"), b.TitleInk.Paint("»")
	for i := range height {
		side := edge
		if i < len(b.Hits) && b.Hits[i] {
			side = hit
		}
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out = append(out, side+Pad(line, inner)+b.Place.side(i, b.Edge))
	}
	return append(out, b.bottom())
}

// bottom returns the bottom edge. It contains the place in the list only if that fits whole, because a cut number would be
// wrong.
func (b Box) bottom() string {
	const around = 7 // the corners and a dash beside each, a space after the footer, and two around the place
	place := b.Place.String()
	if Width(place) > b.Width-around-Width(b.Footer) {
		place = ""
	}
	return b.edge("╰", "╯", b.Footer, place)
}

// leastNote is the min width of a note with the spaces around it. A note that is cut shorter is useless.
const leastNote = 6

// edge draws the top or bottom line: corner, one dash, text, dashes, text, one dash, corner. Texts may contain their own
// ink. When there isn't enough room for both, the title has precedence.
func (b Box) edge(left, right, title, note string) string {
	room := b.Width - 4 // the corners and a dash beside each
	if room < 0 {
		return b.Edge.Paint(left + strings.Repeat("─", b.Width-2) + right)
	}
	title = Cut(title, room)
	rest := room - Width(title)
	if title != "" && rest > 0 {
		title += " "
		rest--
	}
	if note != "" && rest >= leastNote {
		note = " " + Cut(note, rest-2) + " "
	} else {
		note = ""
	}
	dashes := rest - Width(note)
	titleInk := b.TitleInk
	if strings.ContainsRune(title, '\x1b') {
		titleInk = theme.Ink{}
	}
	noteInk := b.NoteInk
	if strings.ContainsRune(note, '\x1b') {
		noteInk = theme.Ink{}
	}
	return b.Edge.Paint(left+"─") + titleInk.Paint(title) + b.Edge.Paint(strings.Repeat("─", dashes)) +
		noteInk.Paint(note) + b.Edge.Paint("─"+right)
}

// Overlay returns the background's lines with a block of lines laid over them at column x and line y. Parts of the block
// that are outside of the background are left out.
func Overlay(background, block []string, x, y int) []string {
	out := append([]string(nil), background...)
	for i, line := range block {
		if at := y + i; at >= 0 && at < len(out) {
			out[at] = splice(out[at], line, x)
		}
	}
	return out
}
