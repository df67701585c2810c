package change

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Claim gives pending entries to another consumer.
var Claim = Kind{
	Name: "claim", Title: "Claim", Past: "claimed", Does: "claim", Action: "claim for another consumer",
	Short: "Give pending entries to another consumer",
	Help: `claim gives pending entries to the consumer that --for names, which is created when it doesn't exist. Whoever
held them isn't told. --min-idle leaves alone what has been touched more recently. An entry that is gone from the
stream can't be claimed: from Redis 7 on, claiming drops it from the pending entries.`,
	Sends: "XCLAIM, and before that XPENDING for each entry",
	Example: `  streamdesk claim workflow.failed db_writers --for worker-2 1762341000000-0
  streamdesk claim audit.failed db_writers --for worker-2 --consumer worker-3 --idle 5m --just-id
  streamdesk pending audit.failed db_writers --idle 1h --output json |
    streamdesk claim - --for worker-2 --yes`,
	On: Pending,
	Params: []Param{
		{
			Name: "for", Label: "Consumer", Help: "the `consumer` that gets them",
			Needed: "name a consumer: the entries need an owner", Suggest: Consumers, Propose: liveConsumer,
		},
		{
			Name: "min-idle", Type: Age, Label: "Min idle", Hint: "not what was touched since", Propose: roundIdle,
			Help: "leave alone what was touched in the last so `long`",
		},
		{Name: "set-idle", Type: Age, Label: "Set idle", Hint: "empty: as just delivered", Help: "the idle `time` they have then (default 0s)"},
		{
			Name: "set-deliveries", Type: Number, Label: "Deliveries", Hint: "empty: one more than now",
			Help: "the delivery `count` they have then (default one more)",
		},
		{Name: "force", Type: Switch, Label: "Force", Hint: "also what nobody has pending", Help: "also entries that nobody has pending"},
		{Name: "just-id", Type: Switch, Label: "Just ID", Hint: "leave the delivery count alone", Help: "leave the delivery count alone"},
	},
	Make: func(t Target, v Values) Change { return newClaiming(t, v) },
}

type claiming struct {
	pending
	like ClaimRequest // without the entries
}

func newClaiming(t Target, v Values) *claiming {
	r := ClaimRequest{
		Stream: t.Stream, Group: t.Group, Consumer: v["for"], SetIdle: v.age("set-idle"), RetryCount: v.number("set-deliveries"),
		Force: v.on("force"), JustID: v.on("just-id"),
	}
	if idle := v.age("min-idle"); idle != nil {
		r.MinIdle = *idle
	}
	return &claiming{pending{t}, r}
}

func (c *claiming) request(ids []model.Position) ClaimRequest {
	r := c.like
	r.IDs = ids
	return r
}

// defaultConsumer gets the entries when no other consumer is suitable.
const defaultConsumer = "streamdesk"

// liveConsumer returns the most recently active consumer that doesn't hold any of the entries yet.
func liveConsumer(plan *Plan, untouched func(idle time.Duration) bool) string {
	for _, c := range plan.Consumers {
		holds := slices.ContainsFunc(plan.Holdings, func(h Holding) bool { return h.Consumer == c.Name })
		if !holds && !untouched(c.Idle) {
			return c.Name
		}
	}
	return defaultConsumer
}

// roundIdle returns the longest round time that all held entries have been idle for. As min idle it protects entries that are
// delivered again meanwhile.
func roundIdle(plan *Plan, _ func(time.Duration) bool) string {
	shortest := time.Duration(-1)
	for i := range plan.Holdings {
		if h := &plan.Holdings[i]; h.State == Held && (shortest < 0 || h.Idle < shortest) {
			shortest = h.Idle
		}
	}
	for _, round := range []struct {
		d    time.Duration
		text string
	}{{time.Hour, "1h"}, {10 * time.Minute, "10m"}, {time.Minute, "1m"}, {10 * time.Second, "10s"}, {time.Second, "1s"}} {
		if shortest >= round.d {
			return round.text
		}
	}
	return "0s"
}

// Look finds out who holds the entries, and which consumers there are.
func (c *claiming) Look(ctx context.Context, on Reader) (Plan, error) {
	plan, err := c.pending.Look(ctx, on)
	if err != nil {
		return plan, err
	}
	snapshot, err := on.Snapshot(ctx, []string{c.Stream})
	if err != nil {
		return plan, err
	}
	if s := snapshot.Stream(c.Stream); s != nil {
		if g := s.Group(c.Group); g != nil {
			plan.Consumers = byActivity(g.Consumers)
		}
	}
	return plan, nil
}

