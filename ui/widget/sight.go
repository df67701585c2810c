package widget

import (
	"streamdesk/model/words"
	"streamdesk/ui/theme"
)

// Sight is the range of a list's rows that is in sight. The owner of the list stores it next to the cursor, and calls Fit before
// it draws rows.
type Sight struct {
	// First is the first row in sight, counted from 0. Height is the number of rows that fit, Rows the number of all rows.
	First, Height, Rows int

	loose bool // it was scrolled by itself: the cursor may be out of sight
	on    any  // what the cursor was on when it was fitted last
}

// Fit sets the number of rows and the height, and moves First only as far as needed to bring row at into sight.
func (s *Sight) Fit(at, rows, height int) { s.FitOn(at, at, rows, height) }

// FitOn is Fit for a cursor that stays on the same thing when its row changes. After Scroll, the row comes back into sight when the
// cursor is on something else.
func (s *Sight) FitOn(on any, at, rows, height int) {
	s.Rows, s.Height = rows, height
	if s.loose = s.loose && s.on == on; s.loose {
		s.First = max(min(s.First, rows-height), 0)
		return
	}
	s.on, s.First = on, Scroll(s.First, at, rows, height)
}

// Scroll moves the sight by a number of rows, negative for up. The cursor stays on its row, in sight or not.
func (s *Sight) Scroll(by int) {
	if first := max(min(s.First+by, s.Rows-s.Height), 0); first != s.First {
		s.First, s.loose = first, true
	}
}

// Hold brings the cursor back into sight when it is fitted next.
func (s *Sight) Hold() { s.loose = false }

// Loose reports whether the sight was scrolled by itself since the cursor moved.
func (s *Sight) Loose() bool { return s.loose }

// End returns the row after the last one in sight.
func (s *Sight) End() int { return min(s.First+s.Height, s.Rows) }

// At returns the row that is line lines below the first one in sight; ok is false when there is none.
func (s *Sight) At(line int) (row int, ok bool) {
	row = s.First + line
	return row, line >= 0 && row < s.End()
}

// Place returns the place in the list, for a frame whose line top shows the first row in sight.
func (s *Sight) Place(top int) Place {
	return Place{Top: top, Lines: s.Height, First: s.First, Shown: s.End() - s.First, All: s.Rows}
}

// Place is the part of a list that a frame shows, so that the frame can mark it. The zero Place marks nothing, and neither does
// a Place that shows the whole list.
type Place struct {
	// Top is the list's first line within the frame, counted from 0; Lines is the number of lines of the list.
	Top, Lines int
	// First is the first row in sight, counted from 0. Shown is the number of rows in sight, All the number of all rows.
	First, Shown, All int
}

// partial reports whether there are more rows than shown.
func (p Place) partial() bool { return p.Lines > 0 && p.Shown > 0 && p.Shown < p.All }

// String returns the place in words, such as "12–31 of 208"; "" when all rows are in sight.
func (p Place) String() string {
	if !p.partial() {
		return ""
	}
	return words.Grouped(int64(p.First+1)) + "–" + words.Grouped(int64(p.First+p.Shown)) + " of " + words.Grouped(int64(p.All))
}

// bar returns the lines of the frame that the mark of the scroll bar takes, to excluded. The mark is at an end of the bar only
// when the list is at that end, if the bar is long enough for that.
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

// side returns the right side of a frame at a line: the mark of the scroll bar, or the edge.
func (p Place) side(line int, edge theme.Ink) string {
	if from, to := p.bar(); line >= from && line < to {
		return edge.Paint("▐")
	}
	return edge.Paint("│")
}
