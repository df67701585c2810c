package dialog

import (
	"context"
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/consequence"
	"streamdesk/ui/widget"
)

// DeleteConsumer asks whether a consumer is to leave its group. What it has pending would be lost with it, so that is moved
// to another consumer first, a page at a time, and the deletion itself is refused by the server's script if there is
// anything left.
type DeleteConsumer struct {
	planned[consumerPlan]
	choice *widget.ChoiceField
	to     *widget.TextField
	toRow  *widget.FormRow
	moving moving
}

// consumerPlan is the group's consumers as they are.
type consumerPlan struct{ consumers []model.Consumer }

// find is the consumer of that name, nil when there is none.
func (p *consumerPlan) find(name string) *model.Consumer {
	for i := range p.consumers {
		if p.consumers[i].Name == name {
			return &p.consumers[i]
		}
	}
	return nil
}

// NewDeleteConsumer makes the dialog, and the command that looks at the consumers as they are now. The consumers are those
// that can be chosen: the longest idle stands first.
func NewDeleteConsumer(env Env, stream, group string, consumers []model.Consumer) (*DeleteConsumer, tea.Cmd) {
	consumers = slices.Clone(consumers)
	slices.SortStableFunc(consumers, func(a, b model.Consumer) int { return int((b.Idle - a.Idle).Milliseconds()) })
	d := &DeleteConsumer{choice: widget.NewChoiceField()}
	for _, c := range consumers {
		d.choice.Options = append(d.choice.Options, c.Name)
	}
	d.to = widget.NewTextField("", func(text string) string {
		if text == d.choice.Text() {
			return "name another consumer: this one goes"
		}
		return checkName(text, noOwner)
	})
	d.to.Width = 32
	d.to.Suggest = func(string) []string { return d.others() }
	d.toRow = &widget.FormRow{Label: "Move to", Field: d.to, Hint: "what it has pending", Hidden: true}
	d.action = newAction(env, "Delete consumer · "+widget.Clean(group), Target{Stream: stream},
		&widget.FormRow{Label: "Consumer", Field: d.choice}, d.toRow)
	d.group = group
	cmd := d.begin(planner[consumerPlan]{wants: d.choice.Text, question: d.question, worse: d.worse, act: d.act, refresh: d.refresh})
	return d, cmd
}

func (d *DeleteConsumer) question() func(ctx context.Context) (consumerPlan, error) {
	op, stream, group := d.env.Op, d.target.Stream, d.group
	return func(ctx context.Context) (consumerPlan, error) {
		g, err := change.LookAtGroup(ctx, op, stream, group)
		if err != nil {
			return consumerPlan{}, err
		}
		return consumerPlan{consumers: g.Consumers}, nil
	}
}

// worse says whether the consumer has more pending than was said, or has been active since.
func (d *DeleteConsumer) worse(shown, newer consumerPlan) bool {
	before, now := shown.find(d.choice.Text()), newer.find(d.choice.Text())
	if before == nil || now == nil {
		return now != nil
	}
	return now.Pending > before.Pending || now.Idle < before.Idle
}

// others are the consumers that could take the entries, the most recently active first.
func (d *DeleteConsumer) others() []string {
	list := slices.Clone(d.plan.consumers)
	slices.SortStableFunc(list, func(a, b model.Consumer) int { return int((a.Idle - b.Idle).Milliseconds()) })
	var names []string
	for _, c := range list {
		if c.Name != d.choice.Text() {
			names = append(names, c.Name)
		}
	}
	return names
}

// consumer is the chosen one as it is now, nil while that isn't known or when it is no longer there.
func (d *DeleteConsumer) consumer() *model.Consumer {
	if !d.current() {
		return nil
	}
	return d.plan.find(d.choice.Text())
}

func (d *DeleteConsumer) request() change.DeleteConsumerRequest {
	return change.DeleteConsumerRequest{Stream: d.target.Stream, Group: d.group, Consumer: d.choice.Text()}
}

// commandsNow are what would be sent. Of the script, which is long, what it does in the end is shown.
func (d *DeleteConsumer) commandsNow() []model.Command {
	r := d.request()
	var commands []model.Command
	if c := d.consumer(); c != nil && c.Pending > 0 {
		commands = append(commands, change.MoveConsumerRequest{Stream: r.Stream, Group: r.Group, From: r.Consumer, To: d.to.Text()}.Commands()...)
	}
	eval := r.Commands()[0]
	eval[1] = "script: XGROUP DELCONSUMER unless it has entries pending"
	return append(commands, eval)
}

