package pane

import (
	"cmp"
	"slices"

	"streamdesk/ui/live"
	"streamdesk/ui/table"
)

// arrange puts the rows that were read in the order that was asked for. What wasn't read isn't in it: the footer says so.
func (p *Pending) arrange() {
	p.view = p.view[:0]
	for i := range p.rows {
		p.view = append(p.view, i)
	}
	if p.asRead() {
		return
	}
	slices.SortStableFunc(p.view, func(i, j int) int {
		a, b := PendingRow{PendingEntry: &p.rows[i]}, PendingRow{PendingEntry: &p.rows[j]}
		return cmp.Or(PendingColumns.Compare(&p.order, &a, &b), a.ID.Compare(b.ID))
	})
}

// asRead says whether the order is the one in which Redis has them: the oldest entry first.
func (p *Pending) asRead() bool { return p.order.By() == byEntry && !p.order.Descending() }

// Order implements [Sortable].
func (p *Pending) Order() *table.Order { return &p.order }

// Sort implements [Sortable].
func (p *Pending) Sort(*live.Data) { p.arrange() }
