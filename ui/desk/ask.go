package desk

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/feed"
	"streamdesk/ui/pane"
)

// answerMsg is the answer to a pane's question.
type answerMsg struct {
	asked
	pane   layout.PaneID
	answer any
}

// askForPanes asks what the panes want to know. A pane whose question is under way isn't asked again, so that a slow server
// isn't asked the same twice.
func (d *Desk) askForPanes() tea.Cmd {
	var cmds []tea.Cmd
	each(&d.panes, func(id layout.PaneID, asker pane.Asker) {
		if d.panes.asking[id] {
			return
		}
		k := d.known()
		k.Shown = d.tiles.Layout.Panes[id].Shown()
		if q := asker.Ask(k); q != nil {
			d.panes.asking[id] = true
			cmds = append(cmds, d.put(id, q))
		}
	})
	return tea.Batch(cmds...)
}

// put puts a pane's question to the server.
func (d *Desk) put(id layout.PaneID, q pane.Question) tea.Cmd {
	b, parent := d.options.Bus, d.line.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, feed.AskTimeout)
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
	each(&d.panes, func(_ layout.PaneID, asker pane.Asker) { asker.Again() })
	return d.askForPanes()
}

// walk is what a pane has read on and on.
type walk struct {
	of     *pane.Walk // nil while none is under way
	cancel context.CancelFunc
	steps  chan any
}

// walkMsg is one step of a walk; none when there are no more.
type walkMsg struct {
	asked
	pane layout.PaneID
	of   *pane.Walk
	step any
}

// walkOn begins the walks that the panes want, and ends those that they don't want any more.
func (d *Desk) walkOn() tea.Cmd {
	var cmds []tea.Cmd
	each(&d.panes, func(id layout.PaneID, walker pane.Walker) {
		w, now := walker.Walk(), &d.panes.walks[id]
		if w == now.of {
			return
		}
		if now.of != nil {
			now.cancel()
		}
		d.drawn.pane(id)
		*now = walk{of: w}
		if w == nil {
			return
		}
		var ctx context.Context
		ctx, now.cancel = context.WithCancel(d.line.ctx)
		steps := make(chan any, 1)
		now.steps = steps
		reader := d.options.Bus.Reader()
		d.line.feed.Run(ctx, func(ctx context.Context) {
			defer close(steps)
			w.Read(ctx, reader, func(step any) bool {
				select {
				case steps <- step:
					return true
				case <-ctx.Done():
					return false
				}
			})
		})
		cmds = append(cmds, d.nextStep(id))
	})
	return tea.Batch(cmds...)
}

// nextStep waits for a walk's next step.
func (d *Desk) nextStep(id layout.PaneID) tea.Cmd {
	w, b := d.panes.walks[id], d.options.Bus
	return func() tea.Msg { return walkMsg{asked: asked{b}, pane: id, of: w.of, step: <-w.steps} }
}

// gotStep gives a pane what its walk has brought, and waits for more.
func (d *Desk) gotStep(msg walkMsg) tea.Cmd {
	walker, ok := d.panes.pane(msg.pane).(pane.Walker)
	if !ok || msg.of == nil || msg.of != d.panes.walks[msg.pane].of || msg.of != walker.Walk() {
		return nil // of a walk that was ended
	}
	d.drawn.pane(msg.pane)
	effect := walker.Step(msg.step, d.known())
	var next tea.Cmd
	if msg.step != nil {
		next = d.nextStep(msg.pane)
	}
	return tea.Batch(next, d.have(effect), d.settle())
}
