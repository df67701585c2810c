package table

import (
	"streamdesk/ui/state"
	"streamdesk/ui/widget"
)

// Order is how the rows of a pane are sorted, and the other ways there are. [List.Order] makes it.
type Order struct {
	keys     []sortKey
	at       int
	reversed bool
	// Widths are those of the table as it was last fitted, for the mouse.
	Widths []int
}

// sortKey is one way to sort rows.
type sortKey struct {
	by           string
	column, turn int
	descending   bool
}

// By names what the rows are sorted by.
func (o *Order) By() string { return o.keys[o.at].by }

// Column is the column on the desk that the rows are sorted by, counted from 0.
func (o *Order) Column() int { return o.keys[o.at].column }

// Descending says whether the largest comes first.
func (o *Order) Descending() bool { return o.keys[o.at].descending != o.reversed }

// Next goes on to the next order.
func (o *Order) Next() { o.at, o.reversed = (o.at+1)%len(o.keys), false }

// At sorts by the column at a cell of the head, counted from the content's left; by the one that it is sorted by already, the
// other way round. It says whether rows can be sorted by what is there.
func (o *Order) At(x int) bool {
	column := widget.ColumnAt(o.Widths, x)
	for i, k := range o.keys {
		if k.column != column {
			continue
		}
		if i == o.at {
			o.reversed = !o.reversed
		} else {
			o.at, o.reversed = i, false
		}
		return true
	}
	return false
}

// Kept is the order as it is kept from one run to the next.
func (o *Order) Kept() state.Order { return state.Order{By: o.By(), Reversed: o.reversed} }

// Take takes over an order that was kept; one that there isn't changes nothing.
func (o *Order) Take(kept state.Order) {
	for i, k := range o.keys {
		if k.by == kept.By {
			o.at, o.reversed = i, kept.Reversed
		}
	}
}
