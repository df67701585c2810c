package change

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Cancel takes back an event that is scheduled and hasn't been added to its stream. It is not among the [Kinds], because nothing
// on the desk but the list of what is scheduled leads to it.
var Cancel = Kind{
	Name: "scheduled cancel", Title: "Cancel what is scheduled", Button: "Cancel the event", Past: "cancelled", Does: "cancel a scheduled event of",
	Action: "cancel the scheduled event",
	Short:  "Cancel a scheduled event",
	Help: `cancel takes back an event that is scheduled for a stream and hasn't been added to it, by its event ID, which publish
prints and 'streamdesk scheduled' lists. One that was added meanwhile is in its stream, and stays there.`,
	Sends: "ZRANGE to look, and ZREM",
	Example: `  streamdesk scheduled cancel workflow.cancelled 0199c2f4-6d0e-7b1c-9a53-5f1d5c3f0a11 --dry-run
  streamdesk scheduled cancel workflow.cancelled 0199c2f4-6d0e-7b1c-9a53-5f1d5c3f0a11 --yes`,
	On: Stream, Unborn: true,
	Params: []Param{{
		Name: "id", Argument: true, Label: "Event ID", Hint: "as the list of what is scheduled has it", Help: "the event's `ID`",
		Needed: "name the event by its ID", Looks: true,
	}},
	Make: func(t Target, v Values) Change { return &cancelling{stream: t.Stream, id: v["id"]} },
}

// CancelOf is [Cancel] with the ID of an event filled in.
func CancelOf(id string) *Kind {
	kind := Cancel
	kind.Params = slices.Clone(Cancel.Params)
	kind.Params[0].Default = id
	return &kind
}

type cancelling struct{ stream, id string }

// Look finds the event.
func (c *cancelling) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	found, err := on.FindScheduled(ctx, c.stream, c.id)
	plan.Found = found
	return plan, err
}

func (c *cancelling) Say(plan *Plan) {
	found, looked := plan.Found.([]model.Scheduled)
	plan.Says, plan.Commands, plan.Nothing = nil, commandsOf(c.stream, found), ""
	switch {
	case !looked:
		plan.Nothing = "what is scheduled isn't known"
	case len(found) == 0:
		plan.Nothing = fmt.Sprintf("no event %s is scheduled for %s (any more)", c.id, c.stream)
	default:
		due := found[0].Due.UTC().Format("2006-01-02 15:04:05 MST")
		plan.Says = []string{fmt.Sprintf("The event that is due at %s is not added to %s.", due, c.stream)}
		if len(found) > 1 {
			plan.Says = []string{fmt.Sprintf("%s under this ID, the first due at %s, are not added to %s.", words.Plural(len(found), "event"), due, c.stream)}
		}
	}
}

func commandsOf(stream string, found []model.Scheduled) []model.Command {
	if len(found) == 0 {
		return nil
	}
	command := model.Command{"ZREM", model.ScheduledKey(stream)}
	for i := range found {
		command = append(command, found[i].Member())
	}
	return []model.Command{command}
}

// Apply removes the event. Without a plan it looks first.
func (c *cancelling) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		found, looked := plan.Found.([]model.Scheduled)
		if !looked {
			var err error
			if found, err = on.FindScheduled(ctx, c.stream, c.id); err != nil {
				yield(Step{}, err)
				return
			}
		}
		if len(found) == 0 {
			yield(Step{}, fmt.Errorf("no event %s is scheduled for %s (any more): 'streamdesk scheduled' lists those there are", c.id, c.stream))
			return
		}
		counts, receipts, err := on.Together(ctx, commandsOf(c.stream, found)...)
		step := Step{Receipts: receipts}
		if err == nil && len(counts) > 0 && counts[0] > 0 {
			step.Changed, step.Did = counts[0], "cancelled event "+c.id+", which was scheduled for "+c.stream
		} else if err == nil && len(counts) > 0 && len(receipts) > 0 && receipts[0].Reply != "" {
			err = fmt.Errorf("event %s was added to %s meanwhile: nothing is cancelled", c.id, c.stream)
		}
		yield(step, err)
	}
}
