package observe

import (
	"cmp"
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Range reads max count entries of a stream, oldest first, from and to included. A zero from is the beginning; a zero to is the
// end. A stream that doesn't exist has no entries. It sends one XRANGE. The error wraps [fault.ErrRequest] for a range that is
// reversed or a count under 1.
func (rd *Reader) Range(ctx context.Context, stream string, from, to model.Position, count int) ([]model.Entry, error) {
	if to.IsZero() {
		to = model.MaxPosition
	}
	var reversed error
	if to.Before(from) {
		reversed = fault.Request("the range ends at %s, before it begins at %s (swap them)", to, from)
	}
	return rd.readRange(ctx, stream, count, reversed, wire.Range(stream, from, to, count))
}

// RangeBack reads max count entries of a stream, newest first. From is the newer end and to the older, both included; a zero from
// is the end of the stream, a zero to its beginning. It sends one XREVRANGE. The error wraps [fault.ErrRequest] for a range that
// is reversed or a count under 1.
func (rd *Reader) RangeBack(ctx context.Context, stream string, from, to model.Position, count int) ([]model.Entry, error) {
	if from.IsZero() {
		from = model.MaxPosition
	}
	var reversed error
	if from.Before(to) {
		reversed = fault.Request("the range begins at %s, the older end (begin at the newer one)", from)
	}
	return rd.readRange(ctx, stream, count, reversed, wire.RangeBack(stream, from, to, count))
}

func (rd *Reader) readRange(ctx context.Context, stream string, count int, reversed error, read wire.Read) ([]model.Entry, error) {
	err := cmp.Or(fault.NeedStream(stream), reversed)
	if err == nil && count < 1 {
		err = fault.Request("a count of %d (ask for at least 1)", count)
	}
	if err != nil {
		return nil, fmt.Errorf("bus: range %s: %w", stream, err)
	}
	r, err := rd.look.Do(ctx, read)
	if err != nil {
		return nil, fmt.Errorf("bus: range %s: %w", stream, err)
	}
	return r.Entries(stream), nil
}
