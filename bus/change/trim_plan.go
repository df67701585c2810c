package change

import (
	"context"
	"fmt"

	"streamdesk/model"
)

// TrimPlan says how far a stream can be trimmed without removing entries that a group hasn't acknowledged.
type TrimPlan struct {
	Stream string
	// Length is the number of entries.
	Length int64
	// MinID is the safe minimum: every entry before it has been acknowledged in all groups. Without groups it is the position
	// after the last entry.
	MinID model.Position
	// How is the method to remove entries before MinID on this server.
	How TrimMethod
	// HeldBy is the group that needs the entry at MinID; empty when there are no groups.
	HeldBy string
	// Removable is the number of entries before MinID; estimated when there are very many.
	Removable model.Count
	// Groups say what each group needs, sorted by name.
	Groups []TrimNeed
}

// TrimNeed is the part of a stream that a group still needs.
type TrimNeed struct {
	Group string
	// From is the first position it needs: its oldest pending entry, or the one after its last delivered.
	From model.Position
	// Pending is the number of entries it has not acknowledged, Lag the number it has not reached yet.
	Pending int64
	Lag     model.Count
}

// PlanTrim computes the safe minimum ID of a stream over all its groups: XINFO STREAM … FULL, and XRANGE pages of up to 20,000
// entries to count the entries before it. It changes nothing. The error wraps [fault.ErrNoStream] when there is no stream.
func PlanTrim(ctx context.Context, on Reader, stream string) (TrimPlan, error) {
	s, _, err := on.LookAt(ctx, stream, "")
	if err != nil {
		return TrimPlan{Stream: stream}, fmt.Errorf("bus: plan to trim %s: %w", stream, err)
	}
	plan := planTrim(s)
	if plan.How, err = trimMethod(ctx, on); err != nil {
		return plan, fmt.Errorf("bus: plan to trim %s: %w", stream, err)
	}
	if plan.Removable, err = countBefore(ctx, on, s, plan); err != nil {
		return plan, fmt.Errorf("bus: plan to trim %s: %w", stream, err)
	}
	return plan, nil
}

// PlanTrimBefore returns the number of entries before a position that a person has chosen, and the needs of the groups as in
// [PlanTrim]: XINFO STREAM … FULL, and XRANGE pages to count. It changes nothing. The error wraps [fault.ErrNoStream] when there
// is no stream, and [ErrTrimUnsafe] when a group still needs entries before the position.
func PlanTrimBefore(ctx context.Context, on Reader, stream string, minID model.Position) (TrimPlan, error) {
	s, _, err := on.LookAt(ctx, stream, "")
	if err != nil {
		return TrimPlan{Stream: stream}, fmt.Errorf("bus: plan to trim %s: %w", stream, err)
	}
	plan := planTrim(s)
	if err = plan.allows(minID); err == nil {
		plan.MinID = minID
		plan.Removable, err = on.CountBetween(ctx, s, model.Position{}, minID.Prev())
	}
	if err == nil {
		plan.How, err = trimMethod(ctx, on)
	}
	if err != nil {
		return plan, fmt.Errorf("bus: plan to trim %s: %w", stream, err)
	}
	return plan, nil
}

// allows returns an error when a trim to a position would remove entries that a group needs; otherwise nil.
func (p *TrimPlan) allows(minID model.Position) error {
	if p.HeldBy != "" && minID.After(p.MinID) {
		return &UnsafeTrimError{MinID: minID, Safe: p.MinID, Group: p.HeldBy}
	}
	return nil
}

// planTrim returns the plan without the number of removable entries.
func planTrim(s *model.Stream) TrimPlan {
	plan := TrimPlan{Stream: s.Key, Length: s.Length, MinID: s.Last.Next()}
	for i := range s.Groups {
		g := &s.Groups[i]
		need := TrimNeed{Group: g.Name, From: g.LastDelivered.Next(), Pending: g.Pending, Lag: g.Lag}
		if g.Oldest != nil && g.Oldest.ID.Before(need.From) {
			need.From = g.Oldest.ID
		}
		plan.Groups = append(plan.Groups, need)
		if plan.HeldBy == "" || need.From.Before(plan.MinID) {
			plan.MinID, plan.HeldBy = need.From, g.Name
		}
	}
	return plan
}

