package workflows

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/pane"
)

// shows reports whether a row contains every typed word: in its ID, its verdict, its newest event's type or its agent, or in
// the stage that it waits for.
func (p *Pane) shows(r *Row) bool {
	return p.All(r.ID + "\n" + r.verdict.String() + "\n" + string(r.LastType) + "\n" + r.Agent + "\n" + r.Wait.Family)
}

// Type implements [pane.Typer].
func (p *Pane) Type(key tea.KeyMsg) {
	p.Words.Type(key)
	p.arranged = time.Time{}
}

// Back implements [pane.Backer]: it shows all rows again.
func (p *Pane) Back(bool, pane.Known) (pane.Effect, bool) {
	if !p.Drop() {
		return pane.Effect{}, false
	}
	p.arranged = time.Time{}
	return pane.Effect{}, true
}
