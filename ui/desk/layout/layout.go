// Package layout places the panes on the screen. A workspace is a tree of rooms, and a person can move the edges between them. The
// result is a rectangle for each pane on a screen of a given size, for drawing and for the mouse. Package desk defines the panes
// and workspaces; here a pane is a number. Start reading at [Tiles], then [New].
package layout

import (
	"cmp"
	"slices"
)

// PaneID names a pane; panes are numbered on the screen from 1.
type PaneID uint8

// Rect is a rectangle of cells.
type Rect struct{ X, Y, Width, Height int }

// Contains reports whether the cell is in the rectangle.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.Width && y >= r.Y && y < r.Y+r.Height
}

// Shown reports whether there is anything to draw.
func (r Rect) Shown() bool { return r.Width > 0 && r.Height > 0 }

// Layout is the place of everything on a screen of one size. It is computed when the size or the arrangement changes. A pane
// with an empty rectangle isn't shown.
type Layout struct {
	Width, Height int
	// TooSmall means that only a short message fits.
	TooSmall bool
	// Single means that the pane with the focus has the screen except for a line at the bottom, and a dialog has all of it.
	Single bool
	// Tabbed means that few panes are shown at a time, with the others behind tabs in the frame.
	Tabbed bool
	Panes  []Rect
	// sides holds the movable edges around each pane, stands the position of each edge.
	sides  [][4]Edge
	stands map[Edge]stand
}

const (
	// LeastWidth is the min width of the screen: the first columns of a table with its frame.
	LeastWidth = 20
	// LeastHeight is the min height of the screen: a head and a row with their frame, and a line below.
	LeastHeight = 5
	// BarsWidth is the min width for the bars at the top and bottom: one table with its frame, and the menus.
	BarsWidth = 60
	// BarsHeight is the min height for the bars: two panes and the lines around them.
	BarsHeight = 15
	// Below this size six panes would show two rows each: show fewer, with tabs.
	tiledWidth, tiledHeight = 120, 30
	// TopHeight is the height of the bar at the top, where there is one.
	TopHeight = 1
	// BottomHeight is the height of the two lines at the bottom, where there are two.
	BottomHeight = 2
)

// Arrangement is what a person has chosen for the layout.
type Arrangement struct {
	// Panes is the number of panes.
	Panes int
	// In is the workspace. A pane that isn't in it gets the whole body while it has the focus.
	In *Workspace
	// Zoomed gives the whole body to the pane with the focus. Upper and Lower are the panes in front of the tabbed halves.
	Zoomed              bool
	Focus, Upper, Lower PaneID
	Splits              Splits
}

// emptyLayout returns a layout that shows no pane.
func emptyLayout(width, height, panes int) Layout {
	return Layout{Width: width, Height: height, Panes: make([]Rect, panes), sides: make([][4]Edge, panes)}
}

// New places the panes on a screen of the given size.
func New(width, height int, a Arrangement) Layout {
	l := emptyLayout(width, height, a.Panes)
	l.TooSmall = width < LeastWidth || height < LeastHeight
	if l.TooSmall {
		return l
	}
	l.Single = width < BarsWidth || height < BarsHeight
	l.Tabbed = !l.Single && (width < tiledWidth || height < tiledHeight)
	l.stands = map[Edge]stand{}
	switch {
	case l.Single, a.Zoomed, !a.In.Holds(a.Focus):
		l.lay(Room{Pane: a.Focus}, l.Body(), [4]Edge{}, a.Splits)
	case l.Tabbed:
		l.lay(tabbed(a.In.halves, a.Upper, a.Lower), l.Body(), [4]Edge{}, a.Splits)
	default:
		l.lay(a.In.tree, l.Body(), [4]Edge{}, a.Splits)
	}
	return l
}

// Body returns the rectangle that the panes share.
func (l *Layout) Body() Rect {
	if l.Single {
		return Rect{0, 0, l.Width, l.Height - 1}
	}
	return Rect{0, TopHeight, l.Width, l.Height - TopHeight - BottomHeight}
}

// Across returns the panes that are shown, from left to right.
func (l *Layout) Across() []PaneID {
	var shown []PaneID
	for id := range l.Panes {
		if l.Panes[id].Shown() {
			shown = append(shown, PaneID(id))
		}
	}
	slices.SortStableFunc(shown, func(a, b PaneID) int { return cmp.Compare(l.Panes[a].X, l.Panes[b].X) })
	return shown
}

// At returns the pane under a cell; false when there is none.
func (l *Layout) At(x, y int) (PaneID, bool) {
	for id := range l.Panes {
		if l.Panes[id].Shown() && l.Panes[id].Contains(x, y) {
			return PaneID(id), true
		}
	}
	return 0, false
}
