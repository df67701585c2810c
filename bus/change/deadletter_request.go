package change

import (
	"cmp"
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// DeadLetterRequest asks for an entry to be given up in a group: written to the dead-letter stream, then acknowledged.
type DeadLetterRequest struct {
	// Entry is the whole entry; its fields are kept byte for byte.
	Entry model.Entry
	// Group is the group that gives it up. Other groups keep it pending.
	Group string
	// Reason is written beside the entry.
	Reason string
	// Deliveries is the number of times the group has delivered it.
	Deliveries int64
	// To is the key of the dead-letter stream; default [observe.Reader.DeadLetterKey].
	To string
}

// Commands returns what [Writer.DeadLetter] sends, in order. Without To they name the stream of [model.DeadLetterKey].
func (r DeadLetterRequest) Commands() []model.Command {
	add := model.Command{"XADD", cmp.Or(r.To, model.DeadLetterKey(r.Entry.Stream)), "*"}
	return []model.Command{
		wire.FieldArgs(add, model.DeadLetterFields(r.Entry, r.Group, r.Reason, r.Deliveries)),
		{"XACK", r.Entry.Stream, r.Group, r.Entry.ID.String()},
	}
}

func (r DeadLetterRequest) validate() error {
	switch err := fault.NeedGroup(r.Entry.Stream, r.Group); {
	case err != nil:
		return err
	case r.Entry.ID.IsZero():
		return fault.Request("no entry ID on %s", r.Entry.Stream)
	case r.Entry.Fields == nil:
		return fmt.Errorf("%w: nothing is left to keep; acknowledge it instead", model.ErrGone)
	}
	return nil
}

// DeadLetterResult is the result of a [DeadLetterRequest].
type DeadLetterResult struct {
	// Letter is the key of the dead letter.
	Letter model.Key
	// Acked is 1, or 0 when that ID was no longer pending in the group.
	Acked    int64
	Receipts []model.Receipt
}

// DeadLetter gives an entry up in a group: XADD to the dead-letter stream, then XACK. The entry is acknowledged only after the
// dead letter is stored. An error in between leaves it pending, with the dead letter's key in the result. The error wraps
// [model.ErrGone] when the entry's fields are gone, and [fault.ErrUncertain] when a reply was lost.
func (w *Writer) DeadLetter(ctx context.Context, r DeadLetterRequest) (DeadLetterResult, error) {
	var result DeadLetterResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: dead-letter %s: %w", r.Entry.Key(), err)
	}
	r.To = cmp.Or(r.To, w.reader.DeadLetterKey(r.Entry.Stream))
	commands := r.Commands()
	added, err := w.sendCopy(ctx, commands[0], r.Entry, &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: dead-letter %s: add to %s: %w", r.Entry.Key(), r.To, err)
	}
	result.Letter = model.Key{Stream: r.To, ID: added.Position()}
	acked, err := w.send(ctx, commands[1], &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: dead-letter %s: written to %s, but not acknowledged in %s: %w",
			r.Entry.Key(), result.Letter, r.Group, err)
	}
	result.Acked = acked.Integer()
	return result, nil
}
