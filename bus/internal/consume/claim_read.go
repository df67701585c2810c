package consume

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// A server with XREADGROUP … CLAIM (Redis 8.4) also keeps a group's pending entries ordered by idle time, and finds idle ones
// without scanning the list. The call reads new entries too, so the reader makes it: the sweep triggers it, and the reader
// sends it between two of its reads, in their order.

// It doesn't find entries that were deleted while pending. Every eighth sweep looks for those, over some ten thousand rows,
// ten milliseconds of the server's time; the next one goes on where it stopped. It asks for an idle time that no entry has,
// so that all other entries stay with their consumers.
const (
	deletedSweeps = 8
	deletedCalls  = 10
	neverIdle     = math.MaxInt64 / 2
)

// clearDeleted removes entries that were deleted while pending from the list, with an XAUTOCLAIM that claims none.
func (c *consumer) clearDeleted(ctx context.Context, s *stream) {
	s.sweeps++
	if s.sweeps%deletedSweeps != 1 {
		return
	}
	for range deletedCalls {
		answer, err := c.do(ctx, "XAUTOCLAIM", s.key, c.group, c.name, neverIdle, s.cursor, "COUNT", claimPage)
		if err != nil || ctx.Err() != nil {
			return // the reader reports what is wrong with the stream or the server
		}
		c.tellCleared(s, answer)
		if s.cursor = cmp.Or(answer.At(0).Text, startCursor); s.cursor == startCursor {
			return
		}
	}
}

// claimsByRead reports whether the readers claim others' idle entries.
func (c *consumer) claimsByRead(ctx context.Context) bool {
	if c.withoutReadClaim.Load() {
		return false
	}
	can, err := c.all.conn.Capabilities(ctx)
	return err == nil && can.ReadClaims
}

// askReader asks a stream's reader to claim others' idle entries. It returns false when the reader has not done so since the
// last sweep, because it is busy or blocked and can't be unblocked: the sweep has to claim then.
func (s *stream) askReader(now time.Time) bool { return s.claimDue.Swap(&now) == nil }

// wakeReaders unblocks the readers of the streams.
func (c *consumer) wakeReaders(ctx context.Context, streams []*stream) {
	c.readersLock.Lock()
	readers := slices.Collect(maps.Keys(c.readers))
	c.readersLock.Unlock()
	for _, r := range readers {
		if slices.ContainsFunc(streams, r.mine) {
			r.link.interrupt(ctx)
		}
	}
}

// enlist registers the reader to be woken, until leave is called.
func (c *consumer) enlist(r *reader) (leave func()) {
	c.readersLock.Lock()
	defer c.readersLock.Unlock()
	c.readers[r] = struct{}{}
	return func() {
		c.readersLock.Lock()
		defer c.readersLock.Unlock()
		delete(c.readers, r)
	}
}

// claimsDue returns the streams on which the reader is asked to claim. A request older than a stall may be from before one,
// after which live consumers get time to reset their idle times; it is left to the sweep.
func (c *consumer) claimsDue(streams []*stream) []*stream {
	var due []*stream
	for _, s := range streams {
		if asked := s.claimDue.Load(); asked != nil && time.Since(*asked) <= c.stallAfter() && s.claimDue.CompareAndSwap(asked, nil) {
			due = append(due, s)
		}
	}
	return due
}

// claim claims others' idle entries on the streams with a non-blocking XREADGROUP … CLAIM, and delivers them by ID over all
// streams. New entries in the replies are parked until the next read, which knows whether others come before them.
func (r *reader) claim(ctx context.Context, streams []*stream) error {
	c := r.consumer
	claiming := &streams[0].shard.claiming // one reader, one shard
	claiming.Lock()
	defer claiming.Unlock()
	var taken []*delivery
	var err error
	for range claimCalls {
		free := c.ledger.free() - len(taken)
		if len(streams) == 0 || free <= 0 || ctx.Err() != nil {
			break
		}
		count := min(claimPage, max(free/len(streams), 1))
		var page []*delivery
		page, err = r.claimPage(ctx, streams, count)
		taken = append(taken, page...)
		if err != nil {
			break
		}
		streams = r.stillClaimable(page, count)
	}
	slices.SortFunc(taken, func(a, b *delivery) int {
		return cmp.Or(a.message.ID.Compare(b.message.ID), cmp.Compare(a.stream.key, b.stream.key))
	})
	c.deliver(taken)
	return err
}

// stillClaimable returns the streams whose part of the page is full.
func (r *reader) stillClaimable(page []*delivery, count int) []*stream {
	per := make(map[*stream]int)
	for _, d := range page {
		per[d.stream]++
	}
	var more []*stream
	for s, n := range per {
		if n >= count {
			more = append(more, s)
		}
	}
	slices.SortFunc(more, func(a, b *stream) int { return cmp.Compare(a.key, b.key) })
	return more
}

// claimPage makes one call, and returns the claimed entries. Its error is one of the connection.
func (r *reader) claimPage(ctx context.Context, streams []*stream, count int) ([]*delivery, error) {
	c := r.consumer
	raw, err := r.link.read(ctx, c.claimReadArgs(streams, count))
	if err != nil {
		return nil, err
	}
	answer, err := wire.Parse(raw)
	var refused wire.ServerError
	switch {
	case err == nil:
		return r.takeClaimed(answer), nil
	case wire.SlotOnBothSides(err):
		return r.claimEach(ctx, streams, count)
	case !errors.As(err, &refused) || nodeTrouble(refused):
		return nil, err
	case groupLost(err):
		return nil, r.groupsVanished(ctx, streams)
	case strings.Contains(refused.Error(), "syntax"):
		c.withoutReadClaim.Store(true) // an older server has taken over
	}
	return nil, nil // the next read reports what is wrong with a stream
}

// claimReadArgs returns the arguments of XREADGROUP … CLAIM.
func (c *consumer) claimReadArgs(streams []*stream, count int) []any {
	return c.readArgs(streams, count, 0, "CLAIM", c.options.AckWait.Milliseconds())
}

// takeClaimed separates the claimed entries of a reply from the new ones, which it parks. A claimed entry comes with its idle
// time and its number of earlier deliveries, a new one with zeros.
func (r *reader) takeClaimed(answer wire.Reply) []*delivery {
	c := r.consumer
	var fresh []model.Entry
	var taken []*delivery
	for stream, list := range answer.Streams() {
		var entries []model.Entry
		var deliveries []int64
		for i, e := range list.Entries(stream) {
			if row := list.At(i); row.At(2).Millis() < c.options.AckWait {
				fresh = append(fresh, e)
			} else {
				entries, deliveries = append(entries, e), append(deliveries, max(row.At(3).Integer()+1, 2))
			}
		}
		c.tellClaimed(stream, len(entries))
		taken = append(taken, c.newDeliveries(entries, deliveries)...)
	}
	if len(fresh) > 0 {
		r.sequence.take(c.enter(c.newDeliveries(fresh, nil)), model.Position{}, true)
	}
	return taken
}

func (c *consumer) tellClaimed(stream string, n int) {
	if n == 0 {
		return
	}
	c.all.Counters.Claimed.Add(uint64(n))
	if hook := c.all.hooks.Claimed; hook != nil {
		hook(c.group, stream, n)
	}
}
