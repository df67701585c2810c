package dialog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// carryOut makes a change, or the next page of one, and returns the outcome.
func carryOut(ctx context.Context, op Operator, kind *change.Kind, made change.Change, plan change.Plan, ids []model.Position) Done {
	var d Done
	var unacked int64
	became := map[string]int{}
	settled := map[model.Position]bool{}
	for step, err := range made.Apply(ctx, op, plan) {
		d.Receipts = append(d.Receipts, step.Receipts...)
		d.changed += step.Changed
		d.Summary = widget.Clean(step.Did)
		if step.Aside != "" {
			d.Summary += "; " + widget.Clean(step.Aside)
		}
		for _, o := range slices.Concat(step.Left, step.Outcomes) {
			became[o.Outcome]++
			settled[o.ID] = true
			if o.AddedID != nil {
				d.Added = model.Key{Stream: o.AddedStream, ID: *o.AddedID}
			}
			if o.Acked != nil && !*o.Acked {
				unacked++
			}
		}
		d.Err = err
		if d.rest = step.Rest; d.rest != nil {
			break
		}
	}
	if d.Err != nil && len(ids) > 0 {
		d.left = []model.Position{}
		for _, id := range ids {
			if !settled[id] {
				d.left = append(d.left, id)
			}
		}
	}
	if kind.On.Entries() && (d.Err == nil || d.changed > 0) {
		d.Summary = kindSummary(kind, &d, plan.Whom, unacked, len(ids), became)
	}
	return d
}

// kindSummary returns a sentence that says how many entries were changed, and why not all.
func kindSummary(kind *change.Kind, d *Done, whom string, unacked int64, asked int, became map[string]int) string {
	text := fmt.Sprintf("%s %s of %s", kind.Became(), words.Grouped(d.changed), words.Grouped(int64(asked)))
	if asked == 1 && d.changed == 1 && !d.Added.ID.IsZero() {
		text = kind.Became() + " as " + d.Added.ID.String() + " on " + widget.Clean(d.Added.Stream)
	}
	text += widget.Clean(whom)
	var why []string
	for _, name := range []string{change.NotPending, change.Gone, change.Moved, change.TooRecent, change.NoOrigin, change.Unknown} {
		switch n := became[name]; {
		case n == asked:
			why = append(why, change.Reason(name))
		case n > 0:
			why = append(why, words.Grouped(int64(n))+" "+change.Reason(name))
		}
	}
	if unacked > 0 {
		why = append(why, words.Grouped(unacked)+" added, but the original was not pending any more")
	}
	if len(why) > 0 {
		text += ": " + strings.Join(why, ", ")
	}
	return text
}
