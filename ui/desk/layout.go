package desk

import (
	"cmp"
	"slices"
)

// Rect is a rectangle of cells.
type Rect struct{ X, Y, Width, Height int }

// contains says whether the cell lies in the rectangle.
func (r Rect) contains(x, y int) bool {
	return x >= r.X && x < r.X+r.Width && y >= r.Y && y < r.Y+r.Height
}

// shown says whether there is anything to draw.
func (r Rect) shown() bool { return r.Width > 0 && r.Height > 0 }

// Layout is where everything stands on a screen of one size, worked out once a size and mode. A pane with no
// rectangle isn't shown.
type Layout struct {
	Width, Height int
	// TooSmall: nothing but a word fits.
	TooSmall bool
	// Tabbed: few panes at a time, the others behind tabs in the frame.
	Tabbed bool
	Panes  []Rect
	// sides are the edges around each pane that can be moved, stands is how each of them stands.
	sides  [][4]edge
	stands map[edge]stand
}

const (
	// Below this size there is no room for one table with its frame.
	leastWidth, leastHeight = 60, 15
	// Below this size six panes would show two rows each: show fewer, with tabs.
	tiledWidth, tiledHeight = 120, 30
	// barHeight is what the line at the top and the two at the bottom take.
	topHeight, bottomHeight = 1, 2
)

// Arrangement is what a person has chosen of the layout.
type Arrangement struct {
	// In is the workspace. A pane that has no place in it gets the body while it has the focus.
	In workspaceID
	// Zoomed gives the body to the pane with the focus; of the tabbed halves, Upper and Lower are in front.
	Zoomed              bool
	Focus, Upper, Lower PaneID
	Splits              Splits
}

// emptyLayout has no pane anywhere.
func emptyLayout(width, height int) Layout {
	return Layout{Width: width, Height: height, Panes: make([]Rect, paneCount), sides: make([][4]edge, paneCount)}
}

// newLayout places the panes on a screen of that size.
func newLayout(width, height int, a Arrangement) Layout {
	l := emptyLayout(width, height)
	l.TooSmall = width < leastWidth || height < leastHeight
	if l.TooSmall {
		return l
	}
	l.Tabbed = width < tiledWidth || height < tiledHeight
	l.stands = map[edge]stand{}
	switch {
	case a.Zoomed, !a.In.holds(a.Focus):
		l.lay(alone(a.Focus), l.body(), [4]edge{}, a.Splits)
	case l.Tabbed:
		l.lay(tabbed(a.In.edge("upper"), a.Upper, a.Lower), l.body(), [4]edge{}, a.Splits)
	default:
		l.lay(a.In.is().tree, l.body(), [4]edge{}, a.Splits)
	}
	return l
}

// body is what the panes share.
func (l *Layout) body() Rect {
	return Rect{0, topHeight, l.Width, l.Height - topHeight - bottomHeight}
}

// across are the panes that are shown, from left to right.
func (l *Layout) across() []PaneID {
	var shown []PaneID
	for id := range l.Panes {
		if l.Panes[id].shown() {
			shown = append(shown, PaneID(id))
		}
	}
	slices.SortStableFunc(shown, func(a, b PaneID) int { return cmp.Compare(l.Panes[a].X, l.Panes[b].X) })
	return shown
}

// at is the pane under a cell; false when there is none.
func (l *Layout) at(x, y int) (PaneID, bool) {
	for id := range l.Panes {
		if l.Panes[id].shown() && l.Panes[id].contains(x, y) {
			return PaneID(id), true
		}
	}
	return 0, false
}
