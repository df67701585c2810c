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

// askForPanes sends the panes' questions to the server. A pane whose question is still unanswered isn't asked for another, so
// that a slow server doesn't get the same question twice.
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

// put returns a command that sends a pane's question to the server.
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

// askAgain tells the panes that something was changed, and sends their questions.
func (d *Desk) askAgain() tea.Cmd {
	each(&d.panes, func(_ layout.PaneID, asker pane.Asker) { asker.Again() })
	return d.askForPanes()
}

// walk is a reading of a pane in many steps.
type walk struct {
	of     *pane.Walk // nil while no walk is running
	cancel context.CancelFunc
	steps  chan any
}

// walkMsg is one step of a walk; step is nil after the last one.
type walkMsg struct {
	asked
	pane layout.PaneID
	of   *pane.Walk
	step any
}

// walkOn starts the walks that the panes want, and cancels those that they no longer want.
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

// gotStep gives a pane a step of its walk, and waits for the next one.
func (d *Desk) gotStep(msg walkMsg) tea.Cmd {
	walker, ok := d.panes.pane(msg.pane).(pane.Walker)
	if !ok || msg.of == nil || msg.of != d.panes.walks[msg.pane].of || msg.of != walker.Walk() {
		return nil // the walk was cancelled
	}
	d.drawn.pane(msg.pane)
	effect := walker.Step(msg.step, d.known())
	var next tea.Cmd
	if msg.step != nil {
		next = d.nextStep(msg.pane)
	}
	return tea.Batch(next, d.have(effect), d.settle())
}
