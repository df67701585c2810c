package desk

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/pane"
)

// answerMsg is the answer to a pane's question.
type answerMsg struct {
	asked
	pane   PaneID
	answer any
}

// askForPanes asks what the panes want to know. A pane whose question is under way isn't asked again, so that a slow server
// isn't asked the same twice.
func (d *Desk) askForPanes() tea.Cmd {
	var cmds []tea.Cmd
	for id := range paneCount {
		asker, ok := d.panes.pane(id).(pane.Asker)
		if !ok || d.panes.asking[id] {
			continue
		}
		if q := asker.Ask(pane.Asking{Data: d.data, Now: d.data.Now(d.now), Shown: d.tiles.layout.Panes[id].shown()}); q != nil {
			d.panes.asking[id] = true
			cmds = append(cmds, d.put(id, q))
		}
	}
	return tea.Batch(cmds...)
}

// put puts a pane's question to the server.
func (d *Desk) put(id PaneID, q pane.Question) tea.Cmd {
	b, parent := d.options.Bus, d.line.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, askTimeout)
		defer cancel()
		return answerMsg{asked: asked{b}, pane: id, answer: q(ctx, b.Reader())}
	}
}

// gotAnswer gives a pane the answer to its question.
func (d *Desk) gotAnswer(msg answerMsg) tea.Cmd {
	d.panes.asking[msg.pane] = false
	if asker, ok := d.panes.pane(msg.pane).(pane.Asker); ok {
		asker.Take(msg.answer)
	}
	d.drawn.pane(msg.pane)
	return d.settle()
}

// askAgain says to the panes that something was changed, and asks what they want to know of it.
func (d *Desk) askAgain() tea.Cmd {
	for _, p := range d.panes.all {
		if asker, ok := p.(pane.Asker); ok {
			asker.Again()
		}
	}
	return d.askForPanes()
}
