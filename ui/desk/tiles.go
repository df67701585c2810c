package desk

import "slices"

// tiles is how the panes stand on the screen: what a person has chosen of it, and the layout that comes of that.
type tiles struct {
	layout Layout
	splits Splits
	in     workspaceID
	stance
	kept []stance // of each workspace, as it was left
}

// stance is what goes with a workspace when another takes its place, and comes back with it.
type stance struct {
	focus        PaneID
	behind       PaneID // what is gone back to from a pane that has no place in the workspace
	led          led
	upper, lower PaneID // the tabs in front on a small screen
	zoomed       bool
}

// led is the way that a pane has led to another, which esc goes back. It is forgotten once somebody goes elsewhere by themselves.
type led struct{ from, to PaneID }

// here says whether it led to the pane that keys go to.
func (l led) here(focus PaneID) bool { return l.from != l.to && l.to == focus }

func newTiles() tiles {
	t := tiles{layout: emptyLayout(0, 0), splits: Splits{}}
	for id := range workspaceID(len(workspaces)) {
		first := id.is().panes[0]
		t.kept = append(t.kept, stance{focus: first, behind: first, upper: id.first(false), lower: id.first(true)})
	}
	t.stance = t.kept[t.in]
	return t
}

// enter goes to another workspace, which stands as it was left.
func (t *tiles) enter(to workspaceID) {
	t.kept[t.in] = t.stance
	t.in, t.stance = to, t.kept[to]
	t.place()
}

// zooms are the panes that are zoomed, by their workspaces.
func (t *tiles) zooms() map[workspaceID]PaneID {
	zooms := map[workspaceID]PaneID{}
	t.kept[t.in] = t.stance
	for id, s := range t.kept {
		if s.zoomed {
			zooms[workspaceID(id)] = s.focus
		}
	}
	return zooms
}

// zoom has a pane zoomed in a workspace.
func (t *tiles) zoom(in workspaceID, id PaneID) {
	t.kept[in].focus, t.kept[in].zoomed = id, true
	t.stance = t.kept[t.in]
}

// place works out the layout anew.
func (t *tiles) place() {
	t.layout = newLayout(t.layout.Width, t.layout.Height, Arrangement{
		In: t.in, Zoomed: t.zoomed, Focus: t.focus, Upper: t.upper, Lower: t.lower, Splits: t.splits,
	})
}

// front gives a pane the focus, and brings it to the front where panes are tabs.
func (t *tiles) front(id PaneID) {
	if t.in.holds(t.focus) {
		t.behind = t.focus
	}
	t.focus = id
	if !t.in.holds(id) {
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

// next is the pane of the workspace that comes after the focused one, or before it.
func (t *tiles) next(by int) PaneID {
	panes := t.in.is().panes
	at := slices.Index(panes, t.focus)
	if at < 0 && by < 0 {
		at = 0
	}
	return panes[(at+by+len(panes))%len(panes)]
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
	if !t.in.holds(t.focus) {
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

// reset gives every pane of the workspace its usual size.
func (t *tiles) reset() {
	t.zoomed = false
	t.place()
	for e := range t.layout.stands {
		delete(t.splits, e)
	}
	t.place()
}