func (d *DeleteConsumer) act() tea.Cmd {
	if c := d.consumer(); c != nil && c.Pending > 0 {
		return d.beginMoving(c.Pending)
	}
	return d.delete()
}

// delete sends the deletion itself.
func (d *DeleteConsumer) delete() tea.Cmd {
	op, request := d.env.Op, d.request()
	return d.send("consumer delete", "delete consumer", func(ctx context.Context) Done { return deleteConsumer(ctx, op, request) })
}

func deleteConsumer(ctx context.Context, op Operator, r change.DeleteConsumerRequest) Done {
	result, err := op.DeleteConsumer(ctx, r)
	done := Done{Receipts: result.Receipts, Err: err}
	switch {
	case err != nil:
	case result.Changed:
		done.Summary = "deleted consumer " + widget.Clean(r.Consumer) + " of " + widget.Clean(r.Group)
	default:
		done.Summary = "deleted 0 consumers: " + widget.Clean(r.Consumer) + " was no longer there"
	}
	return done
}

// Update takes keys, and the answers to the dialog's own commands: those to pages of a move lead to the next page.
func (d *DeleteConsumer) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	if m, ok := msg.(Done); ok && d.moving.on && m.to == (ticket{of: &d.action, number: d.number}) {
		defer d.refresh()
		return d.turn(m), false
	}
	return d.planned.Update(msg)
}

func (d *DeleteConsumer) refresh() {
	c := d.consumer()
	d.toRow.Hidden = c == nil || c.Pending == 0
	if names := d.others(); !d.toRow.Touched && len(names) > 0 {
		d.to.Set(names[0])
	}
	d.fields.Leave()
	label, why := "Delete consumer", ""
	switch {
	case len(d.choice.Options) == 0:
		why = "the group has no consumers"
	case d.current() && c == nil:
		why = "it is no longer there"
	case c != nil && c.Pending > 0:
		label = "Move " + words.Entries(int(c.Pending)) + ", then delete"
	}
	d.offer(label, why)
	d.preview(nil)
	if len(d.choice.Options) > 0 {
		d.preview(d.commandsNow())
	}
}

// Draw is the framed box.
func (d *DeleteConsumer) Draw(v View) []string {
	if d.moving.on && d.phase == sending {
		return d.draw(v, widget.Clean(d.target.Stream), "enter or esc stop", d.progress)
	}
	return d.frame(v, func(p *page) {
		if d.current() {
			p.consumers(d.plan.consumers, d.choice.Text())
		}
		p.form(d.fields)
		p.text(p.Strong, d.consequence())
		d.sends(p)
		d.state(p)
	})
}

func (d *DeleteConsumer) consequence() string {
	name := d.choice.Text()
	c := d.consumer()
	switch {
	case len(d.choice.Options) == 0:
		return "No consumer is in " + d.group + "."
	case d.current() && c == nil:
		return name + " is no longer a consumer of " + d.group + "."
	case c == nil:
		return ""
	default:
		return consequence.DeleteConsumer(d.group, name, c.Pending, d.to.Text())
	}
}

// consumers draws the consumers of a group, with the chosen one marked.
func (p *page) consumers(list []model.Consumer, chosen string) {
	rows := make([][]widget.Cell, 0, len(list))
	at := slices.IndexFunc(list, func(c model.Consumer) bool { return c.Name == chosen })
	if at < 0 {
		return
	}
	c := list[at]
	inactive := "?"
	if c.Inactive.Known {
		inactive = words.Age(time.Duration(c.Inactive.N) * time.Millisecond)
	}
	rows = append(rows, []widget.Cell{
		{Text: c.Name, Ink: p.Text},
		{Text: strconv.FormatInt(c.Pending, 10), Ink: p.Text},
		{Text: words.Age(c.Idle), Ink: p.Text},
		{Text: inactive, Ink: p.Text},
	})
	p.table([]widget.Column{
		{Title: "CONSUMER", Min: 12, Keep: 9},
		{Title: "PENDING", Min: 7, Right: true, Keep: 8},
		{Title: "IDLE", Min: 6, Right: true, Keep: 7},
		{Title: "INACTIVE", Min: 8, Right: true, Keep: 6},
	}, rows)
}
