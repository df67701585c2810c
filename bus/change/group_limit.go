package change

import (
	"context"
	"iter"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
)

// LimitGroup limits how many events per second a consumer group is given, on all streams of the bus together.
var LimitGroup = Kind{
	Name: "limit", Title: "Limit group", Button: "Set the limit", Does: "limit group", Action: "limit the group's events per second",
	Short: "Limit how many events per second a consumer group is given",
	Help: `limit sets how many events a second all consumers of a group together are given, over all streams and processes.
RATE is 200/s, 30/min, 500/h, or off for no limit. It stays until it is set again. What a consumer tries again by
itself isn't counted anew. ` + heeds,
	Sends: "HSET, or DEL for no limit",
	Example: `  streamdesk limit db_writers 200/s
  streamdesk limit db_writers off --yes
  streamdesk limit db_writers 30/min --dry-run`,
	On: GroupEverywhere,
	Params: []Param{{
		Name: "rate", Argument: true, Type: Rate, Label: "Rate", Hint: "200/s, 30/min, off", Propose: currentRate,
		Needed: "say how many a second, such as 200/s, or off",
	}},
	Make: func(t Target, v Values) Change {
		rate, err := model.ParseRate(v["rate"])
		return &limiting{group: t.Group, perSecond: rate, valid: err == nil}
	},
}

// currentRate returns the limit that is set, as a person writes it; empty without one.
func currentRate(plan *Plan, _ func(time.Duration) bool) string {
	found := plan.standing()
	if found == nil || found.control.PerSecond == 0 {
		return ""
	}
	return model.RateText(found.control.PerSecond) + "/s"
}

type limiting struct {
	group     string
	perSecond float64
	valid     bool
}

func (c *limiting) Look(ctx context.Context, on Reader) (Plan, error) {
	return lookAtControl(ctx, on, c.group)
}

// command returns the command that sets the limit. What was given out by an earlier one is forgotten.
func (c *limiting) command(prefix string) model.Command {
	key := model.LimitKey(prefix, c.group)
	if c.perSecond == 0 {
		return model.Command{"DEL", key}
	}
	return model.Command{"HSET", key, model.FieldPerSecond, model.RateText(c.perSecond), model.FieldPaid, ""}
}

// perSecondText writes a rate for people.
func perSecondText(rate float64) string {
	if rate == 0 {
		return "no limit"
	}
	return words.PerSecond(rate)
}

func (c *limiting) Say(plan *Plan) {
	found := plan.standing()
	plan.Says, plan.Commands = nil, nil
	if found == nil || !c.valid {
		return
	}
	plan.Commands = []model.Command{c.command(found.prefix)}
	if c.perSecond == 0 {
		plan.Says = []string{c.group + " will be given events as fast as its consumers handle them."}
	} else {
		plan.Says = []string{"All consumers of " + c.group + " together will be given " + perSecondText(c.perSecond) + " at most."}
	}
	plan.Details = []string{"So far: " + perSecondText(found.control.PerSecond) + ". " + heeds}
}

func (c *limiting) Apply(ctx context.Context, on Server, _ Plan) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		if !c.valid {
			yield(Step{}, model.ErrRate)
			return
		}
		counts, receipts, err := on.Together(ctx, c.command(on.Prefix()))
		result := GroupResult{Changed: err == nil && (c.perSecond > 0 || len(counts) > 0 && counts[0] > 0), Receipts: receipts}
		yield(result.step("limited "+c.group+" to "+perSecondText(c.perSecond), "limited nothing: "+c.group+" had no limit", err), err)
	}
}
