package layout

// Splits is where a person has put the edges between the panes, in thousandths of what the edge divides, so that they
// keep their place on a screen of another size. An edge that isn't in it stands where it does by itself.
type Splits map[Edge]int

// Take puts edges where they were kept; what is no place of an edge is left out.
func (s Splits) Take(kept map[string]int) {
	for name, split := range kept {
		if split > 0 && split < thousand {
			s[Edge(name)] = split
		}
	}
}

const (
	thousand = 1000
	// LeastRows is a frame around a head and one row.
	LeastRows = 4
	// LeastColumns is a frame around the shortest table that says anything.
	LeastColumns = 26
	// RowStep is how far one key moves an edge up or down.
	RowStep = 1
	// ColumnStep is how far one key moves an edge aside: rows are about twice as high as columns are wide.
	ColumnStep = 2
)

// cells is what thousandths of a length are, rounded to whole cells.
func cells(length, thousandths int) int { return (length*thousandths + thousand/2) / thousand }

// Edge is a line between panes that can be moved, by the name that it is kept under; most are named after the pane, or the
// column, that lies left of it or above it.
type Edge string

// EdgeNone is where nothing can be moved.
const EdgeNone Edge = ""

// stand is how an edge stands: of so many cells from one on it has that many before it. Upright edges are moved along x, the
// others along y.
type stand struct {
	from, length, at int
	upright          bool
}

// Along is how far behind an edge a cell lies, in the direction that the edge is moved in.
func (l *Layout) Along(e Edge, x, y int) int {
	s := l.stands[e]
	if s.upright {
		return x - s.from - s.at
	}
	return y - s.from - s.at
}

// EdgeAt is the edge under a cell: the frames of the panes on both sides of it count, the corners excepted.
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

// edgeOf is the edge on one side of a pane; EdgeNone where the screen ends, or the pane has all of it.
func (l *Layout) edgeOf(id PaneID, side Direction) Edge { return l.sides[id][side] }
