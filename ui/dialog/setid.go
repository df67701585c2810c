package dialog

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/consequence"
	"streamdesk/ui/widget"
)

// SetID asks from where a group is to go on.
type SetID struct {
	planned[change.SetIDPlan]
	to    *widget.TextField
	where where
}

// NewSetID makes the dialog. There is nothing to be looked at before a position has been typed, so there is no command yet.
func NewSetID(env Env, stream, group string) (*SetID, tea.Cmd) {
	d := &SetID{}
	d.to = widget.NewTextField("", func(text string) string {
		if _, err := model.ParseAfter(text, time.Time{}); err != nil {
			return err.Error()
		}
		return ""
	})
	d.to.Width = positionWidth
	d.action = newAction(env, "Set ID · "+widget.Clean(group), Target{Stream: stream},
		&widget.FormRow{Label: "Go on after", Field: d.to, Hint: positionHint})
	d.group = group
	cmd := d.begin(planner[change.SetIDPlan]{wants: d.wants, question: d.question, worse: worseSetID, act: d.act, refresh: d.refresh})
	return d, cmd
}

// positionHint says what can stand in a field for a position.
const positionHint = "0, $, an ID, a time"

// positionWidth is the room of a field for an entry ID or a time in RFC 3339.
const positionWidth = 26

func (d *SetID) wants() string {
	d.where.settle(d.to.Text(), d.env.Now())
	if d.where.err != nil {
		return ""
	}
	return d.where.at.String()
}

func (d *SetID) request() change.SetGroupIDRequest {
	return change.SetGroupIDRequest{Stream: d.target.Stream, Group: d.group, ID: d.where.at}
}

func (d *SetID) question() func(ctx context.Context) (change.SetIDPlan, error) {
	op, request := d.env.Op, d.request()
	return func(ctx context.Context) (change.SetIDPlan, error) { return op.PlanSetID(ctx, request) }
}

// worseSetID says whether more would be delivered again, or skipped, than was said.
func worseSetID(shown, newer change.SetIDPlan) bool {
	return newer.Redelivered.MayExceed(shown.Redelivered) || newer.Skipped.MayExceed(shown.Skipped)
}

func (d *SetID) act() tea.Cmd {
	op, request := d.env.Op, d.request()
	return d.send("group setid", "set group ID", func(ctx context.Context) Done {
		result, err := op.SetGroupID(ctx, request)
		done := Done{Receipts: result.Receipts, Err: err}
		if err == nil {
			done.Summary = widget.Clean(request.Group) + " goes on " + consequence.GoesOn(request.ID)
		}
		return done
	})
}

func (d *SetID) refresh() {
	d.offer("Set the ID", "")
	d.preview(nil)
	if d.wants() != "" {
		d.preview(d.request().Commands())
	}
}

// Draw is the framed box.
func (d *SetID) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		p.form(d.fields)
		if d.current() {
			p.text(p.Strong, consequence.SetID(&d.plan))
			p.text(p.Text, d.details(v))
		} else if d.wants() != "" && d.about != d.wants() {
			p.text(p.Dim, "What that means is asked when you leave the field.")
		}
		d.sends(p)
		if len(d.commands) > 0 && !p.tight {
			p.text(p.Dim, "With ENTRIESREAD where that can be found out, so that the server can go on telling the lag.")
		}
		d.state(p)
	})
}

// details say where the group stands, where it would, and what stays as it is.
func (d *SetID) details(v View) string {
	text := "It stands at " + d.plan.From.String() + at(d.plan.From, v) + " and would at " + d.plan.To.String() + at(d.plan.To, v) + "."
	if n := d.plan.Pending; n > 0 {
		text += " What is pending stays pending: " + words.Entries(int(n)) + "."
	}
	return text
}

// at is when an entry of that ID was added, in brackets; "" where that says nothing.
func at(id model.Position, v View) string {
	if id.IsZero() || id == model.MaxPosition {
		return ""
	}
	return " (" + id.Clock(v.Location, "2006-01-02 15:04:05") + ")"
}
