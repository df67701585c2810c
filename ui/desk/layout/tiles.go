package layout

import "slices"

// Tiles is how the panes stand on the screen: what a person has chosen of it, and the layout that comes of that.
type Tiles struct {
	Layout Layout
	Splits Splits
	In     *Workspace
	stance
	kept map[*Workspace]stance // as each was left
}

// stance is what goes with a workspace when another takes its place, and comes back with it.
type stance struct {
	Focus        PaneID
	Behind       PaneID // what is gone back to from a pane that has no place in the workspace
	led          led
	upper, Lower PaneID // the tabs in front on a small screen
	Zoomed       bool
}

// led is the way that a pane has led to another, which esc goes back. It is forgotten once somebody goes elsewhere by themselves.
type led struct{ from, to PaneID }

// LedFrom says that a pane has led to the one with the focus.
func (t *Tiles) LedFrom(from PaneID) { t.led = led{from, t.Focus} }

// ForgetLed forgets the way.
func (t *Tiles) ForgetLed() { t.led = led{} }

// WasLed says whether a pane has led to the one with the focus, and which.
func (t *Tiles) WasLed() (from PaneID, led bool) {
	return t.led.from, t.led.from != t.led.to && t.led.to == t.Focus
}

// NewTiles has so many panes, in the first of the workspaces.
func NewTiles(panes int, all []Workspace) Tiles {
	t := Tiles{Layout: emptyLayout(0, 0, panes), Splits: Splits{}, In: &all[0], kept: map[*Workspace]stance{}}
	for i := range all {
		w := &all[i]
		t.kept[w] = stance{Focus: w.Panes[0], Behind: w.Panes[0], upper: w.First(false), Lower: w.First(true)}
	}
	t.stance = t.kept[t.In]
	return t
}

// Enter goes to another workspace, which stands as it was left.
func (t *Tiles) Enter(to *Workspace) {
	t.kept[t.In] = t.stance
	t.In, t.stance = to, t.kept[to]
	t.Place()
}

// Zooms are the panes that are zoomed, by their workspaces.
func (t *Tiles) Zooms() map[*Workspace]PaneID {
	zooms := map[*Workspace]PaneID{}
	t.kept[t.In] = t.stance
	for in, s := range t.kept {
		if s.Zoomed {
			zooms[in] = s.Focus
		}
	}
	return zooms
}

// Zoom has a pane zoomed in a workspace.
func (t *Tiles) Zoom(in *Workspace, id PaneID) {
	s := t.kept[in]
	s.Focus, s.Zoomed = id, true
	t.kept[in] = s
	t.stance = t.kept[t.In]
}

// Place works out the layout anew.
func (t *Tiles) Place() {
	t.Layout = New(t.Layout.Width, t.Layout.Height, Arrangement{
		Panes: len(t.Layout.Panes), In: t.In, Zoomed: t.Zoomed, Focus: t.Focus, Upper: t.upper, Lower: t.Lower, Splits: t.Splits,
	})
}

// Front gives a pane the focus, and brings it to the front where panes are tabs.
func (t *Tiles) Front(id PaneID) {
	if t.In.Holds(t.Focus) {
		t.Behind = t.Focus
	}
	t.Focus = id
	if !t.In.Holds(id) {
		t.Place()
		return
	}
	if slices.Contains(t.In.lower, id) {
		t.Lower = id
	} else {
		t.upper = id
	}
	t.Place()
}

// Next is the pane of the workspace that comes after the focused one, or before it.
func (t *Tiles) Next(by int) PaneID {
	panes := t.In.Panes
	at := slices.Index(panes, t.Focus)
	if at < 0 && by < 0 {
		at = 0
	}
	return panes[(at+by+len(panes))%len(panes)]
}

// moveEdge puts an edge at a cell counted from where what it divides begins, as far as there is room.
func (t *Tiles) moveEdge(e Edge, at int) {
	length := t.Layout.stands[e].length
	if length == 0 {
		return
	}
	t.Splits[e] = max(min((at*thousand+length/2)/length, thousand-1), 1)
	t.Place()
	// What there was no room for isn't remembered: the next key moves what is seen.
	if now := t.Layout.stands[e].at; now != at {
		t.Splits[e] = max((now*thousand+length/2)/length, 1)
	}
}

// Drag moves an edge to a cell, taken hold of so far from its own, and says whether it moves.
func (t *Tiles) Drag(e Edge, grip, x, y int) bool {
	by := t.Layout.Along(e, x, y) - grip
	if by != 0 {
		t.moveEdge(e, t.Layout.stands[e].at+by)
	}
	return by != 0
}

// Resize makes the focused pane wider or narrower, taller or shorter, by moving the edge right of it or below it; at the end of
// the screen the one left of it or above.
func (t *Tiles) Resize(columns, rows int) {
	by, sides := columns*ColumnStep, [2]Direction{ToRight, ToLeft}
	if rows != 0 {
		by, sides = rows*RowStep, [2]Direction{ToBottom, ToTop}
	}
	for i, side := range sides {
		e := t.Layout.edgeOf(t.Focus, side)
		if e == EdgeNone {
			continue
		}
		if i == 1 {
			by = -by
		}
		t.moveEdge(e, t.Layout.stands[e].at+by)
		return
	}
}

// HasAll is why a pane's size can't be changed that has no place among the others.
const HasAll = "the pane has all the room there is: esc goes back"

// NoEdge says why the focused pane's size can't be changed on any of these sides; empty when it can.
func (t *Tiles) NoEdge(sides ...Direction) string {
	if !t.In.Holds(t.Focus) {
		return HasAll
	}
	if t.Zoomed {
		return "the pane is zoomed: z gives the others their room back"
	}
	for _, side := range sides {
		if t.Layout.edgeOf(t.Focus, side) != EdgeNone {
			return ""
		}
	}
	return "there is no pane beside it on a screen of this size"
}

// Reset gives every pane of the workspace its usual size.
func (t *Tiles) Reset() {
	t.Zoomed = false
	t.Place()
	for e := range t.Layout.stands {
		delete(t.Splits, e)
	}
	t.Place()
}
