package pane

import (
	"streamdesk/ui/live"
	"streamdesk/ui/widget"
)

// Sortable is a pane whose rows can be put in another order.
type Sortable interface {
	// NextSort goes on to the next order.
	NextSort(d *live.Data)
	// SortAt sorts by the column at a cell of the head, counted from the content's left; by the one that it is sorted by
	// already, the other way round. It says whether rows can be sorted by what is there.
	SortAt(x int, d *live.Data) bool
	// Order and SetOrder are for keeping the order from one run to the next.
	Order() Order
	SetOrder(o Order, d *live.Data)
}

// Order is how rows are sorted.
type Order struct {
	// By names what they are sorted by, such as "rate"; a name that a pane doesn't know changes nothing.
	By string `json:"by"`
	// Reversed is the other way round than usual for it.
	Reversed bool `json:"reversed,omitempty"`
}

// sortKey is one way to sort a pane's rows.
type sortKey struct {
	by string
	// column is the table's column that shows it.
	column int
	// descending says that the largest comes first unless reversed: for what is looked at because there is much of it.
	descending bool
}

// sorting is the order of a pane's rows, and the ways there are.
type sorting struct {
	keys     []sortKey
	at       int
	reversed bool
	widths   []int // of the table as it was last drawn, for the mouse
}

func (s *sorting) sortedBy() sortKey { return s.keys[s.at] }

// descending says whether the largest comes first.
func (s *sorting) descending() bool { return s.sortedBy().descending != s.reversed }

// next goes on to the next key.
func (s *sorting) next() { s.at, s.reversed = (s.at+1)%len(s.keys), false }

// atColumn sorts by what stands at a cell of the head.
func (s *sorting) atColumn(x int) bool {
	column := widget.ColumnAt(s.widths, x)
	for i, k := range s.keys {
		if k.column != column {
			continue
		}
		if i == s.at {
			s.reversed = !s.reversed
		} else {
			s.at, s.reversed = i, false
		}
		return true
	}
	return false
}

// Order implements [Sortable].
func (s *sorting) Order() Order { return Order{By: s.sortedBy().by, Reversed: s.reversed} }

// set takes over an order, if there is one of that name.
func (s *sorting) set(o Order) {
	for i, k := range s.keys {
		if k.by == o.By {
			s.at, s.reversed = i, o.Reversed
		}
	}
}

// directed turns a comparison round when the largest comes first.
func (s *sorting) directed(comparison int) int {
	if s.descending() {
		return -comparison
	}
	return comparison
}

// label names the order: what by, and which way.
func (s *sorting) label(columns []widget.Column) string {
	title := columns[s.sortedBy().column].Title
	if s.descending() {
		return title + " ▼"
	}
	return title + " ▲"
}
