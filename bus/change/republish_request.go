package change

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// RepublishRequest asks for a new entry with the payload of an old one. Every group of the stream it goes to receives
// it as new.
type RepublishRequest struct {
	// Entry is the original.
	Entry model.Entry
	// To is the stream it goes to; default the original's own.
	To string
	// Fields are edited fields that replace the original's; nil keeps the original's, byte for byte and in order.
	Fields []model.Field
	// Provenance adds a field origin=stream/ID that says where it came from; it replaces an earlier one.
	Provenance bool
	// AckGroup is the group in which the original is acknowledged once the new entry is stored; empty acknowledges nothing.
	AckGroup string
}

func (r RepublishRequest) to() string {
	if r.To == "" {
		return r.Entry.Stream
	}
	return r.To
}

func (r RepublishRequest) fields() []model.Field {
	fields := r.Fields
	if fields == nil {
		fields = r.Entry.Fields
	}
	if !r.Provenance {
		return fields
	}
	kept := make([]model.Field, 0, len(fields)+1)
	for _, f := range fields {
		if f.Name != model.FieldOrigin {
			kept = append(kept, f)
		}
	}
	return append(kept, model.Field{Name: model.FieldOrigin, Value: r.Entry.Key().String()})
}

// Commands returns what [Writer.Republish] sends, in order: XADD, then XACK when AckGroup is set.
func (r RepublishRequest) Commands() []model.Command {
	commands := []model.Command{wire.FieldArgs(model.Command{"XADD", r.to(), "*"}, r.fields())}
	if r.AckGroup != "" {
		commands = append(commands, model.Command{"XACK", r.Entry.Stream, r.AckGroup, r.Entry.ID.String()})
	}
	return commands
}

func (r RepublishRequest) validate() error {
	switch err := fault.NeedStream(r.to()); {
	case err != nil:
		return err
	case r.Fields == nil && r.Entry.Fields == nil:
		return fmt.Errorf("%w: nothing is left to republish", model.ErrGone)
	case len(r.fields()) == 0:
		return fault.Request("no fields for %s (an entry needs at least one)", r.to())
	case (r.AckGroup != "" || r.Provenance) && (r.Entry.Stream == "" || r.Entry.ID.IsZero()):
		return fault.Request("no original entry named")
	}
	return nil
}

// RepublishResult is the result of a [RepublishRequest].
type RepublishResult struct {
	// Added is the new entry.
	Added model.Key
	// Acked is 1 when the original was acknowledged, 0 when that wasn't asked for or it was no longer pending.
	Acked    int64
	Receipts []model.Receipt
}

// Republish adds a new entry and then, if AckGroup is set, acknowledges the original: XADD, sent at most once, then XACK. An
// error in between leaves the original pending, with the new entry's key in the result. The error wraps [fault.ErrUncertain] when
// a reply was lost, and [model.ErrGone] when there is nothing to republish.
func (w *Writer) Republish(ctx context.Context, r RepublishRequest) (RepublishResult, error) {
	var result RepublishResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: republish %s: %w", r.Entry.Key(), err)
	}
	commands := r.Commands()
	added, err := w.sendCopy(ctx, commands[0], model.Entry{Stream: r.Entry.Stream, ID: r.Entry.ID, Fields: r.fields()}, &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: republish %s to %s: %w", r.Entry.Key(), r.to(), err)
	}
	result.Added = model.Key{Stream: r.to(), ID: added.Position()}
	if len(commands) == 1 {
		return result, nil
	}
	acked, err := w.send(ctx, commands[1], &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: republish %s: added as %s, but not acknowledged in %s: %w",
			r.Entry.Key(), result.Added, r.AckGroup, err)
	}
	result.Acked = acked.Integer()
	return result, nil
}
