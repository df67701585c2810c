package publish

import (
	"context"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// verifyPage entries are compared in one round trip, and verifyPages round trips are made at most for one stream: the
// stream would have had to grow by ten thousand entries while the connection was made again.
const (
	verifyPage  = 500
	verifyPages = 20
)

// maxLastIDs bounds how many streams' last IDs the writer remembers.
const maxLastIDs = 4096

// verify finds out which of the events whose reply was lost are in their streams. It first makes sure that nothing on
// its way on the old connection can still arrive (CLIENT KILL), and then looks for the payloads among the entries added
// since the last one whose ID is known (XRANGE). What is found is done, what is certainly not there is sent again as if
// for the first time, and so is what the server would know again ([bus.WithIdempotence]). What can't be told is sent again too,
// with the same event ID, when it was buffered; and fails with [fault.ErrUncertain] when somebody waits for it.
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

// find marks the items as published whose payload is in the stream. complete says that all entries were looked at that
// can be theirs: from the last one whose ID is known on, or all that the stream ever had. Where it was trimmed meanwhile,
// theirs may have been among what went.
func (l *lane) find(ctx context.Context, b *batch, stream string, items []*outgoing) (complete bool, err error) {
	wanted := make(map[string]*outgoing, len(items))
	for _, item := range items {
		wanted[string(b.arena[item.start:item.end])] = item
	}
	last, known := l.last[stream]
	from := model.Position{}
	if known {
		position, err := model.ParsePosition(last)
		if err != nil {
			return false, err
		}
		from = position // inclusive: as long as it is there, nothing behind it was trimmed
	}
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
				l.succeed(item, e.ID.String())
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

// neverTrimmed says that the server is known to have every entry that the stream was ever given (Redis 7).
func (l *lane) neverTrimmed(ctx context.Context, stream string) bool {
	info, err := l.inquire(ctx, "XINFO", "STREAM", stream)
	if wire.ErrorWord(err) == "ERR" { // there is no such key
		return true
	}
	added, told := info.Get("entries-added")
	return err == nil && told && added.Integer() == info.Field("length").Integer()
}

// remember notes the last ID that a stream is known to have had, and tells consumers of a stream that may be new.
func (l *lane) remember(stream, id string) {
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
