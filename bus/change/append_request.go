package change

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// AppendRequest asks for one entry to be added to a stream by hand, with its fields unchanged, now or when it is due.
type AppendRequest struct {
	Stream string
	// Fields are written in order, repeated names included.
	Fields []model.Field
	// Due is when the entry is to be added by the server's clock, in whole milliseconds; zero means now.
	Due time.Time
	// EventID is the ID by which an entry that waits can be cancelled; only needed with Due.
	EventID string
}

// Commands returns what [Writer.Append] sends: one XADD, or a ZADD to what is scheduled for the stream.
func (r AppendRequest) Commands() []model.Command {
	if r.Due.IsZero() {
		return []model.Command{wire.FieldArgs(model.Command{"XADD", r.Stream, "*"}, r.Fields)}
	}
	s := r.scheduled()
	return []model.Command{{"ZADD", model.ScheduledKey(r.Stream), strconv.FormatInt(r.Due.UnixMilli(), 10), s.Member()}}
}

func (r AppendRequest) scheduled() model.Scheduled {
	return model.Scheduled{Stream: r.Stream, ID: r.EventID, Due: time.UnixMilli(r.Due.UnixMilli()), Fields: r.Fields}
}

func (r AppendRequest) validate() error {
	switch err := fault.NeedStream(r.Stream); {
	case err != nil:
		return err
	case len(r.Fields) == 0:
		return fault.Request("no fields for %s (an entry needs at least one)", r.Stream)
	case r.Due.IsZero():
		return nil
	case r.EventID == "":
		return fault.Request("no ID for what is scheduled for %s (give the event's, so that it can be cancelled)", r.Stream)
	case len(r.Fields) > model.MaxScheduledFields:
		return fault.Request("%d fields for %s (at most %d can be scheduled)", len(r.Fields), r.Stream, model.MaxScheduledFields)
	case r.Due.Before(time.UnixMilli(0)) || r.Due.Year() > lastYear:
		return fault.Request("%s is due in the year %d (want 1970 to %d)", r.Stream, r.Due.Year(), lastYear)
	case wire.KeySlot(model.ScheduledKey(r.Stream)) != wire.KeySlot(r.Stream):
		return fault.Request("nothing can be scheduled for %s: the braces in its name put %s into another hash slot (name the stream without them)",
			r.Stream, model.ScheduledKey(r.Stream))
	}
	return nil
}

// lastYear is the last year that a time can be written with four digits.
const lastYear = 9999

// AppendResult is the result of an [AppendRequest].
type AppendResult struct {
	// ID is the ID of the new entry; zero when it is scheduled.
	ID       model.Position
	Receipts []model.Receipt
}

// Append adds one entry: XADD, sent at most once; or ZADD for one that is due later, which whoever consumes from the bus adds
// then. The error wraps [fault.ErrUncertain] when the reply was lost: the entry may have been added.
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
