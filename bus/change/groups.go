package change

import (
	"context"
	"fmt"
	"strconv"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// groupBound formats a group's position: "$" for the end of the stream, "0" for its beginning.
func groupBound(at model.Position) string {
	switch at {
	case model.MaxPosition:
		return "$"
	case model.Position{}:
		return "0"
	default:
		return at.String()
	}
}

// CreateGroupRequest asks for a new consumer group.
type CreateGroupRequest struct {
	Stream, Group string
	// At is the position after which the group begins: zero for the whole stream, [model.MaxPosition] for entries added from now
	// on ("$").
	At model.Position
	// MkStream creates the stream when it doesn't exist.
	MkStream bool
	// EntriesRead is the number of entries ever added to the stream up to At. Redis 7 computes the group's lag from it; unknown
	// leaves that to the server.
	EntriesRead model.Count
}

// Commands returns what [Writer.CreateGroup] sends: one XGROUP CREATE.
func (r CreateGroupRequest) Commands() []model.Command {
	c := model.Command{"XGROUP", "CREATE", r.Stream, r.Group, groupBound(r.At)}
	if r.MkStream {
		c = append(c, "MKSTREAM")
	}
	if r.EntriesRead.Known {
		c = append(c, "ENTRIESREAD", strconv.FormatInt(r.EntriesRead.N, 10))
	}
	return []model.Command{c}
}

// GroupResult is the result of a request about a group.
type GroupResult struct {
	// Changed is false when there was nothing to change.
	Changed  bool
	Receipts []model.Receipt
}

// step returns the result of a request about a group as a step: done or not describes it in words.
func (r GroupResult) step(done, not string, err error) Step {
	step := Step{Receipts: r.Receipts}
	switch {
	case err != nil:
	case r.Changed:
		step.Changed, step.Did = 1, done
	default:
		step.Did = not
	}
	return step
}

// CreateGroup creates a consumer group: XGROUP CREATE. The error wraps [fault.ErrGroupExists] when the group exists, and
// [fault.ErrNoStream] when there is no stream and MkStream isn't set.
func (w *Writer) CreateGroup(ctx context.Context, r CreateGroupRequest) (GroupResult, error) {
	return w.changeGroup(ctx, "create", r.Stream, r.Group, r.Commands()[0])
}

// DestroyGroupRequest asks for a consumer group to be destroyed, with its consumers and everything they hold pending.
type DestroyGroupRequest struct {
	Stream, Group string
}

// Commands returns what [Writer.DestroyGroup] sends: one XGROUP DESTROY.
func (r DestroyGroupRequest) Commands() []model.Command {
	return []model.Command{{"XGROUP", "DESTROY", r.Stream, r.Group}}
}

// DestroyGroup destroys a consumer group: XGROUP DESTROY. Changed is false when there was no such group; the error wraps
// [fault.ErrNoStream] when there is no stream.
func (w *Writer) DestroyGroup(ctx context.Context, r DestroyGroupRequest) (GroupResult, error) {
	return w.changeGroup(ctx, "destroy", r.Stream, r.Group, r.Commands()[0])
}

func (w *Writer) changeGroup(ctx context.Context, what, stream, group string, c model.Command) (GroupResult, error) {
	var result GroupResult
	if err := fault.NeedGroup(stream, group); err != nil {
		return result, fmt.Errorf("bus: %s group: %w", what, err)
	}
	r, err := w.send(ctx, c, &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: %s group %s on %s: %w", what, group, stream, wire.GroupError(err))
	}
	result.Changed = r.Kind == wire.KindText || r.Integer() > 0
	return result, nil
}
