// Package pane holds what the desk's panes have in common: each shows one part of what is known and keeps its own cursor. Panes
// get data and a theme, and return lines. What must be read for them they pass to the desk as a [Question]. They hold no pointer
// to the desk and never act on the bus. Each has its own folder. Start reading at [Pane].
package pane

import (
	"time"

	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Pane is one tile of the desk.
type Pane interface {
	// Fit computes what depends on the size: the first row in sight, the columns' widths, the place of each line.
	Fit(v View)
	// Draw returns the pane as it stands, and changes nothing. The view is the one last passed to Fit.
	Draw(v View) Frame
	// Move moves the cursor, or scrolls when the pane has no cursor.
	Move(m Move, k Known)
	// Click puts the cursor on the clicked line of the pane's content, counted from 0.
	Click(line int, d *live.Data)
}

// Spec is what the desk knows of a pane before it is drawn: its place among the others, and its menu.
type Spec struct {
	// Name is its title in tabs, menus and messages.
	Name string
	// Lower puts the pane in the lower half of a tabbed screen, which has more room; the upper half holds lists.
	Lower bool
	// Apart means that what its cursor chooses applies only while the pane has the focus.
	Apart bool
	// Leads means that while the pane has the focus, the cursors of the others follow its own. Without the focus its cursor
	// follows theirs where it has a place beside them.
	Leads bool
	// Scopes means that the events are those of its stream from the moment that enter goes inwards until esc comes back.
	Scopes bool
	// Inward is the name of the pane that enter goes to, and Outward of the one that esc goes to; empty when there is none.
	Inward, Outward string
	// Key opens the pane when its number has no key, as from the tenth on.
	Key string
	// Over means that the pane has no place in a workspace. An action of its own, bound to Key, opens it, and it shows what
	// that action was about.
	Over bool
	// Menu lists the actions of the pane's own menu, in order; an empty name draws a line.
	Menu []string
}

// Scope is what the panes show together: a stream and a group of it, each empty when none is chosen.
type Scope = live.GroupKey

// Known is the data that a pane bases its decisions on.
type Known struct {
	Data *live.Data
	// Now is the server's clock.
	Now time.Time
	// Shown reports whether the pane is on the screen.
	Shown bool
}

// View is the data that a pane is drawn with.
type View struct {
	Theme *theme.Theme
	Data  *live.Data
	// Width and Height are the size of the content, without the frame.
	Width, Height int
	// Focused reports whether the pane has the focus.
	Focused bool
	// Now is the server's clock, Location the time zone that times are shown in.
	Now      time.Time
	Location *time.Location
	// Compared is the event that the next one is compared with; the zero Key while there is none.
	Compared model.Key
}

// Frame is a drawn pane: its lines, and the texts of its frame.
type Frame struct {
	Title, Note, Footer string
	Lines               []string
	// Place is the part of its rows that the pane shows; its Top is an index into Lines.
	Place widget.Place
}

// Move is a way of moving the cursor.
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

// Step returns how many rows a move goes in a pane of that height, negative for up; Top and Bottom go to the end.
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

// FitFirst widens the first column, which holds names, up to the longest name.
func FitFirst(columns []widget.Column, longest int) []widget.Column {
	columns[0].Max = longest
	return columns
}

// Clamp limits an index to the rows; it returns 0 when there are none.
func Clamp(i, rows int) int { return max(min(i, rows-1), 0) }
