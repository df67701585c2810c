package dialog

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/consequence"
	"streamdesk/ui/widget"
)

// DestroyGroup asks whether a consumer group is to go, with all it knows. The group's name has to be typed, wherever that
// is: nothing brings back what it had pending.
type DestroyGroup struct {
	planned[model.Group]
	typed *widget.TextField
}

// NewDestroyGroup makes the dialog, and the command that looks what the group would lose.
func NewDestroyGroup(env Env, stream, group string) (*DestroyGroup, tea.Cmd) {
	d := &DestroyGroup{}
	shown := widget.Escape(group)
	d.typed = widget.NewTextField("", func(text string) string {
		if !widget.Named(text, group) {
			return "type " + shown + " to confirm: its pending list goes with it"
		}
		return ""
	})
	d.typed.Width = max(widget.Width(shown)+1, 16)
	d.action = newAction(env, "Destroy group · "+widget.Clean(group), Target{Stream: stream},
		&widget.FormRow{Label: "Type the group", Field: d.typed, Hint: shown})
	d.group = group
	cmd := d.begin(planner[model.Group]{
		wants: func() string { return "group" }, question: d.question, worse: worseGroup, act: d.act, refresh: d.refresh,
	})
	return d, cmd
}

func (d *DestroyGroup) question() func(ctx context.Context) (model.Group, error) {
	op, stream, group := d.env.Op, d.target.Stream, d.group
	return func(ctx context.Context) (model.Group, error) {
		g, err := lookAtGroup(ctx, op, stream, group)
		if err != nil {
			return model.Group{}, err
		}
		return *g, nil
	}
}

// worseGroup says whether more would be lost than was said.
func worseGroup(shown, newer model.Group) bool {
	return newer.Pending > shown.Pending || newer.Lag.MayExceed(shown.Lag) || len(newer.Consumers) > len(shown.Consumers)
}

func (d *DestroyGroup) request() change.DestroyGroupRequest {
	return change.DestroyGroupRequest{Stream: d.target.Stream, Group: d.group}
}

func (d *DestroyGroup) act() tea.Cmd {
	op, request := d.env.Op, d.request()
	return d.send("destroy group", func(ctx context.Context) Done {
		result, err := op.DestroyGroup(ctx, request)
		done := Done{Receipts: result.Receipts, Err: err}
		switch {
		case err != nil:
		case result.Changed:
			done.Summary = "destroyed group " + widget.Clean(request.Group)
		default:
			done.Summary = "destroyed 0 groups: " + widget.Clean(request.Group) + " was no longer there"
		}
		return done
	})
}

func (d *DestroyGroup) refresh() {
	why := ""
	if d.typed.Problem() != "" {
		why = "type the group's name above first"
	}
	d.offer("Destroy the group", why)
	d.preview(d.request().Commands())
}

// Draw is the framed box.
func (d *DestroyGroup) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		if d.current() {
			p.text(p.Strong, consequence.DestroyGroup(d.group, &d.plan))
			p.text(p.Warn, consequence.NotTold(&d.plan))
		}
		p.form(d.fields)
		d.sends(p)
		d.state(p)
	})
}
