package change

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/sorting"
	"streamdesk/model/words"
)

// MoveConsumer gives all pending entries of a consumer to another.
var MoveConsumer = Kind{
	Name: "consumer move", Title: "Move entries", Button: "Move the entries", Does: "move the entries of consumer", Action: "move what a consumer has pending to another",
	Short: "Give what a consumer has pending to another",
	Help: `move gives all that a consumer has pending to the one that --to names, which is created when it doesn't exist. Delivery
counts stay as they are. Whoever held them isn't told, and stays in the group.`,
	Sends: "XPENDING and XCLAIM … JUSTID, a page of up to 500 entries at a time",
	Example: `  streamdesk consumer move workflow.failed db_writers worker-3 --to worker-2 --dry-run
  streamdesk consumer move workflow.failed db_writers worker-3 --to worker-2 --yes`,
	On: Consumer,
	Params: []Param{{
		Name: "to", Label: "Move to", Hint: "what it has pending", Help: "the `consumer` that gets them",
		Needed: "name a consumer: the entries need an owner", Suggest: Consumers, Propose: liveliest,
	}},
	Check: func(t Target, v Values, _ *Plan) error {
		if v["to"] == t.Consumer {
			return fmt.Errorf("--to %s: it is the consumer that has them; name another", t.Consumer)
		}
		return nil
	},
	Make: func(t Target, v Values) Change { return &leaving{Target: t, to: v["to"], moves: true} },
}

// DeleteConsumer moves a consumer's pending entries to another, then removes it from its group.
var DeleteConsumer = Kind{
	Name: "consumer delete", Title: "Delete consumer", Button: "Delete consumer", Does: "delete consumer", Action: "delete a consumer of the group",
	Short: "Delete a consumer that holds nothing",
	Help: `delete removes a consumer from its group. What it has pending would be lost with it, so it is refused as long as it
holds anything; --move-to gives that to another consumer first, which is created when it doesn't exist. Delivery
counts stay as they are.`,
	Sends: "XPENDING and XCLAIM … JUSTID for what is moved, then a script that looks and deletes in one go",
	Example: `  streamdesk consumer delete workflow.failed db_writers worker-3
  streamdesk consumer delete workflow.failed db_writers worker-3 --move-to worker-2 --dry-run
  streamdesk consumer delete workflow.failed db_writers worker-3 --move-to worker-2 --yes`,
	On: Consumer,
	Params: []Param{{
		Name: "move-to", Label: "Move to", Hint: "what it has pending", Help: "give what it has pending to this `consumer` first",
		Needed: "name a consumer: the entries need an owner", Suggest: Consumers, Propose: liveliest,
		Only: func(_ Values, plan *Plan) bool { return plan.Consumer != nil && plan.Consumer.Pending > 0 },
	}},
	Check: func(t Target, v Values, plan *Plan) error {
		switch to := v["move-to"]; {
		case to == t.Consumer:
			return fmt.Errorf("--move-to %s: it is the consumer that goes; name another", to)
		case to == "" && plan.Consumer != nil && plan.Consumer.Pending > 0:
			to = liveliest(plan, nil)
			if to == "" {
				to = "CONSUMER"
			}
			return fmt.Errorf("%s has %s pending, which would be lost with it: move them first with --move-to %s, or acknowledge them",
				t.Consumer, words.Entries(int(plan.Consumer.Pending)), to)
		}
		return nil
	},
	Make: func(t Target, v Values) Change {
		return &leaving{Target: t, to: v["move-to"], moves: v["move-to"] != "", deletes: true}
	},
}

// liveliest returns the most recently active consumer other than the chosen one; "" when there is none.
func liveliest(plan *Plan, _ func(idle time.Duration) bool) string {
	for i := range plan.Consumers {
		if plan.Consumer == nil || plan.Consumers[i].Name != plan.Consumer.Name {
			return plan.Consumers[i].Name
		}
	}
	return ""
}

// leaving is a change of a consumer: its pending entries go to another, or it leaves its group, or both.
type leaving struct {
	Target
	to             string
	moves, deletes bool
	// from is where the next page begins, so that entries that couldn't be moved aren't tried twice. moved is the number of
	// entries moved so far.
	from  model.Position
	moved int64
}

// Look finds out which consumers there are, and what the chosen one has pending.
func (c *leaving) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	if plan.Group, err = LookAtGroup(ctx, on, c.Stream, c.Group); err != nil {
		return plan, err
	}
	plan.Consumers = byActivity(plan.Group.Consumers)
	if i := slices.IndexFunc(plan.Consumers, func(other model.Consumer) bool { return other.Name == c.Consumer }); i >= 0 {
		plan.Consumer = &plan.Consumers[i]
		plan.Costs = []Cost{{Name: "what it has pending", N: model.Exactly(plan.Consumer.Pending)}}
	}
	return plan, nil
}

// byActivity returns the consumers sorted, the most recently active first.
func byActivity(consumers []model.Consumer) []model.Consumer {
	sorted := slices.Clone(consumers)
	sorting.By(sorted, func(a, b *model.Consumer) int { return int((a.Idle - b.Idle).Milliseconds()) })
	return sorted
}

