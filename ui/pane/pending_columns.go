package pane

import (
	"slices"

	"streamdesk/ui/widget"
)

var pendingColumns = []widget.Column{
	{Title: "ENTRY", Min: 9, Max: 22, Keep: 9, CutLeft: true},
	{Title: "CONSUMER", Min: 10, Max: 26, Keep: 8},
	{Title: "IDLE", Min: 6, Right: true, Keep: 7},
	{Title: "DELIV", Min: 5, Right: true, Keep: 6},
	{Title: "", Min: 4, Keep: 5},
}

// entryColumn is where the IDs stand in pendingColumns.
const entryColumn = 0

// wholeIDs is the width from which IDs are shown whole: below, what differs between them is shown, and the consumers'
// names have the room.
const wholeIDs = 56

// columns are the table's for the rows in view. On a narrow pane an ID is cut to its end, which is as long as it takes to
// tell the rows apart; what acts on an entry goes by its whole ID all the same.
func (p *Pending) columns(width, first, end int) []widget.Column {
	if width >= wholeIDs {
		return pendingColumns
	}
	columns := slices.Clone(pendingColumns)
	entry := &columns[entryColumn]
	for entry.Min < entry.Max && !p.distinct(entry.Min, first, end) {
		entry.Min++
	}
	entry.Max = entry.Min
	return columns
}

// distinct says whether the IDs of the rows in view differ when they are cut to a width.
func (p *Pending) distinct(width, first, end int) bool {
	seen := make(map[string]bool, end-first)
	for i := first; i < end; i++ {
		text := widget.CutLeft(p.row(i).ID.String(), width)
		if seen[text] {
			return false
		}
		seen[text] = true
	}
	return true
}
