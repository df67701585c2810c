package change

import (
	"context"
	"iter"

	"streamdesk/model"
	"streamdesk/model/words"
)

// DeadLetter gives pending entries up in their group: each is written to the dead-letter stream, then acknowledged.
var DeadLetter = Kind{
	Name: "dead-letter", Title: "Dead-letter", Past: "dead_lettered", PastWords: "dead-lettered", Does: "give up", Action: "give up: to the dead letters",
	Short: "Give up pending entries: to the dead letters",
	Help: `deadletter gives pending entries up in a group: each is written to the dead-letter stream, byte for byte and
with where it came from and why, and acknowledged after that. Other groups keep what they hold of it.
'streamdesk deadletters' lists what was given up, 'streamdesk requeue' takes it back.`,
	Sends: "XPENDING, XRANGE, XADD (each at most once) and XACK",
	Example: `  streamdesk deadletter audit.failed db_writers 1762341000000-0 --reason 'schema of 2023'
  streamdesk deadletter audit.failed db_writers --deliveries 10 --idle 1m
  streamdesk pending audit.failed db_writers --output json | jq '.[] | select(.deliveries > 10)' |
    streamdesk deadletter - --reason poison --yes`,
	On: Pending, Adds: true,
	Params: []Param{{
		Name: "reason", Label: "Reason", Hint: "stands beside the entry", Default: "given up by hand", Help: "why, as `text` beside the entry",
	}},
	Make: func(t Target, v Values) Change { return &deadLettering{pending{t}, v["reason"]} },
}

type deadLettering struct {
	pending
	reason string
}

func (c *deadLettering) request(e model.PendingEntry, to string) DeadLetterRequest {
	return DeadLetterRequest{Entry: e.Entry, Group: c.Group, Reason: c.reason, Deliveries: e.Deliveries, To: to}
}

// Look finds out who holds the entries, and reads the first.
func (c *deadLettering) Look(ctx context.Context, on Reader) (Plan, error) {
	plan, err := c.pending.Look(ctx, on)
	plan.Into = on.DeadLetterKey(c.Stream)
	if err == nil && len(c.Rows) > 0 {
		plan.Entries, err = on.Entries(ctx, c.Stream, idsOf(c.Rows[:1]))
	}
	return plan, err
}

func (c *deadLettering) Say(plan *Plan) {
	they := "they are"
	if len(c.Rows) == 1 {
		they = "it is"
	}
	plan.Says = []string{c.Group + " gives " + words.These(len(c.Rows)) + " up: " + they + " kept in " + plan.Into + " and acknowledged."}
	plan.Details = []string{"The other groups keep what they hold of it."}
	plan.Warns = Busy(plan.Holdings)
	plan.Commands, plan.More = nil, 0
	if len(plan.Entries) == 0 || plan.Entries[0].Fields == nil {
		return
	}
	first := model.PendingEntry{Entry: plan.Entries[0]}
	if len(plan.Holdings) > 0 {
		first.Pending = plan.Holdings[0].Pending
	}
	plan.Commands = c.request(first, plan.Into).Commands()
	plan.More = (len(c.Rows) - 1) * len(plan.Commands)
}

func (c *deadLettering) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	return c.inBatches(plan, payloadBatch, func(before []Holding) (Step, error) {
		entries, left, err := c.readEntries(ctx, on, plan, before)
		step := Step{Left: left}
		for i := 0; i < len(entries) && err == nil; i++ {
			var result DeadLetterResult
			result, err = on.DeadLetter(ctx, c.request(entries[i], on.DeadLetterKey(c.Stream)))
			step.Receipts = append(step.Receipts, result.Receipts...)
			if !result.Letter.ID.IsZero() {
				step.Changed++
				o := Outcome{ID: entries[i].ID, Outcome: DeadLetter.Past, Acked: new(result.Acked == 1)}
				step.Outcomes = append(step.Outcomes, o.Added(result.Letter))
			}
		}
		return step, err
	})
}
