package change

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// DeleteRequest asks for entries to be deleted from a stream, for every group and reader at once. Groups that have
// them pending keep rows that stand for nothing, unless References go too.
type DeleteRequest struct {
	Stream string
	IDs    []model.Position
	// References has the entries cleared from every group's pending entries list as well, also those that were deleted before
	// (XDELEX … DELREF, Redis 8.2: see [model.Capabilities]).
	References bool
}

// Commands are what [Writer.Delete] sends, in order: one XDEL, or XDELEX, per 500 IDs.
func (r DeleteRequest) Commands() []model.Command {
	if !r.References {
		return idCommands(model.Command{"XDEL", r.Stream}, r.IDs)
	}
	var commands []model.Command
	for _, c := range idCommands(nil, r.IDs) {
		commands = append(commands, append(model.Command{"XDELEX", r.Stream, "DELREF", "IDS", itoa(len(c))}, c...))
	}
	return commands
}

func (r DeleteRequest) validate() error {
	if err := fault.NeedStream(r.Stream); err != nil {
		return err
	}
	return fault.NeedIDs(r.Stream, r.IDs)
}

// DeleteResult is what became of a [DeleteRequest].
type DeleteResult struct {
	// Deleted is how many of the entries were there and no longer are.
	Deleted  int64
	Receipts []model.Receipt
}

// Delete deletes entries: XDEL, or XDELEX … DELREF. With an error the result tells of the commands that went before it; one that wraps
// [fault.ErrUncertain] says that a reply was lost, and asking again does no harm.
func (w *Writer) Delete(ctx context.Context, r DeleteRequest) (DeleteResult, error) {
	var result DeleteResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: delete: %w", err)
	}
	for _, c := range r.Commands() {
		n, err := w.send(ctx, c, &result.Receipts)
		if err != nil {
			return result, fmt.Errorf("bus: delete from %s: %w", r.Stream, err)
		}
		result.Deleted += n.Deleted()
	}
	return result, nil
}
