package dialog

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/model/words"
	"streamdesk/ui/consequence"
)

// Ack asks whether entries are to be acknowledged in a group.
type Ack struct{ pendingAction }

// NewAck makes the dialog, and the command that looks who holds the entries now. With an empty group, those in which
// the target is pending are offered.
func NewAck(env Env, target Target, group string) (*Ack, tea.Cmd) {
	d := &Ack{newPendingAction(env, "Ack", target, group)}
	cmd := d.inspect()
	d.refresh()
	return d, cmd
}

// Update takes keys, and the answers to the dialog's own commands.
func (d *Ack) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	return d.update(msg, d.act)
}

// Click presses the button under the mouse.
func (d *Ack) Click(x, y int) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	return d.follows(d.click(x, y), d.inspect, d.act)
}

func (d *Ack) request() bus.AckRequest {
	return bus.AckRequest{Stream: d.target.Stream, Group: d.group, IDs: d.target.IDs}
}

func (d *Ack) act() tea.Cmd {
	op, request := d.env.Op, d.request()
	return d.send("ack", func(ctx context.Context) Done {
		result, err := op.Ack(ctx, request)
		done := Done{Receipts: result.Receipts, Err: err}
		if err == nil || result.Acked > 0 {
			done.Summary = ackSummary(result.Acked, len(request.IDs), err)
		}
		return done
	})
}

// ackSummary says how many were acknowledged, and why not all.
func ackSummary(acked int64, asked int, err error) string {
	text := fmt.Sprintf("acked %s of %s", words.Grouped(acked), words.Grouped(int64(asked)))
	switch missed := int64(asked) - acked; {
	case missed <= 0 || err != nil: // what the error kept from being sent has no other reason
		return text
	case acked == 0:
		return text + ": no longer pending — somebody else was quicker"
	default:
		return text + fmt.Sprintf(": %s no longer pending — somebody else was quicker", words.Grouped(missed))
	}
}

// refresh works out what follows from the fields: the button and the commands.
func (d *Ack) refresh() {
	d.offer("Ack "+words.Entries(len(d.target.IDs)), d.nothing("acknowledge"))
	d.preview(nil)
	if d.group != "" {
		d.preview(d.request().Commands())
	}
}

// Draw is the framed box.
func (d *Ack) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		p.targetTable(&d.target, d.holdings)
		p.form(d.fields)
		switch {
		case d.none:
			p.text(p.Warn, d.noGroup("acknowledge"))
		case d.group != "":
			p.text(p.Strong, consequence.Ack(d.group, len(d.target.IDs)))
			p.text(p.Warn, busyWith(d.holdings))
		}
		d.sends(p)
		d.state(p)
	})
}