func (c *claiming) Say(plan *Plan) {
	plan.Says, plan.Warns, plan.Whom = nil, nil, " for "+c.like.Consumer
	if strings.TrimSpace(c.like.Consumer) == "" {
		return
	}
	plan.Says = []string{c.sentence(c.owners(plan))}
	switch gone := Count(plan.Holdings).Gone; {
	case gone == 1 && len(c.Rows) == 1:
		plan.Warns = append(plan.Warns, "It is gone from the stream: the claim drops it from the pending entries instead.")
	case gone > 0:
		plan.Warns = append(plan.Warns, words.Grouped(int64(gone))+" of them are gone from the stream: the claim drops those from the pending entries.")
	}
	if len(plan.Consumers) > 0 && !slices.ContainsFunc(plan.Consumers, func(known model.Consumer) bool { return known.Name == c.like.Consumer }) {
		plan.Warns = append(plan.Warns, c.like.Consumer+" isn't a consumer of this group yet: the claim creates it.")
	}
	plan.Warns = append(plan.Warns, Busy(plan.Holdings)...)
	c.preview(plan, func(ids []model.Position) []model.Command { return c.request(ids).Commands() })
}

// sentence returns a sentence that says who will own the entries, and who isn't told.
func (c *claiming) sentence(owners []string) string {
	text := c.like.Consumer + " will own " + words.These(len(c.Rows))
	switch {
	case len(owners) == 1 && owners[0] == c.like.Consumer:
		return text + ", as it does now."
	case len(owners) == 1:
		return text + " instead of " + owners[0] + ", which isn't told."
	case len(owners) > 1:
		return text + fmt.Sprintf(" instead of %d consumers, which aren't told.", len(owners))
	default:
		return text + "."
	}
}

// owners returns the consumers that hold the entries, each once.
func (c *claiming) owners(plan *Plan) []string {
	var owners []string
	seen := map[string]bool{"": true}
	for _, row := range append(rowsOf(plan.Holdings), c.Rows...) {
		if !seen[row.Consumer] {
			seen[row.Consumer] = true
			owners = append(owners, row.Consumer)
		}
	}
	return owners
}

func (c *claiming) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	size := payloadBatch // XCLAIM returns the entries
	if c.like.JustID {
		size = idBatch
	}
	return c.inBatches(plan, size, func(before []Holding) (Step, error) {
		same, left, err := c.asTheyWere(ctx, on, plan, before)
		if c.like.Force {
			left = slices.DeleteFunc(left, func(o Outcome) bool {
				if o.Outcome == NotPending {
					same = append(same, model.Pending{ID: o.ID})
				}
				return o.Outcome == NotPending
			})
		}
		step := Step{Left: left}
		if err != nil || len(same) == 0 {
			return step, err
		}
		result, err := on.Claim(ctx, c.request(idsOf(same)))
		step.Changed, step.Receipts = int64(len(result.Claimed)), result.Receipts
		for _, id := range result.Claimed {
			step.Outcomes = append(step.Outcomes, Outcome{ID: id, Outcome: Claim.Past})
		}
		if err != nil || len(result.Missed) == 0 || len(plan.Holdings) == 0 && !c.Known {
			return step, err
		}
		missed, err := c.whyMissed(ctx, on, result.Missed)
		step.Outcomes = append(step.Outcomes, missed...)
		return step, err
	})
}

// whyMissed finds out why entries that were asked for were not claimed.
func (c *claiming) whyMissed(ctx context.Context, on Reader, ids []model.Position) ([]Outcome, error) {
	now, err := on.PendingOf(ctx, c.Stream, c.Group, ids)
	if err != nil {
		return nil, err
	}
	var outcomes []Outcome
	var others []model.Position
	still := map[model.Position]bool{}
	for i, id := range ids {
		if still[id] = !now[i].ID.IsZero(); still[id] && now[i].Idle < c.like.MinIdle {
			outcomes = append(outcomes, Outcome{ID: id, Outcome: TooRecent})
			continue
		}
		others = append(others, id)
	}
	why, err := whyNotPending(ctx, on, c.Stream, others)
	for _, o := range why {
		if still[o.ID] && o.Outcome == NotPending { // somebody else was faster; before Redis 7, a gone entry stays pending, too
			o.Outcome = Moved
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, err
}
