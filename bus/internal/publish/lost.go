package publish

import (
	"context"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// review checks, on a new connection, that the server has the events published over the former one. It reports lost ones
// once.
func (l *lane) review(ctx context.Context) error {
	if l.conn.conn == nil || l.conn.reviewed || len(l.last) == 0 {
		return nil // a cluster's client has many connections
	}
	role, err := l.inquire(ctx, "ROLE")
	switch {
	case wire.OnlyConnection(err) != nil:
		return err
	case role.At(0).Text == "slave":
		return nil // it may be behind, and accepts no events anyway
	}
	for stream, last := range l.last {
		never, after, err := l.neverHad(ctx, stream, last)
		switch {
		case wire.OnlyConnection(err) != nil:
			return err
		case !never:
			continue
		case after.IsZero():
			delete(l.last, stream)
		default:
			l.last[stream] = after
		}
		lost := &fault.LostError{Stream: stream, After: after, Last: last}
		l.writer.failures.addLost(lost)
		if hook := l.writer.hooks.Lost; hook != nil {
			hook(lost)
		}
	}
	l.conn.reviewed = true
	return nil
}

// neverHad reports whether the server certainly never had an entry that was once in a stream, and if so, the last entry
// before it. A trimmed or deleted entry proves nothing. Neither does a missing stream, unless Sentinel may have named another
// server.
func (l *lane) neverHad(ctx context.Context, stream string, id model.Position) (never bool, before model.Position, err error) {
	info, err := l.inquire(ctx, "XINFO", "STREAM", stream)
	switch {
	case wire.ErrorWord(err) == "ERR": // there is no such key
		return l.writer.server.Followed(), before, nil
	case err != nil:
		return false, before, err
	}
	if last := info.Field("last-generated-id").Position(); last.Before(id) {
		return true, last, nil
	}
	deleted, told := info.Get("max-deleted-entry-id")
	if !told || !deleted.Position().Before(id) || !info.Field("first-entry").At(0).Position().Before(id) {
		return false, before, nil
	}
	newest, err := l.inquire(ctx, "XREVRANGE", stream, id.String(), "-", "COUNT", 1)
	before = newest.At(0).At(0).Position()
	return err == nil && before.Before(id) && !before.IsZero(), before, err
}
