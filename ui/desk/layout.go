package desk

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
	// The upper half of a tabbed screen lists, the lower one shows what takes more room.
	upperShare = 45
)

// Arrangement is what a person has chosen of the layout.
type Arrangement struct {
	// Zoomed gives the body to the pane with the focus; of the tabbed halves, Upper and Lower are in front.
	Zoomed              bool
	Focus, Upper, Lower PaneID
	Splits              Splits
}

// newLayout places the panes on a screen of that size.
func newLayout(width, height int, a Arrangement) Layout {
	l := Layout{Width: width, Height: height}
	l.TooSmall = width < leastWidth || height < leastHeight
	if l.TooSmall {
		return l
	}
	l.Tabbed = width < tiledWidth || height < tiledHeight
	switch body := l.body(); {
	case a.Zoomed:
		l.Panes[a.Focus] = body
	case l.Tabbed:
		l.tab(body, a)
	default:
		l.tile(body, &a.Splits)
	}
	return l
}

// body is what the panes share.
func (l *Layout) body() Rect {
	return Rect{0, topHeight, l.Width, l.Height - topHeight - bottomHeight}
}

func (l *Layout) tab(body Rect, a Arrangement) {
	top := part(body.Height, a.Splits.Upper, body.Height*upperShare/100, leastRows, leastRows)
	l.Panes[a.Upper] = Rect{0, body.Y, body.Width, top}
	l.Panes[a.Lower] = Rect{0, body.Y + top, body.Width, body.Height - top}
}

func (l *Layout) tile(body Rect, s *Splits) {
	left := part(body.Width, s.Left, max(leftLeast, min(leftMost, body.Width*leftShare/100)), leastColumns, 2*leastColumns)
	column(body.X, body.Y, left, body.Height, []share{
		{&l.Panes[StreamsPane], s.Streams, 30, 8}, {&l.Panes[GroupsPane], s.Groups, 30, 9}, {&l.Panes[PendingPane], 0, 40, 8},
	})
	column(body.X+left, body.Y, body.Width-left, body.Height, []share{
		{&l.Panes[ThroughputPane], s.Throughput, 22, 8}, {&l.Panes[EventsPane], s.Events, 36, 8}, {&l.Panes[DetailPane], 0, 42, 10},
	})
	// The event and its workflow share the last rectangle: what it says, and where it stands.
	detail := &l.Panes[DetailPane]
	whole := detail.Width
	detail.Width = part(whole, s.Event, whole-whole/2, leastColumns, leastColumns)
	l.Panes[WorkflowPane] = Rect{detail.X + detail.Width, detail.Y, whole - detail.Width, detail.Height}
}

// share is one rectangle's part of a column: what a person has chosen, else percent of the height and the least that
// makes sense without being asked.
type share struct {
	rect    *Rect
	chosen  int
	percent int
	least   int
}

// column stacks rectangles; the last one takes what is left.
func column(x, y, width, height int, shares []share) {
	left := height
	for i, s := range shares {
		h := left
		if below := len(shares) - 1 - i; below > 0 {
			h = max(height*s.percent/100, s.least)
			if s.chosen > 0 {
				h = cells(height, s.chosen)
			}
			h = max(min(h, left-below*leastRows), leastRows)
		}
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
