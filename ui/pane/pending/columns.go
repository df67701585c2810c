package pending

import (
	"cmp"
	"strconv"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/table"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Row is a pending entry in the form that [Columns] show.
type Row struct {
	*model.PendingEntry
	Group string
	// Record is the entry, when it was asked for.
	Record *model.Record

	idle   time.Duration // by now
	gone   bool
	limits health.Limits
}

// What the pending entries are sorted by.
const (
	byEntry      = "entry"
	byIdle       = "idle"
	byDeliveries = "deliveries"
	byConsumer   = "consumer"
)

// Columns are the columns of pending entries, on the desk and in the pending command.
var Columns = table.New(
	table.Column[Row]{Key: "stream", Value: func(r *Row) any { return r.Entry.Stream }},
	table.Column[Row]{Key: "group", Value: func(r *Row) any { return r.Group }},
	table.Column[Row]{Key: "consumer", Value: func(r *Row) any { return r.Consumer }},
	table.Column[Row]{
		Key: "id", Value: func(r *Row) any { return r.ID },
		Head: "ID", Text: func(r *Row) string { return r.ID.String() },
		Place: 1, Slot: widget.Column{Title: "ENTRY", Min: 9, Max: 22, Keep: 9, CutLeft: true},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: r.ID.String(), Ink: t.Text}
		},
		Turn: 1, By: byEntry, Compare: func(a, b *Row) int { return a.ID.Compare(b.ID) },
	},
	table.Column[Row]{
		Head: "CONSUMER", Text: func(r *Row) string { return r.Consumer },
		Place: 2, Slot: widget.Column{Title: "CONSUMER", Min: 10, Max: 26, Keep: 8},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: widget.Clean(r.Consumer), Ink: t.Text}
		},
		Turn: 4, By: byConsumer, Compare: func(a, b *Row) int { return cmp.Compare(a.Consumer, b.Consumer) },
	},
	table.Column[Row]{
		Key: "idle_seconds", Value: func(r *Row) any { return table.Seconds(r.Idle) },
		Head: "IDLE", Right: true, Text: func(r *Row) string { return words.Age(max(r.Idle, 0)) },
		Place: 3, Slot: widget.Column{Title: "IDLE", Min: 6, Keep: 7},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			cell := widget.Cell{Text: words.Age(r.idle), Ink: t.Text}
			if r.limits.Untouched(r.idle) {
				cell.Ink = t.Warn
			}
			return cell
		},
		Turn: 2, By: byIdle, Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.Idle, b.Idle) },
	},
	table.Column[Row]{
		Key: "deliveries", Value: func(r *Row) any { return r.Deliveries },
		Head: "DELIVERIES", Right: true, Text: func(r *Row) string { return strconv.FormatInt(r.Deliveries, 10) },
		Place: 4, Slot: widget.Column{Title: "DELIV", Min: 5, Keep: 6},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			cell := widget.Cell{Text: words.Short(r.Deliveries), Ink: t.Text}
			if r.limits.Failing(r.Deliveries) {
				cell.Ink = t.Bad
			}
			return cell
		},
		Turn: 3, By: byDeliveries, Descending: true,
		Compare: func(a, b *Row) int { return cmp.Compare(a.Deliveries, b.Deliveries) },
	},
	table.Column[Row]{
		Place: 5, Slot: widget.Column{Min: 4, Keep: 5},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			switch {
			case r.gone:
				return widget.Cell{Text: "gone", Ink: t.Bad}
			case r.limits.Failing(r.Deliveries):
				return widget.Cell{Text: "!", Ink: t.Bad}
			case r.limits.Untouched(r.idle):
				return widget.Cell{Text: "!", Ink: t.Warn}
			default:
				return widget.Cell{}
			}
		},
	},
)

// Rows implements [pane.Searcher]: entries are searched by ID and consumer.
func (p *Pane) Rows(pane.Known) pane.Rows {
	return pane.Rows{
		Len: len(p.rows), At: p.index(),
		Text: func(row int) string { return p.at(row).ID.String() + "\n" + widget.Clean(p.at(row).Consumer) },
		Go:   p.put,
	}
}

// wholeIDs is the min width for showing IDs whole. On a narrower pane only the part that differs is shown, and the
// consumers' names get the room.
const wholeIDs = 56

// columns returns the table's columns for the rows in view. On a narrow pane an ID is cut to its end, as long as needed to
// tell the rows apart. Actions on an entry still use its whole ID.
func (p *Pane) columns(width, first, end int) []widget.Column {
	columns := Columns.Slots()
	if width >= wholeIDs {
		return columns
	}
	entry := &columns[0]
	for entry.Min < entry.Max && !p.distinct(entry.Min, first, end) {
		entry.Min++
	}
	entry.Max = entry.Min
	return columns
}

// distinct reports whether the IDs of the rows in view still differ when cut to a width.
func (p *Pane) distinct(width, first, end int) bool {
	seen := make(map[string]bool, end-first)
	for i := first; i < end; i++ {
		text := widget.CutLeft(p.at(i).ID.String(), width)
		if seen[text] {
			return false
		}
		seen[text] = true
	}
	return true
}
