package change

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// AckRequest asks for entries to be acknowledged in a group, whichever consumers hold them.
type AckRequest struct {
	Stream, Group string
	IDs           []model.Position
}

// Commands returns what [Writer.Ack] sends, in order: one XACK per 500 IDs.
func (r AckRequest) Commands() []model.Command {
	return idCommands(model.Command{"XACK", r.Stream, r.Group}, r.IDs)
}

func (r AckRequest) validate() error {
	if err := fault.NeedGroup(r.Stream, r.Group); err != nil {
		return err
	}
	return fault.NeedIDs(r.Stream, r.IDs)
}

// AckResult is the result of an [AckRequest].
type AckResult struct {
	// Acked is the number of entries that were pending and no longer are. It is also 0 when there is no such stream or group.
	Acked    int64
	Receipts []model.Receipt
}

// Ack acknowledges entries: XACK. On an error, the result covers the commands sent before it. An error that wraps
// [fault.ErrUncertain] means that a reply was lost; sending the request again does no harm.
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
