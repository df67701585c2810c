package change

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Delete deletes entries from their stream, for every group and reader at once.
var Delete = Kind{
	Name: "delete", Title: "Delete", Past: "deleted", Does: "delete", Action: "delete from the stream",
	Short: "Delete entries from a stream",
	Help: `delete deletes entries from a stream, for every group and reader at once, for good. What a group has pending of
them goes with them from Redis 8.2 on; before, it stays in its pending entries, as gone, until it is acknowledged or claimed. With --group the entries are chosen
among what that group has pending. STREAM may be a dead-letter stream.`,
	Sends: "XDEL (XDELEX … DELREF from Redis 8.2 on), XRANGE, and XPENDING with --group and where it asks",
	Example: `  streamdesk delete workflow.failed 1762341000000-0
  streamdesk delete audit.progress --to 30d --dry-run
  streamdesk deadletters audit.failed --output json | jq '.[] | select(.reason | test("schema"))' |
    streamdesk delete - --yes`,
	On:   Entries,
	Make: func(t Target, _ Values) Change { return &deletion{t} },
}

type deletion struct{ Target }

func (c *deletion) request(ids []model.Position, can model.Capabilities) DeleteRequest {
	return DeleteRequest{Stream: c.Stream, IDs: ids, References: can.DeleteReferences}
}

// Look finds out which groups have the entries pending.
func (c *deletion) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	if plan.Can, err = on.Can(ctx); err != nil {
		return plan, err
	}
	if err := plan.reach(ctx, on, c.Stream); err != nil {
		return plan, err
	}
	for _, r := range plan.Reach {
		group := r.Group
		rows, err := on.PendingOf(ctx, c.Stream, group, idsOf(c.Rows[:min(len(c.Rows), maxPendingLooks)]))
		if err != nil {
			return plan, err
		}
		rows = slices.DeleteFunc(rows, func(row model.Pending) bool { return row.ID.IsZero() })
		plan.Pending = append(plan.Pending, rows)
		plan.Costs = append(plan.Costs, Cost{"what " + group + " has pending", model.Exactly(int64(len(rows)))})
	}
	return plan, nil
}

// maxPendingLooks is the max number of entries looked up in each group's pending entries: two round trips per group.
const maxPendingLooks = 1000

func (c *deletion) Say(plan *Plan) {
	n := len(c.Rows)
	plan.Says = []string{fmt.Sprintf("These %s entries leave %s for every group, for good.", words.Grouped(int64(n)), c.Stream)}
	if n == 1 {
		plan.Says = []string{"This entry leaves " + c.Stream + " for every group, for good."}
	}
	if c.Letters {
		plan.Says = []string{words.Letters(n) + " will be gone for good, and can't be requeued any more."}
	}
	plan.Details, plan.Warns = nil, nil
	if len(plan.Reach) > 0 {
		plan.Details = []string{leftPending(plan.Can.DeleteReferences)}
	}
	for i, rows := range plan.Pending {
		if len(rows) > 0 {
			plan.Warns = append(plan.Warns, plan.Reach[i].Group+" has "+whoHolds(rows, n))
		}
	}
	if n > maxPendingLooks && len(plan.Reach) > 0 {
		plan.Warns = append(plan.Warns, "? "+words.Grouped(int64(n-maxPendingLooks))+" of them were not looked at: they may be pending, too.")
	}
	c.preview(plan, func(ids []model.Position) []model.Command { return c.request(ids, plan.Can).Commands() })
}

// leftPending says what happens to the pending entries lists, which Redis 8.2 and later clears.
func leftPending(cleared bool) string {
	if cleared {
		return "What is pending of it goes from the pending lists of all groups, too."
	}
	return "What is pending of it stays in the pending lists, as gone, until it is acknowledged or claimed."
}

// whoHolds says who holds the rows out of n entries: "it pending: worker-3, delivered 4 times." or "3 of them pending: worker-3
// 2, worker-1 1, delivered up to 4 times."
func whoHolds(rows []model.Pending, n int) string {
	var names []string
	held, most := map[string]int{}, int64(0)
	for i := range rows {
		held[rows[i].Consumer]++
		if held[rows[i].Consumer] == 1 {
			names = append(names, rows[i].Consumer)
		}
		most = max(most, rows[i].Deliveries)
	}
	times := "times"
	if most == 1 {
		times = "time"
	}
	if n == 1 {
		return fmt.Sprintf("it pending: %s, delivered %s %s.", names[0], words.Grouped(most), times)
	}
	const shown = 3
	for i, name := range names {
		names[i] = name + " " + words.Grouped(int64(held[name]))
	}
	if more := len(names) - shown; more > 0 {
		names = append(names[:shown], words.Grouped(int64(more))+" more consumers")
	}
	return fmt.Sprintf("%s of them pending: %s, delivered up to %s %s.", words.Grouped(int64(len(rows))), strings.Join(names, ", "), words.Grouped(most), times)
}

func (c *deletion) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	size := payloadBatch
	if c.Found {
		size = idBatch
	}
	return c.inBatches(plan, size, func(before []Holding) (Step, error) {
		there, left, err := c.stillThere(ctx, on, plan, before)
		step := Step{Left: left}
		if err != nil || len(there) == 0 {
			return step, err
		}
		can, err := on.Can(ctx)
		if err != nil {
			return step, err
		}
		result, err := on.Delete(ctx, c.request(idsOf(there), can))
		step.Changed, step.Receipts = result.Deleted, result.Receipts
		if err == nil {
			step.Outcomes = alike(there, result.Deleted, Delete.Past, Gone)
		}
		return step, err
	})
}
