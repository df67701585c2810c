package pending

import (
	"cmp"
	"slices"

	"streamdesk/ui/live"
	"streamdesk/ui/table"
)

// arrange sorts the rows that were read. Rows that weren't read are missing from the order: the footer says so.
func (p *Pane) arrange() {
	p.view = p.view[:0]
	for i := range p.rows {
		p.view = append(p.view, i)
	}
	if p.asRead() {
		return
	}
	slices.SortStableFunc(p.view, func(i, j int) int {
		a, b := Row{PendingEntry: &p.rows[i]}, Row{PendingEntry: &p.rows[j]}
		return cmp.Or(Columns.Compare(&p.order, &a, &b), a.ID.Compare(b.ID))
	})
}

// asRead reports whether the order is that of Redis: the oldest entry first.
func (p *Pane) asRead() bool { return p.order.By() == byEntry && !p.order.Descending() }

// Order implements [pane.Sortable].
func (p *Pane) Order() *table.Order { return &p.order }

// Sort implements [pane.Sortable].
func (p *Pane) Sort(*live.Data) { p.arrange() }
