// Package pane holds what the desk's panes have in common: each shows one part of what is known and keeps its own cursor. Panes
// get data and a theme to draw with and return lines; what has to be read for them they hand to the desk as a [Question]. They
// hold no pointer to the desk, and never act on the bus. Each stands in a folder of its own. Start reading at [Pane].
package pane

import (
	"time"

	"streamdesk/ui/live"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Pane is one tile of the desk.
type Pane interface {
	// Fit settles what depends on the size: the first row in sight, the columns' widths, what stands on which line.
	Fit(v View)
	// Draw is the pane as it stands, and changes nothing. The view is the one that it was fitted to last.
	Draw(v View) Frame
	// Move moves the cursor, or scrolls where there is none.
	Move(m Move, k Known)
	// Click puts the cursor on the line of the pane's content that was clicked, counted from 0.
	Click(line int, d *live.Data)
}

// Spec is what the desk knows of a pane before it is drawn: where it stands among the others, and its menu.
type Spec struct {
	// Name is its title in tabs, menus and messages.
	Name string
	// Lower is the half of a tabbed screen for what takes more room; the upper one lists.
	Lower bool
	// Apart says that what its cursor chooses holds only while keys go to it.
	Apart bool
	// Leads has the cursors of the others go along with its own while keys go to it, and its own with theirs while they don't,
	// where it has a place beside them.
	Leads bool
	// Inward is the name of the pane that enter goes to, and Outward of the one that esc goes to; empty for nowhere.
	Inward, Outward string
	// Key leads to the pane where its number is none, as from the tenth on.
	Key string
	// Over says that it has a place in no workspace, and is opened by an action of its own that is bound to Key: what it shows is
	// what that was about.
	Over bool
	// Menu are the actions that the pane's own menu offers, in its order; an empty name draws a line.
	Menu []string
}

// Scope is what the panes show together: a stream and a group of it, each empty when none is chosen.
type Scope = live.GroupKey

// Known is what a pane decides by.
type Known struct {
	Data *live.Data
	// Now is the server's clock.
	Now time.Time
	// Shown says whether the pane is on the screen.
	Shown bool
}

// View is what a pane draws with.
type View struct {
	Theme *theme.Theme
	Data  *live.Data
	// Width and Height are the size of the content, without the frame.
	Width, Height int
	// Focused says whether keys go to this pane.
	Focused bool
	// Now is the server's clock, Location the zone that times are shown in.
	Now      time.Time
	Location *time.Location
}

// Frame is a drawn pane: its lines, and what stands in its frame.
type Frame struct {
	Title, Note, Footer string
	Lines               []string
	// Place is which part of its rows the pane shows; its Top is a place in Lines.
	Place widget.Place
}

// Move is a way to move the cursor.
type Move uint8

// The moves.
const (
	Up Move = iota
	Down
	HalfUp
	HalfDown
	PageUp
	PageDown
	Top
	Bottom
)

// Step is how many rows a move goes in a pane of that height, negative for up; Top and Bottom go as far as there is.
func (m Move) Step(height, rows int) int {
	half := max(height/2, 1)
	switch m {
	case Up:
		return -1
	case Down:
		return 1
	case HalfUp:
		return -half
	case HalfDown:
		return half
	case PageUp:
		return -max(height-1, 1)
	case PageDown:
		return max(height-1, 1)
	case Top:
		return -rows
	case Bottom:
		return rows
	default:
		return 0
	}
}

// FitFirst lets the first column, which holds names, grow to the longest of them.
func FitFirst(columns []widget.Column, longest int) []widget.Column {
	columns[0].Max = longest
	return columns
}

// Clamp keeps an index within rows; 0 when there are none.
func Clamp(i, rows int) int { return max(min(i, rows-1), 0) }