func (c *leaving) Say(plan *Plan) {
	plan.Says, plan.Nothing, plan.Button, plan.Commands = nil, "", "", nil
	holds := int64(0)
	switch held := plan.Consumer; {
	case held != nil:
		holds = held.Pending
		plan.Table = tableOfConsumer(held)
		plan.Says = []string{c.sentence(holds)}
	case plan.Group != nil:
		plan.Says, plan.Nothing = []string{c.Consumer + " is no longer a consumer of " + c.Group + "."}, "it is no longer there"
	}
	switch {
	case plan.Consumer == nil:
	case holds > 0 && c.deletes:
		plan.Button = "Move " + words.Entries(int(holds)) + ", then delete"
	case holds > 0:
		plan.Button = "Move " + words.Entries(int(holds))
	case !c.deletes:
		plan.Nothing = "it has nothing pending"
	}
	if plan.Whole = holds; holds > 0 || !c.deletes {
		plan.Commands = c.move().Commands()
	}
	if c.deletes {
		eval := c.deletion().Commands()[0]
		eval[1] = "script: XGROUP DELCONSUMER unless it has entries pending"
		plan.Commands = append(plan.Commands, eval)
	}
}

// sentence says what happens to the consumer and to the entries that it holds. Their new owner may not be named yet.
func (c *leaving) sentence(holds int64) string {
	to := c.to
	if strings.TrimSpace(to) == "" {
		to = "another consumer"
	}
	switch held := c.Consumer + " has " + words.Entries(int(holds)) + " pending"; {
	case c.deletes && holds > 0:
		return held + ", which would be lost with it: " + to + " gets them first, then it is deleted."
	case c.deletes:
		return c.Consumer + " has nothing pending and leaves " + c.Group + "; nothing is lost, and it comes back if it reads again."
	case holds > 0:
		return held + ": " + to + " gets them, and " + c.Consumer + " isn't told."
	default:
		return c.Consumer + " has nothing pending: there is nothing to move."
	}
}

func tableOfConsumer(c *model.Consumer) Table {
	inactive := "?"
	if c.Inactive.Known {
		inactive = words.Age(time.Duration(c.Inactive.N) * time.Millisecond)
	}
	return Table{
		Heads: []string{"CONSUMER", "PENDING", "IDLE", "INACTIVE"},
		Rows:  [][]string{{c.Name, fmt.Sprint(c.Pending), words.Age(c.Idle), inactive}},
	}
}

func (c *leaving) move() MoveConsumerRequest {
	return MoveConsumerRequest{Stream: c.Stream, Group: c.Group, From: c.Consumer, To: c.to}
}

func (c *leaving) deletion() DeleteConsumerRequest {
	return DeleteConsumerRequest{Stream: c.Stream, Group: c.Group, Consumer: c.Consumer}
}

// Apply moves the entries, one page a step, and then deletes the consumer.
func (c *leaving) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		for at := c; at != nil; {
			step, rest, err := at.step(ctx, on, &plan)
			if rest != nil {
				step.Rest = rest
			}
			if !yield(step, err) || err != nil {
				return
			}
			at = rest
		}
	}
}

// step moves one page. When none is left, it calls end if the consumer is to be deleted.
func (c *leaving) step(ctx context.Context, on Server, plan *Plan) (step Step, rest *leaving, err error) {
	if !c.moves {
		step, err = c.end(ctx, on)
		return step, nil, err
	}
	ids, result, err := c.move().page(ctx, on, c.from)
	after := *c
	after.moved += int64(len(result.Claimed))
	step = Step{Rows: Rows(ids), Receipts: result.Receipts, Did: "moved " + words.Entries(int(after.moved)) + " from " + c.Consumer + " to " + c.to}
	if plan.Whole > 0 {
		step.Did = fmt.Sprintf("moved %s of %s from %s to %s", words.Grouped(after.moved), words.Entries(int(plan.Whole)), c.Consumer, c.to)
	}
	switch n := int64(len(result.Claimed)); {
	case c.deletes:
		step.Moved = &n
	default:
		step.Changed = n
	}
	if len(result.Missed) > 0 {
		step.Aside = words.Entries(len(result.Missed)) + " could not be moved: gone from the stream, or acknowledged meanwhile"
	}
	switch {
	case err != nil:
		return step, nil, err
	case len(ids) > 0:
		after.from = ids[len(ids)-1].Next()
		return step, &after, nil
	case !c.deletes:
		return step, nil, nil
	}
	step, err = c.end(ctx, on)
	return step, nil, err
}

// end deletes the consumer.
func (c *leaving) end(ctx context.Context, on Server) (Step, error) {
	result, err := on.DeleteConsumer(ctx, c.deletion())
	did := "deleted consumer " + c.Consumer + " of " + c.Group
	if c.moves {
		did = "moved " + words.Entries(int(c.moved)) + " to " + c.to + ", " + did
	}
	step := result.step(did, "deleted 0 consumers: "+c.Consumer+" was no longer there", err)
	if c.moves {
		step.Moved = new(int64)
		if err != nil {
			step.Did = "moved " + words.Entries(int(c.moved)) + " from " + c.Consumer + " to " + c.to + "; the consumer stays"
		}
	}
	return step, err
}
