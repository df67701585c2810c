package change

import (
	"context"
	"iter"
	"slices"
	"strconv"

	"streamdesk/model"
	"streamdesk/model/words"
)

// AckDelete acknowledges pending entries and deletes them from their stream, both or neither.
var AckDelete = Kind{
	Name: "ackdel", Title: "Ack and delete", Past: "acked_and_deleted", PastWords: "acked and deleted", Does: "acknowledge and delete", Action: "acknowledge and delete from the stream",
	Short: "Acknowledge pending entries and delete them from the stream",
	Help: `ackdel acknowledges entries in a group, on behalf of whichever consumers hold them, and deletes them from the stream,
for every group and reader, for good: both happen, or neither does. What other groups have pending of them goes with them from
Redis 8.2 on; before, it stays in their pending entries, as gone, until it is acknowledged or claimed.`,
	Sends: "XACKDEL … DELREF from Redis 8.2 on, XACK and XDEL in a transaction before, and XPENDING for each entry",
	Example: `  streamdesk ackdel audit.failed db_writers 1762341000000-0
  streamdesk ackdel audit.failed db_writers --deliveries 10 --dry-run
  streamdesk pending audit.failed db_writers --idle 1h --output json |
    jq '.[] | select(.deliveries > 5)' | streamdesk ackdel - --yes`,
	On:   Pending,
	Make: func(t Target, _ Values) Change { return &ackDeletion{pending{t}} },
}

type ackDeletion struct{ pending }

func (c *ackDeletion) commands(ids []model.Position, can model.Capabilities) []model.Command {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	if can.DeleteReferences { // XACKDEL came with XDELEX
		return []model.Command{append(model.Command{"XACKDEL", c.Stream, c.Group, "DELREF", "IDS", strconv.Itoa(len(ids))}, texts...)}
	}
	return []model.Command{
		append(model.Command{"XACK", c.Stream, c.Group}, texts...), append(model.Command{"XDEL", c.Stream}, texts...),
	}
}

// Look finds out who holds the entries, in this group and in others.
func (c *ackDeletion) Look(ctx context.Context, on Reader) (Plan, error) {
	plan, err := (&deletion{c.Target}).Look(ctx, on)
	if err != nil {
		return plan, err
	}
	if own := slices.Index(plan.Reach, Reached{c.Stream, c.Group}); own >= 0 { // the holdings show that
		plan.Pending[own] = nil
	}
	held, err := c.pending.Look(ctx, on)
	plan.Holdings = held.Holdings
	return plan, err
}

func (c *ackDeletion) Say(plan *Plan) {
	(&deletion{c.Target}).Say(plan)
	they := "they leave"
	if len(c.Rows) == 1 {
		they = "it leaves"
	}
	plan.Says = []string{c.Group + " will never see " + words.These(len(c.Rows)) + " again: " + they + " " + c.Stream + " for every group, for good."}
	plan.Warns = append(plan.Warns, Busy(plan.Holdings)...)
	first := c.Rows[:min(len(c.Rows), idBatch)]
	plan.Commands = c.commands(idsOf(first), plan.Can)
	plan.More = (len(c.Rows) - len(first) + idBatch - 1) / idBatch * len(plan.Commands)
}

func (c *ackDeletion) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	return c.inBatches(plan, idBatch, func(before []Holding) (Step, error) {
		same, left, err := c.asTheyWere(ctx, on, plan, before)
		step := Step{Left: left}
		if err != nil || len(same) == 0 {
			return step, err
		}
		can, err := on.Can(ctx)
		if err != nil {
			return step, err
		}
		counts, receipts, err := on.Together(ctx, c.commands(idsOf(same), can)...)
		step.Receipts = receipts
		if err == nil {
			step.Changed = counts[0]
			step.Outcomes = alike(same, counts[0], AckDelete.Past, NotPending)
		}
		return step, err
	})
}
