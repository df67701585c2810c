package change

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// RequeueRequest asks for a dead letter to go back to the stream it came from, as a new entry with the original's fields.
type RequeueRequest struct {
	Letter model.DeadLetter
}

// Commands returns what [Writer.Requeue] sends, in order.
func (r RequeueRequest) Commands() []model.Command {
	return []model.Command{
		wire.FieldArgs(model.Command{"XADD", r.Letter.Origin.Stream, "*"}, r.Letter.Original),
		{"XDEL", r.Letter.Entry.Stream, r.Letter.Entry.ID.String()},
	}
}

func (r RequeueRequest) validate() error {
	switch {
	case r.Letter.Entry.Stream == "" || r.Letter.Entry.ID.IsZero():
		return fault.Request("no dead letter given")
	case r.Letter.Origin.Stream == "":
		return fault.Request("it doesn't say which stream it came from (republish it to the stream it belongs to)")
	case len(r.Letter.Original) == 0:
		return fmt.Errorf("%w: no fields are left to add", model.ErrGone)
	}
	return nil
}

// RequeueResult is the result of a [RequeueRequest].
type RequeueResult struct {
	// Added is the new entry, in the stream the dead letter came from.
	Added model.Key
	// Deleted is 1, or 0 when someone else deleted the dead letter meanwhile.
	Deleted  int64
	Receipts []model.Receipt
}

// Requeue adds the original of a dead letter to its stream again, where every group receives it, and then deletes the dead
// letter: XADD, XDEL. An error in between leaves both, with the new entry's key in the result. An error that wraps
// [fault.ErrUncertain] means that a reply was lost.
func (w *Writer) Requeue(ctx context.Context, r RequeueRequest) (RequeueResult, error) {
	var result RequeueResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: requeue %s: %w", r.Letter.Entry.Key(), err)
	}
	commands := r.Commands()
	original := model.Entry{Stream: r.Letter.Entry.Stream, ID: r.Letter.Entry.ID, Fields: r.Letter.Original}
	added, err := w.sendCopy(ctx, commands[0], original, &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: requeue %s: add to %s: %w", r.Letter.Entry.Key(), r.Letter.Origin.Stream, err)
	}
	result.Added = model.Key{Stream: r.Letter.Origin.Stream, ID: added.Position()}
	deleted, err := w.send(ctx, commands[1], &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: requeue %s: added as %s, but the dead letter was not deleted: %w",
			r.Letter.Entry.Key(), result.Added, err)
	}
	result.Deleted = deleted.Integer()
	return result, nil
}
