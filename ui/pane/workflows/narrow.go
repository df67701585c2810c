package workflows

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/pane"
)

// shows reports whether a row contains every typed word.
func (p *Pane) shows(r *Row) bool { return p.All(r.text()) }

// text returns what is searched of a row: its ID, its verdict, its newest event's type and its agent, and the stage that it waits
// for.
func (r *Row) text() string {
	return r.ID + "\n" + r.verdict.String() + "\n" + string(r.LastType) + "\n" + r.Agent + "\n" + r.Wait.Family
}

// Rows implements [pane.Searcher].
func (p *Pane) Rows(pane.Known) pane.Rows {
	return pane.Rows{Len: len(p.view), At: p.index(), Text: func(row int) string { return p.view[row].text() }, Go: p.put}
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
