package bus

import (
	"context"
	"fmt"
	"time"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/model"
)

// WithChores sets whether this bus does the periodic work of the bus while it consumes; default true. It adds scheduled events to
// their streams when they are due ([Bus.PublishAt]). Any number of processes may do so: each event is added once. It sends SCAN
// every five seconds, and EVAL every second for each stream with scheduled events.
func WithChores(on bool) Option { return func(b *Bus) { b.chores.Off = !on } }

// PublishAt schedules e: it is added to its stream when at is reached by the server's clock ([observe.Reader.Now]), or at once when
// that is past. It waits in a sorted set beside the stream (ZADD scheduled:{<stream>}), and is added by whichever process consumes
// from the bus then (EVAL, see [WithChores]), exactly once. While none does, it stays where it is, and is added late. 'streamdesk
// scheduled' lists and cancels it by its ID, which is in the result.
//
// An empty ID becomes a UUIDv7, a zero Timestamp is at. It is encoded and partitioned now, as by [Bus.Publish], but passes neither
// the buffer nor the local handlers. Errors: those of events that aren't accepted, as for Publish; those of the server; and
// [fault.ErrUncertain] when the reply was lost: scheduling the same event for the same time again does no harm until then.
func (b *Bus) PublishAt(ctx context.Context, e model.Event, at time.Time) (model.Scheduled, error) {
	if err := fault.NeedContext(ctx); err != nil {
		return model.Scheduled{}, fmt.Errorf("bus: schedule %s: %w", e.Type, err)
	}
	if b.closed.Load() {
		return model.Scheduled{}, fmt.Errorf("bus: schedule %s: %w", e.Type, ErrClosed)
	}
	if at.IsZero() {
		return model.Scheduled{}, fmt.Errorf("bus: schedule %s: %w", e.Type, fault.Request("no time given (say when it is due)"))
	}
	stream, text, err := b.writer.Encode(&e, at)
	if err != nil {
		return model.Scheduled{}, err
	}
	request := change.AppendRequest{
		Stream: stream, Fields: []model.Field{{Name: model.FieldData, Value: text}}, Due: at, EventID: e.ID,
	}
	if _, err := b.changes.Append(ctx, request); err != nil {
		return model.Scheduled{}, err
	}
	b.duties.Notice(stream)
	return model.Scheduled{Stream: stream, ID: e.ID, Due: time.UnixMilli(at.UnixMilli()), Fields: request.Fields}, nil
}
