package ui

import "slices"

// PaneID names a pane; panes are numbered on the screen from 1.
type PaneID uint8

// The panes.
const (
	StreamsPane PaneID = iota
	GroupsPane
	PendingPane
	ThroughputPane
	EventsPane
	DetailPane
	WorkflowPane
	paneCount
)

var paneNames = [paneCount]string{"Streams", "Groups", "Pending", "Throughput", "Events", "Event", "Workflow"}

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
	Panes  [paneCount]Rect
}

const (
	// Below this size there is no room for one table with its frame.
	leastWidth, leastHeight = 60, 15
	// Below this size six panes would show two rows each: show fewer, with tabs.
	tiledWidth, tiledHeight = 120, 30
	// barHeight is what the line at the top and the two at the bottom take.
	topHeight, bottomHeight = 1, 2
	// The left column is read together, a row at a time: past 76 cells the eye loses the line.
	leftShare, leftLeast, leftMost = 42, 50, 76
)

// upperPanes share the upper half of a tabbed screen, lowerPanes the lower.
var (
	upperPanes = []PaneID{StreamsPane, GroupsPane, PendingPane, ThroughputPane}
	lowerPanes = []PaneID{EventsPane, DetailPane, WorkflowPane}
)

// newLayout places the panes on a screen of that size. A zoomed pane has the body to itself; of the tabbed halves,
// upper and lower are in front.
func newLayout(width, height int, zoomed bool, focus, upper, lower PaneID) Layout {
	l := Layout{Width: width, Height: height}
	l.TooSmall = width < leastWidth || height < leastHeight
	if l.TooSmall {
		return l
	}
	body := Rect{0, topHeight, width, height - topHeight - bottomHeight}
	l.Tabbed = width < tiledWidth || height < tiledHeight
	switch {
	case zoomed:
		l.Panes[focus] = body
	case l.Tabbed:
		l.tab(body, upper, lower)
	default:
		l.tile(body)
	}
	return l
}

func (l *Layout) tab(body Rect, upper, lower PaneID) {
	top := body.Height * 45 / 100
	l.Panes[upper] = Rect{0, body.Y, body.Width, top}
	l.Panes[lower] = Rect{0, body.Y + top, body.Width, body.Height - top}
}

func (l *Layout) tile(body Rect) {
	left := max(leftLeast, min(leftMost, body.Width*leftShare/100))
	column(body.X, body.Y, left, body.Height, []share{
		{&l.Panes[StreamsPane], 30, 8}, {&l.Panes[GroupsPane], 30, 9}, {&l.Panes[PendingPane], 40, 8},
	})
	column(body.X+left, body.Y, body.Width-left, body.Height, []share{
		{&l.Panes[ThroughputPane], 22, 8}, {&l.Panes[EventsPane], 36, 8}, {&l.Panes[DetailPane], 42, 10},
	})
	// The event and its workflow share the last rectangle: what it says, and where it stands.
	detail := &l.Panes[DetailPane]
	half := detail.Width / 2
	l.Panes[WorkflowPane] = Rect{detail.X + detail.Width - half, detail.Y, half, detail.Height}
	detail.Width -= half
}

// share is one rectangle's part of a column: percent of the height, and the least that makes sense.
type share struct {
	rect    *Rect
	percent int
	least   int
}

// column stacks rectangles; the last one takes what is left.
func column(x, y, width, height int, shares []share) {
	left := height
	for i, s := range shares {
		h := max(height*s.percent/100, s.least)
		if i == len(shares)-1 {
			h = left
		}
		h = min(h, left)
		*s.rect = Rect{x, y, width, h}
		y, left = y+h, left-h
	}
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

// halfOf are the panes that share a tabbed half with id.
func halfOf(id PaneID) []PaneID {
	if slices.Contains(lowerPanes, id) {
		return lowerPanes
	}
	return upperPanes
}
