package matrix

import (
	"cmp"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// Row is a stream and how its groups stand.
type Row struct {
	stream      *model.Stream
	worst, here standing // of all its groups, and of the one under the cursor
}

// standing is how a group stands: its state, and its worst number as a share of the limit. The zero standing means no group.
type standing struct {
	state health.State
	heat  float64
}

// compare reports which of two stands worse. Heat is compared in steps, so that rows don't change places with every entry.
func (st standing) compare(other standing) int {
	return cmp.Or(cmp.Compare(st.state, other.state), cmp.Compare(shadeOf(st.heat), shadeOf(other.heat)))
}

// byGroup sorts by one group alone.
const byGroup = "group"

// orders are the ways to sort the rows.
var orders = table.New(
	table.Column[Row]{
		Place: 1, Slot: widget.Column{Title: "worst"}, Turn: 1, By: "worst", Descending: true,
		Compare: func(a, b *Row) int { return a.worst.compare(b.worst) },
	},
	table.Column[Row]{
		Place: 2, Slot: widget.Column{Title: "worst of this group"}, Turn: 2, By: byGroup, Descending: true,
		Compare: func(a, b *Row) int { return a.here.compare(b.here) },
	},
	table.Column[Row]{
		Place: 3, Slot: widget.Column{Title: "STREAM"}, Turn: 3, By: "name",
		Compare: func(a, b *Row) int { return cmp.Compare(a.stream.Key, b.stream.Key) },
	},
)
