// Package layout is where the panes stand: workspaces, each a tree of rooms; the edges that a person has moved; the rectangles
// that come of both on a screen of one size, for drawing and the mouse alike. Which panes and workspaces there are is package
// desk's; here a pane is a number. Start reading at [Tiles], then [New].
package layout

import (
	"cmp"
	"slices"
)

// PaneID names a pane; panes are numbered on the screen from 1.
type PaneID uint8

// Rect is a rectangle of cells.
type Rect struct{ X, Y, Width, Height int }

// Contains says whether the cell lies in the rectangle.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.Width && y >= r.Y && y < r.Y+r.Height
}

// Shown says whether there is anything to draw.
func (r Rect) Shown() bool { return r.Width > 0 && r.Height > 0 }

// Layout is where everything stands on a screen of one size, worked out once a size and mode. A pane with no
// rectangle isn't shown.
type Layout struct {
	Width, Height int
	// TooSmall: nothing but a word fits.
	TooSmall bool
	// Single: the pane with the focus has the screen, but for a line at the bottom, and a dialog has all of it.
	Single bool
	// Tabbed: few panes at a time, the others behind tabs in the frame.
	Tabbed bool
	Panes  []Rect
	// sides are the edges around each pane that can be moved, stands is how each of them stands.
	sides  [][4]Edge
	stands map[Edge]stand
}

const (
	// LeastWidth has room for the first columns of a table with its frame.
	LeastWidth = 20
	// LeastHeight has, for a head and a row.
	LeastHeight = 5
	// BarsWidth has room for one table with its frame, and for the menus.
	BarsWidth = 60
	// BarsHeight has room for two panes and the lines around them.
	BarsHeight = 15
	// Below this size six panes would show two rows each: show fewer, with tabs.
	tiledWidth, tiledHeight = 120, 30
	// TopHeight is what the line at the top takes, where there is one.
	TopHeight = 1
	// BottomHeight is what the two lines at the bottom take, where there are two.
	BottomHeight = 2
)

// Arrangement is what a person has chosen of the layout.
type Arrangement struct {
	// Panes is how many there are.
	Panes int
	// In is the workspace. A pane that has no place in it gets the body while it has the focus.
	In *Workspace
	// Zoomed gives the body to the pane with the focus; of the tabbed halves, Upper and Lower are in front.
	Zoomed              bool
	Focus, Upper, Lower PaneID
	Splits              Splits
}

// emptyLayout has no pane anywhere.
func emptyLayout(width, height, panes int) Layout {
	return Layout{Width: width, Height: height, Panes: make([]Rect, panes), sides: make([][4]Edge, panes)}
}

// New places the panes on a screen of that size.
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

// Body is what the panes share.
func (l *Layout) Body() Rect {
	if l.Single {
		return Rect{0, 0, l.Width, l.Height - 1}
	}
	return Rect{0, TopHeight, l.Width, l.Height - TopHeight - BottomHeight}
}

// Across are the panes that are shown, from left to right.
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

// At is the pane under a cell; false when there is none.
func (l *Layout) At(x, y int) (PaneID, bool) {
	for id := range l.Panes {
		if l.Panes[id].Shown() && l.Panes[id].Contains(x, y) {
			return PaneID(id), true
		}
	}
	return 0, false
}
