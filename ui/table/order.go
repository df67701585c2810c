package table

import (
	"streamdesk/ui/state"
	"streamdesk/ui/widget"
)

// Order is how the rows of a pane are sorted, with the other possible orders. [List.Order] returns it.
type Order struct {
	keys     []sortKey
	at       int
	reversed bool
	// Widths are the widths of the table as last drawn, for the mouse.
	Widths []int
}

// sortKey is one way to sort rows.
type sortKey struct {
	by           string
	column, turn int
	descending   bool
}

// By returns the name of the order.
func (o *Order) By() string { return o.keys[o.at].by }

// Column returns the column on the desk that the rows are sorted by, counted from 0.
func (o *Order) Column() int { return o.keys[o.at].column }

// Descending reports whether the largest comes first.
func (o *Order) Descending() bool { return o.keys[o.at].descending != o.reversed }

// Next switches to the next order.
func (o *Order) Next() { o.at, o.reversed = (o.at+1)%len(o.keys), false }

// At sorts by the column at cell x of the head, counted from the content's left. If the rows are sorted by it already,
// it reverses the order. It reports whether rows can be sorted by that column.
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

// Kept returns the order for the kept state.
func (o *Order) Kept() state.Order { return state.Order{By: o.By(), Reversed: o.reversed} }

// Take restores a kept order; an unknown one changes nothing.
func (o *Order) Take(kept state.Order) {
	for i, k := range o.keys {
		if k.by == kept.By {
			o.at, o.reversed = i, kept.Reversed
		}
	}
}
