// Package widget draws the parts a screen is made of: boxes, tables, sparklines, charts, trees, forms, and one text
// laid over another. Widgets know nothing of Redis or the bus; they are given values and a theme, and return lines
// that are exactly as wide as they were told. Start reading at [Box] and [Table].
package widget

import (
	"strings"

	"streamdesk/ui/theme"
)

// Box frames lines. Its outer size is Width by Height cells; the lines get two less each way.
type Box struct {
	Width, Height int
	// Title stands in the top edge at the left, Note at the right, Footer in the bottom edge at the left.
	Title, Note, Footer string
	// Edge is the ink of the frame, TitleInk that of the title.
	Edge, TitleInk, NoteInk theme.Ink
	// Place is which part of a list the lines are: it stands in the right edge as a scroll bar, and in the bottom edge in words
	// where there is room.
	Place Place
}

// Inner is the size that is left for the lines.
func (b Box) Inner() (width, height int) { return max(b.Width-2, 0), max(b.Height-2, 0) }

// Draw frames the lines: missing ones are blank, surplus ones are left out, each is cut or filled to the width. A box
// without room for its frame is blank.
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
	side := b.Edge.Paint("│")
	for i := range height {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out = append(out, side+Pad(line, inner)+b.Place.side(i, b.Edge))
	}
	return append(out, b.bottom())
}

// bottom is the bottom edge. Where in the list one is, is in it when it fits whole: a number that is cut is another number.
func (b Box) bottom() string {
	const around = 7 // the corners and a dash beside each, a space behind the footer, and two around the place
	place := b.Place.String()
	if Width(place) > b.Width-around-Width(b.Footer) {
		place = ""
	}
	return b.edge("╰", "╯", b.Footer, place)
}

// leastNote is the least that a note takes with the spaces around it: less says nothing once it is cut.
const leastNote = 6

// edge draws the top or bottom line: corner, one dash, text, dashes, text, one dash, corner. Texts may carry ink of
// their own; the title has precedence where room is short.
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

// Overlay lays a block of lines over a background at column x and line y, and returns the background's lines. What
// sticks out is left out.
func Overlay(background, block []string, x, y int) []string {
	out := append([]string(nil), background...)
	for i, line := range block {
		if at := y + i; at >= 0 && at < len(out) {
			out[at] = splice(out[at], line, x)
		}
	}
	return out
}
