package change

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Trim removes the older entries of a stream: the entries that every group has acknowledged, or all but the newest.
var Trim = Kind{
	Name: "trim", Title: "Trim", Button: "Trim", Does: "trim", Action: "trim the stream",
	Short: "Remove the older entries of a stream",
	Help: `trim removes what every group of the stream has acknowledged, and says which group the rest is kept for.
--before goes no further than an ID, a time or some time ago, and is refused where a group still needs what lies before.
--max-len N --hard keeps the newest N, whatever groups have not acknowledged, and says what that costs each.`,
	Sends: `XINFO STREAM and XRANGE to look, and XTRIM: with ACKED from Redis 8.2 on, so that a group that is made or set back in
between loses nothing, and in a script (EVAL) before Redis 6.2, which knows no minimum ID`,
	Example: `  streamdesk trim workflow.progress --dry-run
  streamdesk trim workflow.progress --before 30d --yes
  streamdesk trim workflow.progress --max-len 100000 --hard --approx`,
	On: Stream,
	Params: []Param{
		{
			Name: "hard", Type: Switch, Label: "Hard", Hint: "keep only the newest, acknowledged or not",
			Help: "trim whatever groups have not acknowledged", Looks: true,
		},
		{
			Name: "max-len", Type: Number, Label: "Keep", Hint: "how many entries stay", Needed: "say how many entries stay",
			Help: "keep the newest so `many`; takes --hard", Looks: true, Only: func(v Values, _ *Plan) bool { return v.on("hard") },
		},
		{
			Name: "before", Type: Start, Label: "Before", Hint: "an ID, a time, 30d: go no further",
			Help: "remove only what lies before this `ID`, time, or some time ago", Looks: true, Only: func(v Values, _ *Plan) bool { return !v.on("hard") },
		},
		{
			Name: "approx", Type: Switch, Label: "Approx", Hint: "let Redis keep some more (~), for speed",
			Help: "let Redis keep somewhat more, for speed (~)",
		},
	},
	Check: func(_ Target, v Values, _ *Plan) error {
		switch {
		case v["max-len"] != "" && !v.on("hard"):
			return errors.New("--max-len heeds no group: add --hard to insist, or leave it out to remove what every group has acknowledged")
		case v["max-len"] != "" && v["before"] != "":
			return errors.New("--before and --max-len: give one of the two")
		}
		return nil
	},
	Make: func(t Target, v Values) Change {
		r := TrimRequest{Stream: t.Stream, Hard: v.on("hard"), Approx: v.on("approx")}
		if n := v.number("max-len"); r.Hard && n != nil {
			r.MaxLen = *n
		} else if !r.Hard {
			r.MinID = v.position("before")
		}
		return &trimming{r}
	},
}

type trimming struct{ TrimRequest }

// Look finds out what each group still needs, or what a hard trim would cost it.
func (c *trimming) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	if c.Hard {
		found, err := PlanMaxLen(ctx, on, c.Stream, c.MaxLen)
		for _, cost := range found.Costs {
			plan.Costs = append(plan.Costs, Cost{Name: "what " + cost.Group + " has pending and loses", N: cost.Pending},
				Cost{Name: "what " + cost.Group + " never read and loses", N: cost.Undelivered})
		}
		plan.Found = &found
		return plan, err
	}
	var found TrimPlan
	if c.MinID.IsZero() {
		found, err = PlanTrim(ctx, on, c.Stream)
		plan.Needed = found.MinID
	} else {
		found, err = PlanTrimBefore(ctx, on, c.Stream, c.MinID)
		if unsafe, ok := errors.AsType[*UnsafeTrimError](err); ok {
			err = fmt.Errorf("%w; without that bound it removes what every group has acknowledged", unsafe)
		}
	}
	plan.Found = &found
	return plan, err
}

// request returns the request to send, given the result of the look.
func (c *trimming) request(plan *Plan) TrimRequest {
	r := c.TrimRequest
	if found, ok := plan.Found.(*TrimPlan); ok && !r.Hard {
		r.MinID, r.How = found.MinID, found.How
	}
	return r
}

