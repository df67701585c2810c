package change

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// AckRequest asks for entries to be acknowledged in a group, on behalf of whichever consumers hold them.
type AckRequest struct {
	Stream, Group string
	IDs           []model.Position
}

// Commands are what [Writer.Ack] sends, in order: one XACK per 500 IDs.
func (r AckRequest) Commands() []model.Command {
	return idCommands(model.Command{"XACK", r.Stream, r.Group}, r.IDs)
}

func (r AckRequest) validate() error {
	if err := fault.NeedGroup(r.Stream, r.Group); err != nil {
		return err
	}
	return fault.NeedIDs(r.Stream, r.IDs)
}

// AckResult is what became of an [AckRequest].
type AckResult struct {
	// Acked is how many of the entries were pending and are no longer. Redis answers 0 too when there is no such
	// stream or group.
	Acked    int64
	Receipts []model.Receipt
}

// Ack acknowledges entries: XACK. With an error the result tells of the commands that went before it; one that wraps
// [fault.ErrUncertain] says that a reply was lost, and asking again does no harm.
func (w *Writer) Ack(ctx context.Context, r AckRequest) (AckResult, error) {
	var result AckResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: ack: %w", err)
	}
	for _, c := range r.Commands() {
		n, err := w.send(ctx, c, &result.Receipts)
		if err != nil {
			return result, fmt.Errorf("bus: ack in group %s on %s: %w", r.Group, r.Stream, err)
		}
		result.Acked += n.Integer()
	}
	return result, nil
}
