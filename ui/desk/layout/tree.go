package layout

// Room is a node of the tree that divides the screen: a pane, or rooms beside or below each other.
type Room struct {
	Pane   PaneID // when there are no Parts
	Lower  bool   // the pane is in the lower half of a small screen
	Across bool   // the parts are beside each other
	Parts  []Part
}

// Part is one of the rooms that a room is divided into, and the edge after it. The last part has no edge: it gets the remaining
// space.
type Part struct {
	Room Room
	Edge Edge
	// Usual returns the edge's position when nobody has moved it, given the number of cells to divide.
	Usual func(length int) int
}

// tabbed returns the tree for a small screen: lists in the upper half, panes that need more room in the lower one.
func tabbed(between Edge, upper, lower PaneID) Room {
	return Room{Parts: []Part{{Room: Room{Pane: upper}, Edge: between, Usual: Share(45, 0)}, {Room: Room{Pane: lower}}}}
}

// Share returns a [Part.Usual]: percent of the length, min least cells.
func Share(percent, least int) func(length int) int {
	return func(length int) int { return max(length*percent/100, least) }
}

// leaves returns the rooms that aren't divided, from left to right and from top to bottom.
func (r *Room) leaves() []Room {
	if len(r.Parts) == 0 {
		return []Room{*r}
	}
	var all []Room
	for i := range r.Parts {
		all = append(all, r.Parts[i].Room.leaves()...)
	}
	return all
}

// least returns the min width of the room when across is set, else the min height.
func (r *Room) least(across bool) int {
	if len(r.Parts) == 0 {
		if across {
			return LeastColumns
		}
		return LeastRows
	}
	sum, most := 0, 0
	for i := range r.Parts {
		n := r.Parts[i].Room.least(across)
		sum, most = sum+n, max(most, n)
	}
	if r.Across == across {
		return sum
	}
	return most
}

// lay places the panes of a room in a rectangle. sides are the edges around the room.
func (l *Layout) lay(r Room, rect Rect, sides [4]Edge, splits Splits) {
	if len(r.Parts) == 0 {
		l.Panes[r.Pane], l.sides[r.Pane] = rect, sides
		return
	}
	before, behind := ToTop, ToBottom
	length, from := rect.Height, rect.Y
	if r.Across {
		before, behind = ToLeft, ToRight
		length, from = rect.Width, rect.X
	}
	rest := 0 // the min length of the remaining parts
	for i := range r.Parts {
		rest += r.Parts[i].Room.least(r.Across)
	}
	whole, outer := length, sides[behind]
	for i := range r.Parts {
		p := &r.Parts[i]
		least := p.Room.least(r.Across)
		rest -= least
		n := length
		if sides[behind] = outer; p.Edge != EdgeNone {
			n = p.Usual(whole)
			if chosen := splits[p.Edge]; chosen > 0 {
				n = cells(whole, chosen)
			}
			n = max(min(n, length-rest), least)
			sides[behind] = p.Edge
			l.stands[p.Edge] = stand{from: from, length: whole, at: n, upright: r.Across}
		}
		at := Rect{rect.X, from, rect.Width, n}
		if r.Across {
			at = Rect{from, rect.Y, n, rect.Height}
		}
		l.lay(p.Room, at, sides, splits)
		from, length, sides[before] = from+n, length-n, p.Edge
	}
}
