package dialog

import (
	"context"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/consequence"
	"streamdesk/ui/widget"
)

// Trim asks whether the older entries of a stream are to be removed: those that every group has acknowledged, or, when the
// person insists, all but the newest.
type Trim struct {
	planned[trimPlan]
	hard, approx *widget.CheckField
	keep         *widget.TextField
	keepRow      *widget.FormRow
}

// trimPlan is one of the bus's two plans.
type trimPlan struct {
	safe change.TrimPlan
	hard change.MaxLenPlan
}

// NewTrim makes the dialog, and the command that works out what every group still needs.
func NewTrim(env Env, stream string) (*Trim, tea.Cmd) {
	d := &Trim{
		hard:   &widget.CheckField{Text: "keep only the newest, acknowledged or not"},
		approx: &widget.CheckField{Text: "let Redis keep some more (~), for speed"},
		keep:   widget.NewNumberField("", 0, false),
	}
	d.keepRow = &widget.FormRow{Label: "Keep", Field: d.keep, Hint: "how many entries stay", Hidden: true}
	d.action = newAction(env, "Trim", Target{Stream: stream},
		&widget.FormRow{Label: "Hard", Field: d.hard}, d.keepRow, &widget.FormRow{Label: "Approx", Field: d.approx})
	cmd := d.begin(planner[trimPlan]{wants: d.wants, question: d.question, worse: worseTrim, act: d.act, refresh: d.refresh})
	return d, cmd
}

func (d *Trim) wants() string {
	if !d.hard.On {
		return "safe"
	}
	n, ok := d.keep.Number()
	if !ok || n < 0 {
		return ""
	}
	return "newest " + strconv.FormatInt(n, 10)
}

func (d *Trim) question() func(ctx context.Context) (trimPlan, error) {
	op, stream, hard := d.env.Op, d.target.Stream, d.hard.On
	n, _ := d.keep.Number()
	return func(ctx context.Context) (plan trimPlan, err error) {
		if hard {
			plan.hard, err = op.PlanMaxLen(ctx, stream, n)
		} else {
			plan.safe, err = op.PlanTrim(ctx, stream)
		}
		return plan, err
	}
}

// worseTrim says whether a group needs an earlier entry than before, or would lose more.
func worseTrim(shown, newer trimPlan) bool {
	if newer.safe.MinID.Before(shown.safe.MinID) {
		return true
	}
	before := map[string]change.TrimCost{}
	for _, c := range shown.hard.Costs {
		before[c.Group] = c
	}
	for _, c := range newer.hard.Costs {
		was, named := before[c.Group]
		if !named {
			was.Pending, was.Undelivered = model.Exactly(0), model.Exactly(0)
		}
		if c.Pending.MayExceed(was.Pending) || c.Undelivered.MayExceed(was.Undelivered) {
			return true
		}
	}
	return false
}

func (d *Trim) request() change.TrimRequest {
	r := change.TrimRequest{Stream: d.target.Stream, Approx: d.approx.On}
	if d.hard.On {
		r.Hard = true
		r.MaxLen, _ = d.keep.Number()
	} else {
		r.MinID, r.How = d.plan.safe.MinID, d.plan.safe.How
	}
	return r
}

func (d *Trim) act() tea.Cmd {
	op, request := d.env.Op, d.request()
	return d.send("trim", "trim", func(ctx context.Context) Done {
		result, err := op.Trim(ctx, request)
		done := Done{Receipts: result.Receipts, Err: err}
		if err == nil {
			done.Summary = "trimmed " + widget.Clean(request.Stream) + ": removed " + words.Entries(int(result.Removed))
		}
		return done
	})
}

func (d *Trim) refresh() {
	d.keepRow.Hidden = !d.hard.On
	d.fields.Leave()
	label, why := "Trim", ""
	switch {
	case d.looking || d.wants() == "":
	case !d.current() && !d.hard.On && d.trouble != "":
		why = "what the groups need isn't known"
	case !d.current():
	case d.removes() == (model.Count{Known: true}):
		why = "there is nothing to remove"
	default:
		label = "Remove " + words.CountedEntries(d.removes())
	}
	d.offer(label, why)
	d.preview(nil)
	if d.current() || d.hard.On && d.wants() != "" {
		d.preview(d.request().Commands())
	}
}

// removes is how many entries would go.
func (d *Trim) removes() model.Count {
	if d.hard.On {
		return model.Exactly(d.plan.hard.Removed)
	}
	return d.plan.safe.Removable
}

// Draw is the framed box.
func (d *Trim) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		if d.current() && !d.hard.On {
			p.trimNeeds(d.plan.safe.Groups)
		}
		p.form(d.fields)
		if d.current() {
			p.text(p.Strong, d.consequence())
			if d.hard.On {
				p.text(p.Warn, consequence.Costs(&d.plan.hard)...)
			} else if len(d.plan.safe.Groups) > 0 && !p.tight {
				p.text(p.Text, "Nobody can read again what is removed.")
			}
		}
		d.sends(p)
		d.state(p)
	})
}

// trimNeeds draws what each group still needs.
func (p *page) trimNeeds(needs []change.TrimNeed) {
	if len(needs) == 0 {
		return
	}
	rows := make([][]widget.Cell, len(needs))
	for i, n := range needs {
		rows[i] = []widget.Cell{
			{Text: n.Group, Ink: p.Text},
			{Text: words.Grouped(n.Pending), Ink: p.Text},
			{Text: words.Counted(n.Lag), Ink: p.Text},
			{Text: n.From.String(), Ink: p.Dim},
		}
	}
	p.table([]widget.Column{
		{Title: "GROUP", Min: 12, Keep: 9},
		{Title: "PENDING", Min: 7, Right: true, Keep: 8},
		{Title: "LAG", Min: 6, Right: true, Keep: 7},
		{Title: "NEEDS FROM", Min: 15, CutLeft: true, Keep: 6},
	}, rows)
}

func (d *Trim) consequence() string {
	if d.hard.On {
		return consequence.MaxLen(&d.plan.hard, d.approx.On)
	}
	return consequence.Trim(&d.plan.safe, d.approx.On)
}
