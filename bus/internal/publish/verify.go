package publish

import (
	"context"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// verifyPage is the number of entries compared in one round trip, and verifyPages the max number of round trips for one
// stream: ten thousand entries, more than a stream grows by while the connection is made again.
const (
	verifyPage  = 500
	verifyPages = 20
)

// maxLastIDs is the max number of streams whose last ID the writer remembers.
const maxLastIDs = 4096

// verify finds out which of the events whose reply was lost are in their streams. It first ensures that nothing sent on the
// old connection can still arrive (CLIENT KILL). Then it looks for the payloads among the entries added since the last known
// ID (XRANGE). Events found are done. Events that are certainly absent are sent again, and so are those that the server would
// recognize ([bus.WithIdempotence]). Others are also sent again when buffered, with the same event ID; they fail with
// [fault.ErrUncertain] when a caller waits for them.
func (l *lane) verify(ctx context.Context, b *batch) error {
	unsure := make(map[string][]*outgoing)
	for i := range b.items {
		if item := &b.items[i]; !item.done && item.unsure != nil {
			unsure[item.key()] = append(unsure[item.key()], item)
		}
	}
	if len(unsure) == 0 {
		return nil
	}
	certain := l.conn.silence(ctx)
	for stream, items := range unsure {
		complete, err := l.find(ctx, b, stream, items)
		if wire.OnlyConnection(err) != nil {
			return err
		}
		safe := certain && complete
		if !safe {
			if safe, err = l.remembered(ctx, b, stream); err != nil {
				return err
			}
		}
		for _, item := range items {
			switch {
			case item.done:
			case item.wait == nil || safe:
				if !safe {
					l.writer.Counters.Resent.Add(1)
				}
				item.unsure = nil
			default:
				l.fail(item, wire.Uncertain(item.unsure))
			}
		}
	}
	return nil
}

// find marks the items as published whose payload is in the stream. complete reports whether all entries that can be theirs
// were compared: from the last known ID on, or all that the stream ever had. It is false when the stream was trimmed
// meanwhile, because theirs may have been trimmed too.
func (l *lane) find(ctx context.Context, b *batch, stream string, items []*outgoing) (complete bool, err error) {
	wanted := make(map[string]*outgoing, len(items))
	for _, item := range items {
		wanted[string(b.arena[item.start:item.end])] = item
	}
	from, known := l.last[stream] // inclusive: as long as it is there, nothing after it was trimmed
	whole := false
	for page := range verifyPages {
		var entries []model.Entry
		if known {
			entries, err = l.rangeOf(ctx, "XRANGE", stream, from.String(), "+")
		} else {
			entries, err = l.rangeOf(ctx, "XREVRANGE", stream, "+", "-")
		}
		if err != nil {
			return false, err
		}
		for _, e := range entries {
			payload, _ := e.Field(model.FieldData)
			if item := wanted[payload]; item != nil && !item.done {
				l.succeed(item, e.ID)
			}
		}
		switch {
		case !known:
			return len(entries) < verifyPage && l.neverTrimmed(ctx, stream), nil
		case page == 0:
			whole = len(entries) > 0 && entries[0].ID == from
		}
		if len(entries) < verifyPage {
			return whole, nil
		}
		from = entries[len(entries)-1].ID.Next()
	}
	return false, nil
}

func (l *lane) rangeOf(ctx context.Context, command, stream, from, to string) ([]model.Entry, error) {
	answer, err := l.inquire(ctx, command, stream, from, to, "COUNT", verifyPage)
	return answer.Entries(stream), err
}

// neverTrimmed reports whether the server is known to have every entry ever added to the stream (Redis 7).
func (l *lane) neverTrimmed(ctx context.Context, stream string) bool {
	info, err := l.inquire(ctx, "XINFO", "STREAM", stream)
	if wire.ErrorWord(err) == "ERR" { // there is no such key
		return true
	}
	added, told := info.Get("entries-added")
	return err == nil && told && added.Integer() == info.Field("length").Integer()
}

// remember records the last known ID of a stream, and notifies consumers of a stream that may be new.
func (l *lane) remember(stream string, id model.Position) {
	before := len(l.last)
	l.last[stream] = id
	if len(l.last) == before {
		return
	}
	if before >= maxLastIDs {
		clear(l.last)
		l.last[stream] = id
	}
	l.writer.noticed(stream)
}
