package events

import (
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// Rows implements [pane.Searcher]: entries are searched by ID, type, workflow, agent, and the beginning of their payload. A search
// that is given up while the newest were followed goes back to following them.
func (p *Pane) Rows(k pane.Known) pane.Rows {
	log := k.Data.Log
	rows := pane.Rows{
		Len: log.Len(), At: p.at(log),
		Text: func(row int) string { return rowText(log, row) },
		Go:   func(row int) { p.put(row, k.Data) },
	}
	if log.Following() {
		rows.Home = func() { p.Follow(k) }
	}
	return rows
}

func rowText(log *live.Log, row int) string {
	r := log.At(row)
	const parts = "\n" // which nobody can type
	return r.ID.String() + parts + widget.Clean(string(r.Event.Type)) + parts + widget.Clean(r.Event.WorkflowID) + parts +
		widget.Clean(r.Event.SourceAgent) + parts + glimpse(r)
}
