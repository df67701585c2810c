package dialog

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/ui/consequence"
	"streamdesk/ui/widget"
)

// positionHint says what can stand in a field for a position.
const positionHint = "0, $, an ID, a time"

// CreateGroup asks for a new consumer group on a stream.
type CreateGroup struct {
	planned[streamPlan]
	name, start *widget.TextField
	where       where
}

// streamPlan is the stream as it is.
type streamPlan struct {
	length int64
	groups []string
}

// NewCreateGroup makes the dialog, and the command that looks which groups there are.
func NewCreateGroup(env Env, stream string) (*CreateGroup, tea.Cmd) {
	d := &CreateGroup{}
	d.name = widget.NewTextField("", func(text string) string {
		if slices.Contains(d.plan.groups, text) {
			return "there is a group of that name already: choose another"
		}
		return checkName(text, "name the group")
	})
	d.name.Width = 32
	d.start = widget.NewTextField("$", func(text string) string {
		if _, err := model.ParseAfter(text, time.Time{}); err != nil {
			return err.Error()
		}
		return ""
	})
	d.start.Width = positionWidth
	d.action = newAction(env, "Create group", Target{Stream: stream},
		&widget.FormRow{Label: "Name", Field: d.name}, &widget.FormRow{Label: "Begins after", Field: d.start, Hint: positionHint})
	cmd := d.begin(planner[streamPlan]{
		wants: func() string { return "groups" }, question: d.question, worse: d.worse, act: d.act, refresh: d.refresh,
	})
	d.fields.FocusFirst()
	return d, cmd
}

func (d *CreateGroup) question() func(ctx context.Context) (streamPlan, error) {
	op, stream := d.env.Op, d.target.Stream
	return func(ctx context.Context) (plan streamPlan, err error) {
		snapshot, err := op.Snapshot(ctx, []string{stream})
		if err != nil {
			return plan, err
		}
		s := snapshot.Stream(stream)
		if s == nil || s.Missing {
			return plan, fmt.Errorf("%w: %s", fault.ErrNoStream, stream)
		}
		plan.length = s.Length
		for i := range s.Groups {
			plan.groups = append(plan.groups, s.Groups[i].Name)
		}
		return plan, nil
	}
}

// worse says whether somebody else has made the group meanwhile.
func (d *CreateGroup) worse(_, newer streamPlan) bool {
	return slices.Contains(newer.groups, d.name.Text())
}

func (d *CreateGroup) request() change.CreateGroupRequest {
	d.where.settle(d.start.Text(), d.env.Now())
	return change.CreateGroupRequest{Stream: d.target.Stream, Group: d.name.Text(), At: d.where.at}
}

func (d *CreateGroup) act() tea.Cmd {
	op, request := d.env.Op, d.request()
	d.group = request.Group
	return d.send("group create", "create group", func(ctx context.Context) Done {
		result, err := op.CreateGroup(ctx, request)
		done := Done{Receipts: result.Receipts, Err: err}
		if err == nil {
			done.Summary = "created " + widget.Clean(request.Group) + ", which begins " + change.GoesOn(request.At)
		}
		return done
	})
}

func (d *CreateGroup) refresh() {
	d.where.settle(d.start.Text(), d.env.Now())
	d.offer("Create the group", "")
	d.preview(nil)
	if !faulty(d.name, d.start) {
		d.preview(d.request().Commands())
	}
}

// Draw is the framed box.
func (d *CreateGroup) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		p.form(d.fields)
		if !faulty(d.name, d.start) && d.current() {
			p.text(p.Strong, consequence.CreateGroup(d.name.Text(), d.where.at, d.plan.length))
		}
		d.sends(p)
		d.state(p)
	})
}
