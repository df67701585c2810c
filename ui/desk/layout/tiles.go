package layout

import "slices"

// Tiles is the arrangement of the panes that a person has chosen, and the resulting layout.
type Tiles struct {
	Layout Layout
	Splits Splits
	In     *Workspace
	stance
	kept map[*Workspace]stance // each workspace as the person left it
}

// stance is the state that belongs to a workspace: it is kept while another is shown, and restored afterwards.
type stance struct {
	Focus        PaneID
	Behind       PaneID // where esc goes from a pane that isn't in the workspace
	led          led
	upper, Lower PaneID // the tabs in front on a small screen
	Zoomed       bool
}

// led records that one pane has led to another, so that esc goes back. It is forgotten when the person chooses a pane.
type led struct{ from, to PaneID }

// LedFrom records that a pane has led to the one with the focus.
func (t *Tiles) LedFrom(from PaneID) { t.led = led{from, t.Focus} }

// ForgetLed forgets which pane has led to another.
func (t *Tiles) ForgetLed() { t.led = led{} }

// WasLed reports whether a pane has led to the one with the focus, and returns it.
func (t *Tiles) WasLed() (from PaneID, led bool) {
	return t.led.from, t.led.from != t.led.to && t.led.to == t.Focus
}

// NewTiles returns tiles with that many panes, in the first workspace.
func NewTiles(panes int, all []Workspace) Tiles {
	t := Tiles{Layout: emptyLayout(0, 0, panes), Splits: Splits{}, In: &all[0], kept: map[*Workspace]stance{}}
	for i := range all {
		w := &all[i]
		t.kept[w] = stance{Focus: w.Panes[0], Behind: w.Panes[0], upper: w.First(false), Lower: w.First(true)}
	}
	t.stance = t.kept[t.In]
	return t
}

// Enter changes to another workspace, and restores it as the person left it.
func (t *Tiles) Enter(to *Workspace) {
	t.kept[t.In] = t.stance
	t.In, t.stance = to, t.kept[to]
	t.Place()
}

// Zooms returns the zoomed panes by workspace.
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

// Zoom zooms a pane in a workspace.
func (t *Tiles) Zoom(in *Workspace, id PaneID) {
	s := t.kept[in]
	s.Focus, s.Zoomed = id, true
	t.kept[in] = s
	t.stance = t.kept[t.In]
}

// Place computes the layout again.
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

// Next returns the pane of the workspace after the focused one, or before it when by is negative.
func (t *Tiles) Next(by int) PaneID {
	panes := t.In.Panes
	at := slices.Index(panes, t.Focus)
	if at < 0 && by < 0 {
		at = 0
	}
	return panes[(at+by+len(panes))%len(panes)]
}

// moveEdge moves an edge to a position, in cells from the start of the length that it divides, as far as there is room.
func (t *Tiles) moveEdge(e Edge, at int) {
	length := t.Layout.stands[e].length
	if length == 0 {
		return
	}
	t.Splits[e] = max(min((at*thousand+length/2)/length, thousand-1), 1)
	t.Place()
	// Keep the position that the edge really has, so that the next key moves it from there.
	if now := t.Layout.stands[e].at; now != at {
		t.Splits[e] = max((now*thousand+length/2)/length, 1)
	}
}

// Drag moves an edge to a cell, and reports whether it moves. grip is the distance of the held cell from the edge's own.
func (t *Tiles) Drag(e Edge, grip, x, y int) bool {
	by := t.Layout.Along(e, x, y) - grip
	if by != 0 {
		t.moveEdge(e, t.Layout.stands[e].at+by)
	}
	return by != 0
}

// Resize changes the width or height of the focused pane by moving the edge right of it or below it; when there is none, the one
// left of it or above it.
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

// HasAll is why the size of a pane that isn't in the workspace can't be changed.
const HasAll = "the pane has all the room there is: esc goes back"

// NoEdge returns why the focused pane's size can't be changed on any of these sides; empty when it can.
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
