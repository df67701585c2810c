package consume

import (
	"context"
	"errors"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// apartPause is the pause between two empty rounds of reads one by one. These reads don't block, and a slot may take minutes
// to move. Twenty rounds a second are little for a node, and the delay of an event isn't noticeable.
const apartPause = 50 * time.Millisecond

// fetchEach reads the streams one by one without blocking. It is used when one of them can't be read and the answer doesn't
// say which, or when their slot is being moved and some have moved already: a command about one key finds its node (ASK).
//
// An entry added meanwhile to a stream that was already read has a lower ID than one found later in the next stream. So
// entries stay parked until another round has brought those before them.
func (r *reader) fetchEach(ctx context.Context, streams, waiting []*stream, count int) error {
	c := r.consumer
	seen := r.sequence.last()
	var entries []model.Entry
	var lost error
	for _, s := range streams {
		answer, err := r.readAlone(ctx, c.readArgs([]*stream{s}, count, 0))
		var refused wire.ServerError
		switch {
		case err == nil:
			r.connected()
			for key, list := range answer.Streams() {
				entries = append(entries, list.Entries(key)...)
			}
		case groupLost(err):
			c.streams.change(func(s *stream) { s.attached, s.lost = false, true }, s)
		case errors.As(err, &refused) && !nodeTrouble(refused):
			c.streamTrouble(s, refused)
		default:
			lost = err
		}
		if lost != nil {
			break
		}
	}
	limit, more := r.sequence.limit(entries, count, waiting)
	if len(entries) < count*len(streams) && (!more || seen.Before(limit)) {
		limit, more = seen, true
	}
	c.send(r.sequence.take(c.enter(c.newDeliveries(entries, nil)), limit, more))
	if lost == nil && len(entries) == 0 && seen.IsZero() {
		wire.Pause(ctx, apartPause)
	}
	return lost
}

// claimEach is [reader.claimPage] with one call per stream, while their slot is being moved.
func (r *reader) claimEach(ctx context.Context, streams []*stream, count int) ([]*delivery, error) {
	var taken []*delivery
	for _, s := range streams {
		answer, err := r.readAlone(ctx, r.consumer.claimReadArgs([]*stream{s}, count))
		var refused wire.ServerError
		switch {
		case err == nil:
			taken = append(taken, r.takeClaimed(answer)...)
		case !errors.As(err, &refused) || nodeTrouble(refused):
			return taken, err
		}
	}
	return taken, nil
}

// readAlone sends an XREADGROUP of one stream through the client, which finds its node. It is sent once: entries in a lost
// reply are pending, and must be recovered.
func (r *reader) readAlone(ctx context.Context, args []any) (wire.Reply, error) {
	return r.consumer.all.conn.OnceOn(ctx, r.link.client, args)
}
