package pane

import (
	"streamdesk/ui/live"
	"streamdesk/ui/table"
)

// Sortable is a pane whose rows can be put in another order.
type Sortable interface {
	// Order is how the rows are sorted, and what can be changed of it.
	Order() *table.Order
	// Sort puts the rows in that order once it was changed.
	Sort(d *live.Data)
}
