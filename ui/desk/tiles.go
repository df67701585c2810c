package desk

// tiles is how the panes stand on the screen: what a person has chosen of it, and the layout that comes of that.
type tiles struct {
	layout       Layout
	focus        PaneID
	behind       PaneID // what is gone back to from a pane that has the whole body
	led          led
	upper, lower PaneID // the tabs in front on a small screen
	zoomed       bool
	splits       Splits
}

// led is the way that a pane has led to another, which esc goes back. It is forgotten once somebody goes elsewhere by themselves.
type led struct{ from, to PaneID }

// firstLower is the pane that is in front of the lower half at first: the one of the newest entries.
func firstLower() (id PaneID) {
	for !id.spec().Lower {
		id++
	}
	return id
}

func newTiles() tiles {
	return tiles{layout: emptyLayout(0, 0), lower: firstLower(), splits: Splits{}}
}

// place works out the layout anew.
func (t *tiles) place() {
	t.layout = newLayout(t.layout.Width, t.layout.Height, Arrangement{
		Zoomed: t.zoomed, Focus: t.focus, Upper: t.upper, Lower: t.lower, Splits: t.splits,
	})
}

// front gives a pane the focus, and brings it to the front where panes are tabs.
func (t *tiles) front(id PaneID) {
	if !t.focus.spec().Whole {
		t.behind = t.focus
	}
	t.focus = id
	if id.spec().Whole {
		t.place()
		return
	}
	if id.spec().Lower {
		t.lower = id
	} else {
		t.upper = id
	}
	t.place()
}

// next is the pane that comes after the focused one, or before it; those that have no place among the others are passed over.
func (t *tiles) next(by int) PaneID {
	next := t.focus
	for {
		next = PaneID((int(next) + by + int(paneCount)) % int(paneCount))
		if !next.spec().Whole {
			return next
		}
	}
}

// moveEdge puts an edge at a cell counted from where what it divides begins, as far as there is room.
func (t *tiles) moveEdge(e edge, at int) {
	length := t.layout.stands[e].length
	if length == 0 {
		return
	}
	t.splits[e] = max(min((at*thousand+length/2)/length, thousand-1), 1)
	t.place()
	// What there was no room for isn't remembered: the next key moves what is seen.
	if now := t.layout.stands[e].at; now != at {
		t.splits[e] = max((now*thousand+length/2)/length, 1)
	}
}

// resize makes the focused pane wider or narrower, taller or shorter, by moving the edge right of it or below it; at the end of
// the screen the one left of it or above.
func (t *tiles) resize(columns, rows int) {
	by, sides := columns*columnStep, [2]direction{toRight, toLeft}
	if rows != 0 {
		by, sides = rows*rowStep, [2]direction{toBottom, toTop}
	}
	for i, side := range sides {
		e := t.layout.edgeOf(t.focus, side)
		if e == edgeNone {
			continue
		}
		if i == 1 {
			by = -by
		}
		t.moveEdge(e, t.layout.stands[e].at+by)
		return
	}
}

// hasAll is why a pane's size can't be changed that has no place among the others.
const hasAll = "the pane has all the room there is: esc goes back"

// noEdge says why the focused pane's size can't be changed on any of these sides; empty when it can.
func (t *tiles) noEdge(sides ...direction) string {
	if t.focus.spec().Whole {
		return hasAll
	}
	if t.zoomed {
		return "the pane is zoomed: z gives the others their room back"
	}
	for _, side := range sides {
		if t.layout.edgeOf(t.focus, side) != edgeNone {
			return ""
		}
	}
	return "there is no pane beside it on a screen of this size"
}

// reset gives every pane its usual size.
func (t *tiles) reset() {
	t.splits, t.zoomed = Splits{}, false
	t.place()
}
