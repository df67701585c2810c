package change

import (
	"context"
	"iter"
	"slices"
	"strings"

	"streamdesk/model"
)

// Injection adds entries by hand, in order. For an entry without fields, only its receivers are known yet. It is a [Change]
// without a [Kind]: the desk has its own forms for it, and the command publishes through the bus.
type Injection struct {
	Entries []AppendRequest
	// Refused is why they can't be added; empty when they can.
	Refused string
	// Unfit is what of their data doesn't fit its schema; nil when it fits. When it is refused, they can't be added.
	Unfit *model.SchemaError
}

// Look finds out who reads the streams.
func (c *Injection) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	var seen []string
	for i := range c.Entries {
		if plan.Into = c.Entries[i].Stream; err == nil && !slices.Contains(seen, plan.Into) {
			seen = append(seen, plan.Into)
			err = plan.reach(ctx, on, plan.Into)
		}
	}
	return plan, err
}

// Say says who receives a single entry.
func (c *Injection) Say(plan *Plan) {
	plan.Says, plan.Details, plan.Names, plan.Nothing, plan.Warns = nil, nil, "", c.Refused, nil
	plan.judge(c.Unfit)
	plan.Commands, plan.More = nil, 0
	shown := c.Entries[:min(len(c.Entries), shownBatches)]
	for i := range shown {
		if plan.Nothing == "" && len(shown[i].Fields) > 0 {
			plan.Commands, plan.More = append(plan.Commands, shown[i].Commands()...), len(c.Entries)-len(shown)
		}
	}
	if len(c.Entries) != 1 || plan.Into != c.Entries[0].Stream { // who reads it isn't known
		return
	}
	readers := plan.readers(plan.Into)
	if due := c.Entries[0].Due; !due.IsZero() {
		plan.Details = []string{"It waits until " + due.Format("2006-01-02 15:04:05 MST") + ", for a process that consumes from the bus to add it."}
	}
	if plan.Says = []string{Receive(readers, plan.Into, "this")}; len(readers) > 1 {
		plan.Names = strings.Join(readers, ", ")
	}
}

// Apply adds one entry per step.
func (c *Injection) Apply(ctx context.Context, on Server, _ Plan) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		for i := range c.Entries {
			result, err := on.Append(ctx, c.Entries[i])
			step := Step{Receipts: result.Receipts}
			if due := c.Entries[i].Due; err == nil && !due.IsZero() {
				step.Changed, step.Did = 1, "scheduled for "+c.Entries[i].Stream+" at "+due.Format("2006-01-02 15:04:05 MST")
				step.Outcomes = []Outcome{{Outcome: "scheduled"}}
			} else if err == nil {
				added := model.Key{Stream: c.Entries[i].Stream, ID: result.ID}
				step.Changed, step.Did = 1, "added as "+added.ID.String()+" to "+added.Stream
				step.Outcomes = []Outcome{Outcome{ID: added.ID, Outcome: "injected"}.Added(added)}
			}
			if !yield(step, err) || err != nil {
				return
			}
		}
	}
}
