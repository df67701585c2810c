package desk

// room is a node of the tree that divides the screen: a pane, or rooms beside each other or one below the other.
type room struct {
	pane   PaneID // when it isn't divided
	across bool   // the parts stand beside each other
	parts  []part
}

// part is one of the rooms that a room is divided into, and the edge behind it. The last part has none: it takes what is
// left.
type part struct {
	room room
	edge edge
	// usual is where the edge stands by itself, of so many cells that are divided.
	usual func(length int) int
}

// alone is a pane that has everything.
func alone(id PaneID) room { return room{pane: id} }

// tabbed is a small screen: the upper half lists, the lower one shows what takes more room.
func tabbed(between edge, upper, lower PaneID) room {
	return room{parts: []part{{alone(upper), between, share(45, 0)}, {room: alone(lower)}}}
}

// share is percent of what is divided, and the least that makes sense without being asked.
func share(percent, least int) func(length int) int {
	return func(length int) int { return max(length*percent/100, least) }
}

// panes are the panes of a room, from left to right and down.
func (r *room) panes() []PaneID {
	if len(r.parts) == 0 {
		return []PaneID{r.pane}
	}
	var all []PaneID
	for i := range r.parts {
		all = append(all, r.parts[i].room.panes()...)
	}
	return all
}

// least is how little room there may be, across or down.
func (r *room) least(across bool) int {
	if len(r.parts) == 0 {
		if across {
			return leastColumns
		}
		return leastRows
	}
	sum, most := 0, 0
	for i := range r.parts {
		n := r.parts[i].room.least(across)
		sum, most = sum+n, max(most, n)
	}
	if r.across == across {
		return sum
	}
	return most
}

// lay places what is in a room, whose own sides are these edges.
func (l *Layout) lay(r room, rect Rect, sides [4]edge, splits Splits) {
	if len(r.parts) == 0 {
		l.Panes[r.pane], l.sides[r.pane] = rect, sides
		return
	}
	before, behind := toTop, toBottom
	length, from := rect.Height, rect.Y
	if r.across {
		before, behind = toLeft, toRight
		length, from = rect.Width, rect.X
	}
	rest := 0 // what the parts to come take at least
	for i := range r.parts {
		rest += r.parts[i].room.least(r.across)
	}
	whole, outer := length, sides[behind]
	for i := range r.parts {
		p := &r.parts[i]
		least := p.room.least(r.across)
		rest -= least
		n := length
		if sides[behind] = outer; p.edge != edgeNone {
			n = p.usual(whole)
			if chosen := splits[p.edge]; chosen > 0 {
				n = cells(whole, chosen)
			}
			n = max(min(n, length-rest), least)
			sides[behind] = p.edge
			l.stands[p.edge] = stand{from: from, length: whole, at: n, upright: r.across}
		}
		at := Rect{rect.X, from, rect.Width, n}
		if r.across {
			at = Rect{from, rect.Y, n, rect.Height}
		}
		l.lay(p.room, at, sides, splits)
		from, length, sides[before] = from+n, length-n, p.edge
	}
}
