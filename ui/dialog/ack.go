package dialog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/ui/widget"
)

// Ack asks whether entries are to be acknowledged in a group.
type Ack struct {
	action
	row      *widget.FormRow // the choice of the group; hidden when it was given
	choice   *widget.ChoiceField
	given    bool
	holdings []holding
	none     bool // pending in no group
}

// NewAck makes the dialog, and the command that looks who holds the entries now. With an empty group, the groups in
// which the target is pending are offered.
func NewAck(env Env, target Target, group string) (*Ack, tea.Cmd) {
	choice := widget.NewChoiceField()
	row := &widget.FormRow{Label: "Group", Field: choice, Hidden: true}
	d := &Ack{action: newAction(env, "Ack", target, row), row: row, choice: choice, given: group != ""}
	d.name(group)
	cmd := d.inspect()
	d.refresh()
	return d, cmd
}

func (d *Ack) name(group string) {
	d.group = group
	if group != "" {
		d.title = "Ack · " + widget.Clean(group)
	}
}

// inspect looks who holds the target; when no group is known yet, in which groups it is pending.
func (d *Ack) inspect() tea.Cmd {
	op, target, group, given := d.env.Op, d.target, d.group, d.given
	return d.look(func(ctx context.Context) (findings, error) {
		f := findings{group: group}
		var err error
		if !given {
			if f.deliveries, err = pendingGroups(ctx, op, target); err != nil || len(f.deliveries) == 0 {
				return f, err
			}
			if !slices.ContainsFunc(f.deliveries, func(g model.GroupDelivery) bool { return g.Group == group }) {
				f.group = f.deliveries[0].Group
			}
		}
		f.holdings, err = look(ctx, op, target.Stream, f.group, target.IDs)
		return f, err
	})
}

// maxGroupLooks bounds how many targets are asked one by one for the groups that hold them.
const maxGroupLooks = 20

// pendingGroups are the groups in which any of the first targets is pending, by name.
func pendingGroups(ctx context.Context, op Operator, target Target) ([]model.GroupDelivery, error) {
	var groups []model.GroupDelivery
	for i, id := range target.IDs {
		if i == maxGroupLooks {
			break
		}
		delivery, err := op.Delivery(ctx, model.Key{Stream: target.Stream, ID: id})
		if err != nil {
			return nil, err
		}
		for _, g := range delivery.Groups {
			known := slices.ContainsFunc(groups, func(k model.GroupDelivery) bool { return k.Group == g.Group })
			if g.State == model.DeliveryPending && !known {
				groups = append(groups, g)
			}
		}
	}
	slices.SortFunc(groups, func(a, b model.GroupDelivery) int { return strings.Compare(a.Group, b.Group) })
	return groups, nil
}

// Update takes keys, and the answers to the dialog's own commands.
func (d *Ack) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	switch m := msg.(type) {
	case tea.KeyMsg:
		before := d.choice.Chosen()
		next := d.step(m)
		if d.choice.Chosen() != before {
			d.name(d.choice.Text())
			d.holdings, d.changed = nil, false
			return d.inspect(), false
		}
		return d.next(next)
	case tea.MouseMsg:
		d.wheel(m)
	case looked:
		return d.learned(m), false
	case Done:
		d.take(m)
	}
	return nil, false
}

// Click presses the button under the mouse.
func (d *Ack) Click(x, y int) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	return d.next(d.click(x, y))
}

func (d *Ack) next(s step) (cmd tea.Cmd, done bool) {
	if s == lookAgain {
		return d.inspect(), false
	}
	return nil, s == leave
}

func (d *Ack) learned(m looked) tea.Cmd {
	if !d.learn(m) {
		return nil
	}
	if !d.given {
		d.offerGroups(m.found)
	}
	before := d.holdings
	d.holdings = m.found.holdings
	if d.none || !d.clear(moved(before, d.holdings)) {
		return nil
	}
	op, request := d.env.Op, d.request()
	return d.send("ack", func(ctx context.Context) Done {
		result, err := op.Ack(ctx, request)
		return Done{Receipts: result.Receipts, Summary: ackSummary(result.Acked, len(request.IDs)), Err: err}
	})
}

// offerGroups keeps the choice on the group it was on, as long as that still holds something.
func (d *Ack) offerGroups(found findings) {
	d.none = len(found.deliveries) == 0
	d.choice.Options = d.choice.Options[:0]
	for i, g := range found.deliveries {
		d.choice.Options = append(d.choice.Options, g.Group)
		if g.Group == found.group {
			d.choice.Choose(i)
		}
	}
	if d.none && d.phase == checking {
		d.phase = asking
	}
	if !d.none && d.phase == checking && d.group != found.group {
		d.phase = asking // the group that was decided on has let go of it: decide again
		d.changed = true
	}
	d.name(found.group)
	d.row.Hidden = d.none
	d.fields.Leave()
}

func (d *Ack) request() bus.AckRequest {
	return bus.AckRequest{Stream: d.target.Stream, Group: d.group, IDs: d.target.IDs}
}

// ackSummary says how many were acknowledged, and why not all.
func ackSummary(acked int64, asked int) string {
	text := fmt.Sprintf("acked %s of %s", widget.Grouped(acked), widget.Grouped(int64(asked)))
	switch missed := int64(asked) - acked; {
	case missed <= 0:
		return text
	case acked == 0:
		return text + ": no longer pending — somebody else was quicker"
	default:
		return text + fmt.Sprintf(": %s no longer pending", widget.Grouped(missed))
	}
}

// refresh works out what follows from the fields: the button and the commands.
func (d *Ack) refresh() {
	why := ""
	if d.none {
		why = "nothing to acknowledge"
	}
	d.offer("Ack "+entries(len(d.target.IDs)), why)
	d.preview(nil)
	if d.group != "" && !d.none {
		d.preview(d.request().Commands())
	}
}

// Draw is the framed box.
func (d *Ack) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		p.targetTable(&d.target, d.holdings)
		p.form(d.fields)
		if d.none {
			p.text(p.Warn, "No group has "+these(len(d.target.IDs))+" pending: there is nothing to acknowledge.")
			return
		}
		if d.group != "" {
			p.text(p.Strong, d.consequence())
			if busy := busyWith(d.holdings); busy != "" {
				p.text(p.Warn, busy)
			}
		}
		d.sends(p)
		d.state(p)
	})
}

func (d *Ack) consequence() string {
	if len(d.target.IDs) == 1 {
		return d.group + " will never see this entry again unless it is republished."
	}
	return d.group + " will never see " + these(len(d.target.IDs)) + " again unless they are republished."
}
