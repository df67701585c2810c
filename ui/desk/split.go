package desk

import tea "github.com/charmbracelet/bubbletea"

// Splits is where a person has put the edges between the panes, in thousandths of what the edge divides, so that they
// keep their place on a screen of another size. An edge that isn't in it stands where it does by itself.
type Splits map[edge]int

const (
	thousand = 1000
	// leastRows is a frame around a head and one row; leastColumns a frame around the shortest table that says anything.
	leastRows, leastColumns = 4, 26
	// rowStep and columnStep are how far one key moves an edge: rows are about twice as high as columns are wide.
	rowStep, columnStep = 1, 2
)

// cells is what thousandths of a length are, rounded to whole cells.
func cells(length, thousandths int) int { return (length*thousandths + thousand/2) / thousand }

// edge is a line between panes that can be moved, by the name that it is kept under; most are named after the pane, or the
// column, that lies left of it or above it.
type edge string

// edgeNone is where nothing can be moved.
const edgeNone edge = ""

// stand is how an edge stands: of so many cells from one on it has that many before it. Upright edges are moved along x, the
// others along y.
type stand struct {
	from, length, at int
	upright          bool
}

// along is how far behind an edge a cell lies, in the direction that the edge is moved in.
func (l *Layout) along(e edge, x, y int) int {
	s := l.stands[e]
	if s.upright {
		return x - s.from - s.at
	}
	return y - s.from - s.at
}

// edgeAt is the edge under a cell: the frames of the panes on both sides of it count, the corners excepted.
func (l *Layout) edgeAt(x, y int) edge {
	id, ok := l.at(x, y)
	if !ok {
		return edgeNone
	}
	rect := l.Panes[id]
	left, right := x == rect.X, x == rect.X+rect.Width-1
	top, bottom := y == rect.Y, y == rect.Y+rect.Height-1
	for _, side := range []struct {
		on bool
		to direction
	}{{right && !top && !bottom, toRight}, {left && !top && !bottom, toLeft}, {bottom && !left && !right, toBottom}, {top && !left && !right, toTop}} {
		if side.on {
			return l.edgeOf(id, side.to)
		}
	}
	return edgeNone
}

// direction is a side of a pane.
type direction uint8

const (
	toLeft direction = iota
	toRight
	toTop
	toBottom
)

// edgeOf is the edge on one side of a pane; edgeNone where the screen ends, or the pane has all of it.
func (l *Layout) edgeOf(id PaneID, side direction) edge { return l.sides[id][side] }

// resize makes the focused pane, or pinned event, wider or narrower, taller or shorter.
func (d *Desk) resize(columns, rows int) tea.Cmd {
	if d.windows.current() != nil {
		d.windows.resize(columns*columnStep, rows*rowStep, d.tiles.layout.body())
		return nil
	}
	d.tiles.resize(columns, rows)
	d.drawn.all()
	return nil
}

// needEdge says why the focused pane's size can't be changed that way.
func needEdge(sides ...direction) func(*Desk) string {
	return func(d *Desk) string {
		if d.windows.current() != nil {
			return ""
		}
		return d.tiles.noEdge(sides...)
	}
}

// needTile says why the focused pane can't be zoomed.
func needTile(d *Desk) string {
	if d.windows.current() == nil && !d.tiles.in.holds(d.tiles.focus) {
		return hasAll
	}
	return ""
}

func (d *Desk) resetLayout() tea.Cmd {
	d.tiles.reset()
	d.drawn.all()
	d.notes.status.say(levelGood, "every pane has its usual size")
	return nil
}
