package pane

import (
	"cmp"
	"slices"

	"streamdesk/ui/live"
)

// What the pending entries are sorted by, as s goes through it.
const (
	byEntry      = "entry"
	byIdle       = "idle"
	byDeliveries = "deliveries"
	byConsumer   = "consumer"
)

// pendingKeys are the orders of the pending entries: as Redis has them, the oldest entry first, unless asked.
var pendingKeys = []sortKey{
	{byEntry, pendingEntry, false},
	{byIdle, pendingIdle, true},
	{byDeliveries, pendingDeliveries, true},
	{byConsumer, pendingConsumer, false},
}

// Columns of pendingColumns that rows are sorted by.
const pendingEntry, pendingConsumer, pendingIdle, pendingDeliveries = 0, 1, 2, 3

// arrange puts the rows that were read in the order that was asked for. What wasn't read isn't in it: the footer says so.
func (p *Pending) arrange() {
	p.view = p.view[:0]
	for i := range p.rows {
		p.view = append(p.view, i)
	}
	by := p.sortedBy().by
	if by == byEntry && !p.descending() {
		return // they came that way
	}
	slices.SortStableFunc(p.view, func(i, j int) int {
		a, b := &p.rows[i], &p.rows[j]
		var compared int
		switch by {
		case byIdle:
			compared = cmp.Compare(a.Idle, b.Idle)
		case byDeliveries:
			compared = cmp.Compare(a.Deliveries, b.Deliveries)
		case byConsumer:
			compared = cmp.Compare(a.Consumer, b.Consumer)
		default:
			compared = a.ID.Compare(b.ID)
		}
		return cmp.Or(p.directed(compared), a.ID.Compare(b.ID))
	})
}

// NextSort implements [Sortable].
func (p *Pending) NextSort(*live.Data) {
	p.next()
	p.arrange()
}

// SortAt implements [Sortable].
func (p *Pending) SortAt(x int, _ *live.Data) bool {
	if !p.atColumn(x) {
		return false
	}
	p.arrange()
	return true
}

// SetOrder implements [Sortable].
func (p *Pending) SetOrder(o Order, _ *live.Data) {
	p.set(o)
	p.arrange()
}
