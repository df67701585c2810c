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

// Sight implements [pane.Sighted].
func (p *Pane) Sight() *widget.Sight { return &p.sight }

// Scroll implements [pane.Scroller]: up stops following, and above the first entry in view it requests older ones; down at the end
// lets in the waiting entries, or reads on.
func (p *Pane) Scroll(by int, k pane.Known) {
	log := k.Data.Log
	if log.Len() == 0 {
		return
	}
	_, _, detached := log.Past()
	switch {
	case by < 0:
		if p.pinned == nil || log.Following() {
			p.put(max(p.at(log), 0), k.Data)
			p.sight.FitOn(p.pinned.Key(), p.place, log.Len(), p.sight.Height)
		}
		if p.sight.First == 0 {
			p.readOlder(pastPage, k)
		}
	case p.sight.End() < log.Len():
	case detached:
		p.readNewer(k)
	case !log.Following() && !log.Paused():
		log.Admit(k.Now)
		p.sight.Rows = log.Len()
	}
	p.sight.Scroll(by)
}
