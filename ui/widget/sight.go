package widget

import (
	"streamdesk/model/words"
	"streamdesk/ui/theme"
)

// Sight is which rows of a list are in sight. Whose list it is keeps it beside the cursor, and fits it before rows are drawn.
type Sight struct {
	// First is the first row in sight, counted from 0; Height is how many there is room for, and Rows how many there are.
	First, Height, Rows int
}

// Fit settles which of so many rows are in sight: row at is, and First moves no further than that takes.
func (s *Sight) Fit(at, rows, height int) {
	s.Rows, s.Height = rows, height
	s.First = Scroll(s.First, at, rows, height)
}

// End is the row behind the last one in sight.
func (s *Sight) End() int { return min(s.First+s.Height, s.Rows) }

// At is the row that stands so many lines below the first one in sight; false where there is none.
func (s *Sight) At(line int) (row int, ok bool) {
	row = s.First + line
	return row, line >= 0 && row < s.End()
}

// Place is where in the list one is, for a frame whose line top holds the first row in sight.
func (s *Sight) Place(top int) Place {
	return Place{Top: top, Lines: s.Height, First: s.First, Shown: s.End() - s.First, All: s.Rows}
}

// Place says which part of a list a frame shows, so that the frame can mark it. The zero Place marks nothing, and neither does one
// that shows all there is.
type Place struct {
	// Top is the frame's first line of the list, counted from 0 within it, and Lines how many lines the list has.
	Top, Lines int
	// First is the first row in sight, counted from 0, Shown how many are, and All how many there are.
	First, Shown, All int
}

// partial says whether there is more than is shown.
func (p Place) partial() bool { return p.Lines > 0 && p.Shown > 0 && p.Shown < p.All }

// String is the place in words, such as "12–31 of 208"; empty when all is in sight.
func (p Place) String() string {
	if !p.partial() {
		return ""
	}
	return words.Grouped(int64(p.First+1)) + "–" + words.Grouped(int64(p.First+p.Shown)) + " of " + words.Grouped(int64(p.All))
}

// bar is which lines of the frame the mark of the scroll bar takes, from one to before another. It is at an end of the bar only
// when the list is at that end, where the bar is long enough to say so.
func (p Place) bar() (from, to int) {
	if !p.partial() {
		return 0, 0
	}
	size := max(p.Lines*p.Shown/p.All, 1)
	room, hidden := p.Lines-size, p.All-p.Shown
	at := (room*p.First + hidden/2) / hidden
	const both = 2 // ends
	if room >= both {
		if p.First > 0 {
			at = max(at, 1)
		}
		if p.First < hidden {
			at = min(at, room-1)
		}
	}
	return p.Top + at, p.Top + at + size
}

// side is the right side of a frame at a line: the scroll bar where its mark is, else the edge.
func (p Place) side(line int, edge theme.Ink) string {
	if from, to := p.bar(); line >= from && line < to {
		return edge.Paint("▐")
	}
	return edge.Paint("│")
}
