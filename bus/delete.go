package bus

import (
	"context"
	"fmt"

	"streamdesk/model"
)

// DeleteRequest asks for entries to be deleted from a stream, for every group and reader at once. Groups that have
// them pending keep rows that stand for nothing.
type DeleteRequest struct {
	Stream string
	IDs    []model.Position
}

// Commands are what [Bus.Delete] sends, in order: one XDEL per 500 IDs.
func (r DeleteRequest) Commands() []Command { return idCommands(Command{"XDEL", r.Stream}, r.IDs) }

func (r DeleteRequest) validate() error {
	if err := needStream(r.Stream); err != nil {
		return err
	}
	return needIDs(r.Stream, r.IDs)
}

// DeleteResult is what became of a [DeleteRequest].
type DeleteResult struct {
	// Deleted is how many of the entries were there and no longer are.
	Deleted  int64
	Receipts []Receipt
}

// Delete deletes entries: XDEL. With an error the result tells of the commands that went before it; one that wraps
// [ErrUncertain] says that a reply was lost, and asking again does no harm.
func (b *Bus) Delete(ctx context.Context, r DeleteRequest) (DeleteResult, error) {
	var result DeleteResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: delete: %w", err)
	}
	for _, c := range r.Commands() {
		n, err := b.change(ctx, c, &result.Receipts)
		if err != nil {
			return result, fmt.Errorf("bus: delete from %s: %w", r.Stream, err)
		}
		result.Deleted += n.integer()
	}
	return result, nil
}
