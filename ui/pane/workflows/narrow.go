package workflows

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/pane"
)

// textMost bounds what is typed.
const textMost = 200

// shows says whether a row holds every word that was typed: in its ID, its verdict, its newest event's type or its agent, or in the
// stage that it waits for.
func (p *Pane) shows(r *Row) bool {
	if len(p.narrowed) == 0 {
		return true
	}
	text := strings.ToLower(r.ID + "\n" + r.verdict.String() + "\n" + string(r.LastType) + "\n" + r.Agent + "\n" + r.Wait.Family)
	for _, word := range p.narrowed {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// narrow shows the rows that hold every word of a text.
func (p *Pane) narrow(text string) {
	p.narrowed, p.arranged = strings.Fields(strings.ToLower(text)), time.Time{}
}

// Begin implements [pane.Typer].
func (p *Pane) Begin() {
	p.typing, p.before = true, p.input.Value()
	p.input.CursorEnd()
	p.input.Focus()
}

// Typing implements [pane.Typer].
func (p *Pane) Typing() bool { return p.typing }

// Type implements [pane.Typer].
func (p *Pane) Type(key tea.KeyMsg) {
	switch key.String() {
	case "enter":
		p.end()
		return
	case "esc":
		p.end()
		p.input.SetValue(p.before)
	default:
		p.input, _ = p.input.Update(key)
	}
	p.narrow(p.input.Value())
}

// end ends the typing.
func (p *Pane) end() {
	p.typing = false
	p.input.Blur()
}

// Back implements [pane.Backer]: it shows all rows again.
func (p *Pane) Back(bool, pane.Known) (pane.Effect, bool) {
	if len(p.narrowed) == 0 {
		return pane.Effect{}, false
	}
	p.input.SetValue("")
	p.narrow("")
	return pane.Effect{}, true
}
