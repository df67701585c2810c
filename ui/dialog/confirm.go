package dialog

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
)

// Question is what a [Confirm] asks.
type Question struct {
	// Title names the action in the frame, and in lower case in the log.
	Title string
	// Text is the consequence, in a sentence; Details stand below it, less loud.
	Text, Details string
	// Yes is the label of the button that does it.
	Yes string
	// Target, when it has IDs, is listed; its stream stands in the frame. Group is where the action acts, if in a group.
	Target Target
	Group  string
	// Commands are shown as what would be sent.
	Commands []model.Command
	// Do acts and reports: Receipts, Summary, Added and Err are taken over. It runs outside of the desk's loop. Nil
	// means that yes closes the dialog and runs Then.
	Do func(ctx context.Context) Done
	// Then is run when a question without Do is answered with yes.
	Then tea.Cmd
}

// Confirm asks yes or no, and does it.
type Confirm struct {
	action
	q Question
}

// NewConfirm makes the dialog. It looks at nothing first, so there is no command to run.
func NewConfirm(env Env, q Question) *Confirm {
	d := &Confirm{action: newAction(env, q.Title, q.Target), q: q}
	d.group = q.Group
	d.refresh()
	return d
}

// Update takes keys, and the answer to the action.
func (d *Confirm) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	switch m := msg.(type) {
	case tea.KeyMsg:
		return d.next(d.step(m))
	case tea.MouseMsg:
		d.wheel(m)
	case Done:
		d.take(m)
	}
	return nil, false
}

// Click presses the button under the mouse.
func (d *Confirm) Click(x, y int) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	return d.next(d.click(x, y))
}

func (d *Confirm) next(s step) (cmd tea.Cmd, done bool) {
	switch {
	case s == leave:
		return nil, true
	case d.phase != checking:
		return nil, false
	case d.q.Do == nil:
		return d.q.Then, true
	default:
		d.phase = sending
		return d.send(strings.ToLower(d.q.Title), d.q.Do), false
	}
}

func (d *Confirm) refresh() {
	d.offer(d.q.Yes, "")
	d.preview(d.q.Commands)
}

// Draw is the framed box.
func (d *Confirm) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		if len(d.target.IDs) > 0 {
			p.targetTable(&d.target, nil)
		}
		p.text(p.Strong, d.q.Text)
		p.text(p.Text, d.q.Details)
		p.form(d.fields)
		d.sends(p)
	})
}
