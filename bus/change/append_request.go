package change

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// AppendRequest asks for one entry to be added to a stream by hand, with its fields unchanged.
type AppendRequest struct {
	Stream string
	// Fields are written in order, repeated names included.
	Fields []model.Field
}

// Commands returns what [Writer.Append] sends: one XADD.
func (r AppendRequest) Commands() []model.Command {
	return []model.Command{wire.FieldArgs(model.Command{"XADD", r.Stream, "*"}, r.Fields)}
}

func (r AppendRequest) validate() error {
	switch err := fault.NeedStream(r.Stream); {
	case err != nil:
		return err
	case len(r.Fields) == 0:
		return fault.Request("no fields for %s (an entry needs at least one)", r.Stream)
	}
	return nil
}

// AppendResult is the result of an [AppendRequest].
type AppendResult struct {
	// ID is the ID of the new entry.
	ID       model.Position
	Receipts []model.Receipt
}

// Append adds one entry: XADD, sent at most once. The error wraps [fault.ErrUncertain] when the reply was lost: the entry may
// have been added.
func (w *Writer) Append(ctx context.Context, r AppendRequest) (AppendResult, error) {
	var result AppendResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: append: %w", err)
	}
	added, err := w.send(ctx, r.Commands()[0], &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: append to %s: %w", r.Stream, err)
	}
	result.ID = added.Position()
	return result, nil
}