// countBefore returns the number of entries before the plan's minimum.
func countBefore(ctx context.Context, on Reader, s *model.Stream, plan TrimPlan) (model.Count, error) {
	for _, need := range plan.Groups {
		if need.Group == plan.HeldBy && need.Pending == 0 && need.Lag.Known {
			// All entries that the group has reached: computed from two of the server's own numbers in one reply.
			return model.Exactly(s.Length).Minus(need.Lag), nil
		}
	}
	if plan.MinID.IsZero() {
		return model.Exactly(0), nil
	}
	return on.CountBetween(ctx, s, model.Position{}, plan.MinID.Prev())
}

// MaxLenPlan says what a hard maximum length would cost.
type MaxLenPlan struct {
	Stream string
	// MaxLen is the number of entries that would stay, Removed the number that would go.
	MaxLen, Removed int64
	// MinID is the first entry that would stay; zero when none goes or none stays. Estimated is set when there were too many
	// entries to search, so MinID and the costs are estimates.
	MinID     model.Position
	Estimated bool
	// Costs say what each group would lose, sorted by name.
	Costs []TrimCost
}

// TrimCost is the loss of one group.
type TrimCost struct {
	Group string
	// Pending is the number of removed entries that the group has not acknowledged, Undelivered the number that it never reached.
	Pending, Undelivered model.Count
}

// PlanMaxLen computes what trimming a stream to its newest n entries would cost each group: XINFO STREAM … FULL, then pages of
// XRANGE or XREVRANGE and XPENDING, each bounded. It changes nothing. The error wraps [fault.ErrNoStream] when there is no
// stream.
func PlanMaxLen(ctx context.Context, on Reader, stream string, n int64) (MaxLenPlan, error) {
	plan := MaxLenPlan{Stream: stream, MaxLen: n}
	err := needLength(n)
	var s *model.Stream
	if err == nil {
		s, _, err = on.LookAt(ctx, stream, "")
	}
	if err == nil {
		err = planMaxLen(ctx, on, s, &plan)
	}
	if err != nil {
		return plan, fmt.Errorf("bus: plan to trim %s to %d entries: %w", stream, n, err)
	}
	return plan, nil
}

func planMaxLen(ctx context.Context, on Reader, s *model.Stream, plan *MaxLenPlan) (err error) {
	plan.Removed = max(s.Length-plan.MaxLen, 0)
	end := s.Last.Next() // everything before it goes
	switch {
	case plan.Removed == 0:
		end = model.Position{}
	case plan.MaxLen > 0:
		if plan.MinID, plan.Estimated, err = on.EntryAt(ctx, s, plan.Removed); err != nil {
			return err
		}
		end = plan.MinID
	}
	for i := range s.Groups {
		g := &s.Groups[i]
		cost := TrimCost{Group: g.Name, Pending: model.Exactly(0), Undelivered: model.Exactly(0)}
		if plan.Removed > 0 {
			if cost.Pending, err = on.PendingBefore(ctx, s.Key, g, end); err != nil {
				return err
			}
			if g.Lag.Known {
				cost.Undelivered = model.Exactly(max(g.Lag.N-plan.MaxLen, 0))
			} else if cost.Undelivered, err = on.CountBetween(ctx, s, g.LastDelivered.Next(), end.Prev()); err != nil {
				return err
			}
			cost.Pending.Estimated = cost.Pending.Estimated || plan.Estimated
			cost.Undelivered.Estimated = cost.Undelivered.Estimated || (plan.Estimated && !g.Lag.Known)
		}
		plan.Costs = append(plan.Costs, cost)
	}
	return nil
}
