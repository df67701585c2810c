package change

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// DeleteRequest asks for entries to be deleted from a stream, for every group and reader at once. Groups that have them pending
// keep rows for entries that no longer exist, unless References is set.
type DeleteRequest struct {
	Stream string
	IDs    []model.Position
	// References also removes the entries from every group's pending entries list, including entries that were deleted earlier
	// (XDELEX … DELREF, Redis 8.2: see [model.Capabilities]).
	References bool
}

// Commands returns what [Writer.Delete] sends, in order: one XDEL, or XDELEX, per 500 IDs.
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

// DeleteResult is the result of a [DeleteRequest].
type DeleteResult struct {
	// Deleted is the number of entries that existed and no longer do.
	Deleted  int64
	Receipts []model.Receipt
}

// Delete deletes entries: XDEL, or XDELEX … DELREF. On an error, the result covers the commands sent before it. An error that
// wraps [fault.ErrUncertain] means that a reply was lost; sending the request again does no harm.
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
