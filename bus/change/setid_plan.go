package change

import (
	"context"
	"fmt"

	"streamdesk/bus/observe"
	"streamdesk/model"
)

// SetIDPlan is what moving a group's last-delivered ID would do.
type SetIDPlan struct {
	Stream, Group string
	// From is where the group stands, To where it would.
	From, To model.Position
	// Redelivered is how many entries that were delivered once would be delivered again; Skipped is how many that
	// weren't would never be. One of them is 0. Estimated when there are very many.
	Redelivered, Skipped model.Count
	// Pending is how many entries stay pending, whatever the ID.
	Pending int64
}

// PlanSetID says what [Writer.SetGroupID] would do: XINFO STREAM … FULL, and XRANGE pages of up to 20,000 entries to
// count. It changes nothing. The error wraps [fault.ErrNoStream] or [fault.ErrNoGroup] when there is none.
func PlanSetID(ctx context.Context, rd *observe.Reader, r SetGroupIDRequest) (SetIDPlan, error) {
	plan := SetIDPlan{Stream: r.Stream, Group: r.Group, To: r.ID}
	stream, group, err := rd.LookAt(ctx, r.Stream, r.Group)
	if err != nil {
		return plan, fmt.Errorf("bus: plan to set the ID of group %s on %s: %w", r.Group, r.Stream, err)
	}
	if plan.To == model.MaxPosition {
		plan.To = stream.Last
	}
	plan.From, plan.Pending = group.LastDelivered, group.Pending
	plan.Redelivered, plan.Skipped = model.Exactly(0), model.Exactly(0)
	if plan.To.Before(plan.From) {
		plan.Redelivered, err = rd.CountBetween(ctx, stream, plan.To.Next(), plan.From)
	} else if plan.To.After(plan.From) {
		plan.Skipped, err = countUndelivered(ctx, rd, stream, group, plan.To)
	}
	if err != nil {
		return plan, fmt.Errorf("bus: plan to set the ID of group %s on %s: %w", r.Group, r.Stream, err)
	}
	return plan, nil
}

// countUndelivered is how many entries up to a position a group hasn't come to yet.
func countUndelivered(ctx context.Context, rd *observe.Reader, s *model.Stream, g *model.Group, to model.Position) (model.Count, error) {
	if g.Lag.Known && !to.Before(s.Last) {
		return g.Lag, nil // up to the end: the server's own number
	}
	return rd.CountBetween(ctx, s, g.LastDelivered.Next(), to)
}
