package pane

import (
	"streamdesk/ui/live"
	"streamdesk/ui/table"
)

// Sortable is a pane whose rows can be put in another order.
type Sortable interface {
	// Order returns how the rows are sorted, and what of that can be changed.
	Order() *table.Order
	// Sort puts the rows in that order after it was changed.
	Sort(d *live.Data)
}
