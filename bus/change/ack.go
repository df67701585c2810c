package change

import (
	"context"
	"iter"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Ack acknowledges pending entries, whichever consumers hold them.
var Ack = Kind{
	Name: "ack", Title: "Ack", Past: "acked", Does: "acknowledge", Action: "acknowledge",
	Short: "Acknowledge pending entries",
	Help: `ack acknowledges entries in a group, on behalf of whichever consumers hold them: the group never sees them
again. STREAM is the stream's key or the event type.`,
	Sends: "XACK, and before that XPENDING for each entry",
	Example: `  streamdesk ack workflow.failed db_writers 1762341000000-0
  streamdesk ack audit.failed db_writers --deliveries 10 --dry-run
  streamdesk ack audit.failed db_writers --where 'wf:wf-8f31 "stack too deep"' --yes
  streamdesk pending audit.failed db_writers --idle 1h --output json |
    jq '.[] | select(.deliveries > 5)' | streamdesk ack - --yes`,
	On:   Pending,
	Make: func(t Target, _ Values) Change { return &ack{pending{t}} },
}

type ack struct{ pending }

func (c *ack) request(ids []model.Position) AckRequest {
	return AckRequest{Stream: c.Stream, Group: c.Group, IDs: ids}
}

func (c *ack) Say(plan *Plan) {
	they := "they are"
	if len(c.Rows) == 1 {
		they = "it is"
	}
	plan.Says = []string{c.Group + " will never see " + words.These(len(c.Rows)) + " again unless " + they + " republished."}
	plan.Warns = Busy(plan.Holdings)
	c.preview(plan, func(ids []model.Position) []model.Command { return c.request(ids).Commands() })
}

func (c *ack) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	return c.inBatches(plan, idBatch, func(before []Holding) (Step, error) {
		same, left, err := c.asTheyWere(ctx, on, plan, before)
		step := Step{Left: left}
		if err != nil || len(same) == 0 {
			return step, err
		}
		result, err := on.Ack(ctx, c.request(idsOf(same)))
		step.Changed, step.Receipts = result.Acked, result.Receipts
		if err == nil {
			step.Outcomes = alike(same, result.Acked, Ack.Past, NotPending)
		}
		return step, err
	})
}