func (c *trimming) Say(plan *Plan) {
	var goes model.Count
	switch found := plan.Found.(type) {
	case *TrimPlan:
		goes = found.Removable
		plan.Table = tableOfNeeds(found.Groups)
		plan.Says = []string{c.sayHeeding(found)}
		if found.HeldBy != "" && goes != model.Exactly(0) {
			plan.Details = []string{"Nobody can read again what is removed."}
		}
	case *MaxLenPlan:
		goes = model.Exactly(found.Removed)
		plan.Says, plan.Warns = []string{c.sayHard(found)}, costs(found)
	default:
		if !c.Hard {
			plan.Nothing = "what the groups need isn't known"
			return
		}
	}
	plan.Commands = c.request(plan).Commands()
	switch {
	case goes == model.Exactly(0):
		plan.Nothing = "there is nothing to remove"
	case goes.Known:
		plan.Button = "Remove " + words.CountedEntries(goes)
	}
}

func (c *trimming) removes(n model.Count) string {
	if c.Approx {
		return "Removes up to " + words.CountedEntries(n)
	}
	return "Removes " + words.CountedEntries(n)
}

// sayHeeding says what a trim that respects the groups removes, and what stays.
func (c *trimming) sayHeeding(plan *TrimPlan) string {
	removes, stay := c.removes(plan.Removable), model.Exactly(plan.Length).Minus(plan.Removable)
	switch bound := !c.MinID.IsZero(); {
	case bound && plan.HeldBy == "":
		return removes + " before " + c.MinID.String() + "; no group reads this stream, so none waits for any."
	case bound:
		return removes + " before " + c.MinID.String() + ", which every group has acknowledged."
	case plan.HeldBy == "" && stay == model.Exactly(0):
		return removes + ", all there are: no group reads this stream, so none waits for any."
	case plan.HeldBy == "":
		return removes + "; no group reads this stream, so none waits for any."
	case plan.Removable == model.Exactly(0):
		return "Removes nothing: " + plan.HeldBy + " has not acknowledged the oldest entry."
	case stay == model.Exactly(0):
		return removes + ", all there are: every group has acknowledged them."
	default:
		return fmt.Sprintf("%s that every group has acknowledged; %s stay because %s has not.", removes, words.Counted(stay), plan.HeldBy)
	}
}

// sayHard says what a hard trim removes, even if a group still needs it.
func (c *trimming) sayHard(plan *MaxLenPlan) string {
	if plan.Removed == 0 {
		return "Removes nothing: the stream has no more than " + words.Entries(int(plan.MaxLen)) + "."
	}
	return fmt.Sprintf("%s and keeps the newest %s, whoever still needs them.", c.removes(model.Exactly(plan.Removed)), words.Grouped(plan.MaxLen))
}

// costs returns what a hard trim costs each group, one line per group.
func costs(plan *MaxLenPlan) []string {
	var lines []string
	for _, c := range plan.Costs {
		if c.Pending == model.Exactly(0) && c.Undelivered == model.Exactly(0) {
			lines = append(lines, c.Group+" loses nothing.")
			continue
		}
		lines = append(lines, fmt.Sprintf("%s loses %s that it has not acknowledged and %s that it never came to.",
			c.Group, words.CountedEntries(c.Pending), words.Counted(c.Undelivered)))
	}
	return lines
}

// tableOfNeeds returns a table of what each group still needs.
func tableOfNeeds(needs []TrimNeed) Table {
	t := Table{Heads: []string{"GROUP", "PENDING", "LAG", "NEEDS FROM"}, IDs: true}
	for _, n := range needs {
		t.Rows = append(t.Rows, []string{n.Group, words.Grouped(n.Pending), words.Counted(n.Lag), n.From.String()})
	}
	return t
}

func (c *trimming) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		result, err := on.Trim(ctx, c.request(&plan))
		step := Step{Changed: result.Removed, Receipts: result.Receipts}
		if err == nil || result.Removed > 0 {
			step.Did = "trimmed " + c.Stream + ": removed " + words.Entries(int(result.Removed))
		}
		yield(step, err)
	}
}
