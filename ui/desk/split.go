package desk

import tea "github.com/charmbracelet/bubbletea"

// Splits is where a person has put the edges between the panes, in thousandths of what the edge divides, so that they
// keep their place on a screen of another size. 0 is where the edge stands by itself.
type Splits struct {
	// Left is the width of the left column; Streams and Groups are heights in it, Throughput and Events in the right one.
	Left, Streams, Groups, Throughput, Events int
	// Event is the width of the event beside its workflow; Upper the height of a tabbed screen's upper half.
	Event, Upper int
}

const (
	thousand = 1000
	// leastRows is a frame around a head and one row; leastColumns a frame around the shortest table that says anything.
	leastRows, leastColumns = 4, 26
	// rowStep and columnStep are how far one key moves an edge: rows are about twice as high as columns are wide.
	rowStep, columnStep = 1, 2
)

// cells is what thousandths of a length are, rounded to whole cells.
func cells(length, thousandths int) int { return (length*thousandths + thousand/2) / thousand }

// part is the first part of a length that an edge divides: as chosen, else as usual, with room left for both sides.
func part(length, chosen, usual, leastFirst, leastRest int) int {
	n := usual
	if chosen > 0 {
		n = cells(length, chosen)
	}
	return max(min(n, length-leastRest), leastFirst)
}

// edge is a line between panes that can be moved.
type edge uint8

// The edges; each is named after the pane, or the column, that lies left of it or above it.
const (
	edgeNone edge = iota
	edgeLeft
	edgeStreams
	edgeGroups
	edgeThroughput
	edgeEvents
	edgeEvent
	edgeUpper
)

// split is where the edge is kept.
func (s *Splits) split(e edge) *int {
	switch e {
	case edgeLeft:
		return &s.Left
	case edgeStreams:
		return &s.Streams
	case edgeGroups:
		return &s.Groups
	case edgeThroughput:
		return &s.Throughput
	case edgeEvents:
		return &s.Events
	case edgeEvent:
		return &s.Event
	default:
		return &s.Upper
	}
}

// divides says what an edge divides on this layout: from which cell on, how many, and where the edge stands among
// them. Upright edges are moved along x, the others along y.
func (l *Layout) divides(e edge) (from, length, at int, upright bool) {
	body := l.body()
	above := func(id PaneID) (from, length, at int, upright bool) {
		return l.Panes[id].Y, body.Height, l.Panes[id].Height, false
	}
	switch e {
	case edgeLeft:
		return 0, body.Width, l.Panes[StreamsPane].Width, true
	case edgeStreams:
		return above(StreamsPane)
	case edgeGroups:
		return above(GroupsPane)
	case edgeThroughput:
		return above(ThroughputPane)
	case edgeEvents:
		return above(EventsPane)
	case edgeEvent:
		d := l.Panes[DetailPane]
		return d.X, d.Width + l.Panes[WorkflowPane].Width, d.Width, true
	default:
		for _, id := range halfOf(StreamsPane) {
			if l.Panes[id].shown() {
				return above(id)
			}
		}
		return above(StreamsPane)
	}
}

// along is how far behind an edge a cell lies, in the direction that the edge is moved in.
func (l *Layout) along(e edge, x, y int) int {
	from, _, at, upright := l.divides(e)
	if upright {
		return x - from - at
	}
	return y - from - at
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
func (l *Layout) edgeOf(id PaneID, side direction) edge {
	shown := 0
	for i := range l.Panes {
		if l.Panes[i].shown() {
			shown++
		}
	}
	switch {
	case shown < 2:
		return edgeNone
	case l.Tabbed:
		if lower := places[id].lower; !lower && side == toBottom || lower && side == toTop {
			return edgeUpper
		}
		return edgeNone
	}
	return tiledEdges[id][side]
}

// tiledEdges are each tiled pane's edges: left, right, top, bottom.
var tiledEdges = [paneCount][4]edge{
	StreamsPane:    {edgeNone, edgeLeft, edgeNone, edgeStreams},
	GroupsPane:     {edgeNone, edgeLeft, edgeStreams, edgeGroups},
	PendingPane:    {edgeNone, edgeLeft, edgeGroups, edgeNone},
	ThroughputPane: {edgeLeft, edgeNone, edgeNone, edgeThroughput},
	EventsPane:     {edgeLeft, edgeNone, edgeThroughput, edgeEvents},
	DetailPane:     {edgeLeft, edgeEvent, edgeEvents, edgeNone},
	WorkflowPane:   {edgeEvent, edgeNone, edgeEvents, edgeNone},
}

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

func (d *Desk) resetLayout() tea.Cmd {
	d.tiles.reset()
	d.drawn.all()
	d.notes.status.say(levelGood, "every pane has its usual size")
	return nil
}
