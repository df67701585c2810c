package bus

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Range reads at most count entries of a stream, oldest first, from and to included. A zero from is the beginning; a
// zero to is the end. A stream that doesn't exist has no entries. It sends one XRANGE. The error wraps
// [fault.ErrRequest] for a range that is reversed or a count under 1.
func (rd *Reader) Range(ctx context.Context, stream string, from, to model.Position, count int) ([]model.Entry, error) {
	if to.IsZero() {
		to = model.MaxPosition
	}
	return rd.readRange(ctx, "XRANGE", stream, from, to, count)
}

// RangeBack reads at most count entries of a stream, newest first. From is the newer end and to the older, both
// included; a zero from is the end of the stream, a zero to its beginning. It sends one XREVRANGE. The error wraps
// [fault.ErrRequest] for a range that is reversed or a count under 1.
func (rd *Reader) RangeBack(ctx context.Context, stream string, from, to model.Position, count int) ([]model.Entry, error) {
	if from.IsZero() {
		from = model.MaxPosition
	}
	return rd.readRange(ctx, "XREVRANGE", stream, from, to, count)
}

func (rd *Reader) readRange(
	ctx context.Context, command, stream string, from, to model.Position, count int,
) ([]model.Entry, error) {
	err := fault.NeedStream(stream)
	switch {
	case err != nil:
	case command == "XRANGE" && to.Before(from):
		err = fault.Request("the range ends at %s, before it begins at %s (swap them)", to, from)
	case command == "XREVRANGE" && from.Before(to):
		err = fault.Request("the range begins at %s, the older end (begin at the newer one)", from)
	case count < 1:
		err = fault.Request("a count of %d (ask for at least 1)", count)
	}
	if err != nil {
		return nil, fmt.Errorf("bus: range %s: %w", stream, err)
	}
	r, err := rd.conn.Do(ctx, wire.RangeArgs(command, stream, from, to, count)...)
	if err != nil {
		return nil, fmt.Errorf("bus: range %s: %w", stream, err)
	}
	return r.Entries(stream), nil
}
