package layout

// Splits holds the positions of the edges that a person has moved, in thousandths of the length that the edge divides, so that
// they fit a screen of any size. An edge that isn't in it has its usual position.
type Splits map[Edge]int

// Take adds saved positions, and ignores those out of range.
func (s Splits) Take(kept map[string]int) {
	for name, split := range kept {
		if split > 0 && split < thousand {
			s[Edge(name)] = split
		}
	}
}

const (
	thousand = 1000
	// LeastRows is the min height of a pane: a frame, a head and one row.
	LeastRows = 4
	// LeastColumns is the min width of a pane: a frame around the narrowest useful table.
	LeastColumns = 26
	// RowStep is how far one key moves an edge up or down.
	RowStep = 1
	// ColumnStep is how far one key moves an edge left or right: rows are about twice as high as columns are wide.
	ColumnStep = 2
)

// cells converts thousandths of a length to cells, rounded.
func cells(length, thousandths int) int { return (length*thousandths + thousand/2) / thousand }

// Edge is the name of a movable line between panes, which its position is saved under. Most are named after the pane or the
// column left of it or above it.
type Edge string

// EdgeNone means that there is no movable edge.
const EdgeNone Edge = ""

// stand is the position of an edge: it divides length cells that begin at from, and the first at of them are before it. Upright
// edges move along x, the others along y.
type stand struct {
	from, length, at int
	upright          bool
}

// Along returns the distance from an edge to a cell, in the direction in which the edge moves; negative before the edge.
func (l *Layout) Along(e Edge, x, y int) int {
	s := l.stands[e]
	if s.upright {
		return x - s.from - s.at
	}
	return y - s.from - s.at
}

// EdgeAt returns the edge under a cell: the frames of the panes on both sides belong to it, except for the corners.
func (l *Layout) EdgeAt(x, y int) Edge {
	id, ok := l.At(x, y)
	if !ok {
		return EdgeNone
	}
	rect := l.Panes[id]
	left, right := x == rect.X, x == rect.X+rect.Width-1
	top, bottom := y == rect.Y, y == rect.Y+rect.Height-1
	for _, side := range []struct {
		on bool
		to Direction
	}{{right && !top && !bottom, ToRight}, {left && !top && !bottom, ToLeft}, {bottom && !left && !right, ToBottom}, {top && !left && !right, ToTop}} {
		if side.on {
			return l.edgeOf(id, side.to)
		}
	}
	return EdgeNone
}

// Direction is a side of a pane.
type Direction uint8

// The sides.
const (
	ToLeft Direction = iota
	ToRight
	ToTop
	ToBottom
)

// edgeOf returns the edge on one side of a pane; EdgeNone where the screen ends.
func (l *Layout) edgeOf(id PaneID, side Direction) Edge { return l.sides[id][side] }
