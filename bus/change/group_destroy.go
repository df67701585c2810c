package change

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/model/words"
)

// DestroyGroup destroys a consumer group and all its state.
var DestroyGroup = Kind{
	Name: "group destroy", Title: "Destroy group", Button: "Destroy the group", Does: "destroy group", Action: "destroy the group",
	Short: "Destroy a consumer group, with all it knows",
	Help: `destroy destroys a consumer group: its consumers, what they have pending and where it stood. Nothing brings that
back, so on a terminal the group's name has to be typed.`,
	Sends: "XGROUP DESTROY",
	Example: `  streamdesk group destroy workflow.failed db_writers
  streamdesk group destroy workflow.failed db_writers --dry-run
  streamdesk group destroy workflow.failed db_writers --yes --output json`,
	On: Group, Typed: "its pending list goes with it",
	Make: func(t Target, _ Values) Change { return &groupDestruction{t} },
}

type groupDestruction struct{ Target }

func (c *groupDestruction) request() DestroyGroupRequest {
	return DestroyGroupRequest{Stream: c.Stream, Group: c.Group}
}

// Look finds out what the group would lose.
func (c *groupDestruction) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	if plan.Group, err = LookAtGroup(ctx, on, c.Stream, c.Group); err != nil {
		return plan, err
	}
	plan.Costs = []Cost{
		{Name: "what it has pending", N: model.Exactly(plan.Group.Pending)},
		{Name: "its lag", N: plan.Group.Lag},
		{Name: "its consumers", N: model.Exactly(int64(len(plan.Group.Consumers)))},
	}
	return plan, nil
}

// LookAtGroup returns the current state of one group.
func LookAtGroup(ctx context.Context, on Reader, stream, group string) (*model.Group, error) {
	snapshot, err := on.Snapshot(ctx, []string{stream})
	if err != nil {
		return nil, err
	}
	if s := snapshot.Stream(stream); s != nil {
		if s.Problem != "" {
			return nil, errors.New(s.Problem)
		}
		if g := s.Group(group); g != nil {
			return g, nil
		}
	}
	return nil, fmt.Errorf("%w: %s on %s", fault.ErrNoGroup, group, stream)
}

func (c *groupDestruction) Say(plan *Plan) {
	plan.Commands = c.request().Commands()
	g := plan.Group
	if g == nil {
		return
	}
	plan.Says = []string{fmt.Sprintf("%s will never handle %s it has pending and %s it has not come to yet, and forgets where it stood.",
		c.Group, words.Entries(int(g.Pending)), words.Counted(g.Lag))}
	switch n := len(g.Consumers); n {
	case 0:
		plan.Warns = nil
	case 1:
		plan.Warns = []string{"It has 1 consumer, which isn't told: its next read fails."}
	default:
		plan.Warns = []string{fmt.Sprintf("It has %d consumers, which aren't told: their next reads fail.", n)}
	}
}

func (c *groupDestruction) Apply(ctx context.Context, on Server, _ Plan) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		result, err := on.DestroyGroup(ctx, c.request())
		yield(result.step("destroyed group "+c.Group, "destroyed 0 groups: "+c.Group+" was no longer there", err), err)
	}
}
