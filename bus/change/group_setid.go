package change

import (
	"context"
	"fmt"
	"iter"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
)

// AfterHelp says what a group's position can be.
const AfterHelp = "0 for the whole stream, $ for what is added from now on, an entry ID, or a time (or '10m ago') of\nwhich everything that was added since is delivered"

// SetGroupID moves the position from which a group continues.
var SetGroupID = Kind{
	Name: "group setid", Title: "Set ID", Button: "Set the ID", Does: "set the ID of group", Action: "set the group's ID: deliver again, or skip",
	Short: "Set from where a group goes on",
	Help: `setid moves a group's last-delivered ID: to an earlier position, and it delivers again what lies behind that; to a
later one, and it skips what lies before. What is pending stays pending. POSITION is ` + AfterHelp + `.`,
	Sends: "XGROUP SETID, with ENTRIESREAD where that can be told exactly, so that the server still knows the lag",
	Example: `  streamdesk group setid workflow.failed db_writers '10m ago'
  streamdesk group setid workflow.failed db_writers 2025-11-05T13:00:00Z --dry-run
  streamdesk group setid workflow.failed db_writers '$' --yes`,
	On: Group,
	Params: []Param{
		{Name: "position", Argument: true, Type: Position, Label: "Go on after", Hint: "0, $, an ID, a time", Looks: true},
	},
	Make: func(t Target, v Values) Change {
		return &settingID{SetGroupIDRequest{Stream: t.Stream, Group: t.Group, ID: v.position("position")}}
	},
}

type settingID struct{ SetGroupIDRequest }

// Look counts the entries that would be delivered again or skipped, and finds out what the server must be told for the lag.
func (c *settingID) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	found, err := PlanSetID(ctx, on, c.SetGroupIDRequest)
	if err != nil {
		return plan, err
	}
	found.Request = CountRead(ctx, on, c.SetGroupIDRequest)
	plan.Found = &found
	plan.Costs = []Cost{{Name: "what it delivers again", N: found.Redelivered}, {Name: "what it skips", N: found.Skipped}}
	return plan, nil
}

// request returns the request to send. It includes what the look counted, if there was one.
func (c *settingID) request(plan *Plan) SetGroupIDRequest {
	if found, ok := plan.Found.(*SetIDPlan); ok {
		return found.Request
	}
	return c.SetGroupIDRequest
}

func (c *settingID) Say(plan *Plan) {
	plan.Commands = c.request(plan).Commands()
	found, ok := plan.Found.(*SetIDPlan)
	if !ok {
		return
	}
	switch {
	case found.Redelivered != model.Exactly(0):
		plan.Says = []string{c.Group + " will deliver " + words.CountedEntries(found.Redelivered) + " again."}
	case found.Skipped != model.Exactly(0):
		plan.Says = []string{c.Group + " will skip " + words.CountedEntries(found.Skipped) + " nobody of this group has read."}
	default:
		plan.Says = []string{c.Group + " will deliver nothing again, and skip nothing."}
	}
	plan.Details = []string{"It stands at " + dated(found.From) + " and would at " + dated(found.To) + "."}
	if found.Pending > 0 {
		plan.Details = append(plan.Details, "What is pending stays pending: "+words.Entries(int(found.Pending))+".")
	}
}

// dated formats an ID, with the time when its entry was added if the ID contains one.
func dated(id model.Position) string {
	if id.IsZero() || !id.Dated() {
		return id.String()
	}
	return id.String() + " (" + id.Clock(time.UTC, time.RFC3339) + ")"
}

// GoesOn says in words which entries a group at that position is given.
func GoesOn(at model.Position) string {
	switch at {
	case model.Position{}:
		return "from the beginning of the stream"
	case model.MaxPosition:
		return "with what is added from now on"
	default:
		return "after " + at.String()
	}
}

func (c *settingID) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		result, err := on.SetGroupID(ctx, c.request(&plan))
		yield(result.step(c.Group+" goes on "+GoesOn(c.ID), "", err), err)
	}
}

// SetIDPlan is what moving a group's last-delivered ID would do.
type SetIDPlan struct {
	// Request is the request, completed by [CountRead].
	Request SetGroupIDRequest
	// From is the group's current position, To the new one.
	From, To model.Position
	// Redelivered is the number of delivered entries that would be delivered again. Skipped is the number of undelivered entries
	// that would never be delivered. One of the two is 0. Estimated when there are very many.
	Redelivered, Skipped model.Count
	// Pending is the number of entries that stay pending, whatever the ID.
	Pending int64
}

// PlanSetID returns what [Writer.SetGroupID] would do: XINFO STREAM … FULL, and XRANGE pages of up to 20,000 entries to count. It
// changes nothing. The error wraps [fault.ErrNoStream] or [fault.ErrNoGroup] when the stream or group doesn't exist.
func PlanSetID(ctx context.Context, on Reader, r SetGroupIDRequest) (SetIDPlan, error) {
	plan := SetIDPlan{Request: r, To: r.ID}
	stream, group, err := on.LookAt(ctx, r.Stream, r.Group)
	if err != nil {
		return plan, fmt.Errorf("bus: plan to set the ID of group %s on %s: %w", r.Group, r.Stream, err)
	}
	if plan.To == model.MaxPosition {
		plan.To = stream.Last
	}
	plan.From, plan.Pending = group.LastDelivered, group.Pending
	plan.Redelivered, plan.Skipped = model.Exactly(0), model.Exactly(0)
	switch {
	case plan.To.Before(plan.From):
		plan.Redelivered, err = on.CountBetween(ctx, stream, plan.To.Next(), plan.From)
	case plan.To == plan.From:
	case group.Lag.Known && !plan.To.Before(stream.Last):
		plan.Skipped = group.Lag // up to the end: the server's own number
	default:
		plan.Skipped, err = on.CountBetween(ctx, stream, plan.From.Next(), plan.To)
	}
	if err != nil {
		return plan, fmt.Errorf("bus: plan to set the ID of group %s on %s: %w", r.Group, r.Stream, err)
	}
	return plan, nil
}
