package consume

import (
	"context"
	"strings"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// claimPage is the max number of entries per claim: some 30 KB of reply, and few enough that the live consumers share a dead
// one's entries.
const claimPage = 100

// startCursor marks the beginning and the end of a sweep over a pending entries list.
const startCursor = "0-0"

// claimCalls is the max number of calls of one sweep over one stream. XAUTOCLAIM scans ten times its COUNT and may return
// nothing before the end of the list. A list of a hundred thousand is scanned in one sweep; in a longer one the next sweep
// goes on where this one stopped.
const claimCalls = 100

// A server that takes an eighth of the ack wait to answer is stalled, or has just been. A tenth of a second is normal for a
// busy machine.
const (
	stallShare = 8
	leastStall = 100 * time.Millisecond
)

// sweep claims, on every stream, entries that were idle for the ack wait: those of consumers that died. While the server
// stalls, no consumer can reset idle times, and they grow. So after a stall, live consumers get an ack wait to reset theirs
// before anything is claimed.
//
// Nothing is claimed for a paused group: it would be handled then.
//
// Where the server has XREADGROUP … CLAIM, the readers claim, and the sweep only triggers them.
func (c *consumer) sweep(ctx context.Context) {
	if c.resting() {
		return
	}
	byRead := c.claimsByRead(ctx)
	c.eachShard(ctx, c.options.Sweep, c.streams.attachedOnes(), func(ctx context.Context, streams []*stream) {
		c.sweepShard(ctx, streams, byRead)
	})
}

func (c *consumer) sweepShard(ctx context.Context, streams []*stream, byRead bool) {
	var asked []*stream
	for _, s := range streams {
		began := time.Now()
		summary, err := c.do(ctx, "XPENDING", s.key, c.group)
		if err != nil || time.Since(began) > c.stallAfter() {
			s.calm = time.Now().Add(c.options.AckWait)
		}
		if began.Before(s.calm) || summary.At(0).Integer() == 0 {
			s.claimDue.Store(nil)
			continue
		}
		switch {
		case byRead && s.askReader(time.Now()):
			asked = append(asked, s)
			c.clearDeleted(ctx, s)
		case !c.claimAll(ctx, s):
			return
		}
		c.lookAtOthers(ctx, s)
	}
	c.wakeReaders(ctx, asked)
}

// claimAll claims all idle entries of a stream. It returns false when no more fit in hand, or when reading is over.
func (c *consumer) claimAll(ctx context.Context, s *stream) bool {
	for range claimCalls {
		free := c.ledger.free()
		if free <= 0 || ctx.Err() != nil || c.resting() {
			return false
		}
		if !c.claimSome(ctx, s, min(claimPage, free)) {
			break
		}
	}
	return true
}

// stallAfter returns the answer time from which the server counts as stalled.
func (c *consumer) stallAfter() time.Duration { return max(c.options.AckWait/stallShare, leastStall) }

// claimSome claims up to n entries, and reports whether the sweep over this stream goes on.
func (c *consumer) claimSome(ctx context.Context, s *stream, n int) (more bool) {
	s.shard.claiming.Lock()
	defer s.shard.claiming.Unlock()
	if c.withoutAutoClaim.Load() {
		return c.claimByList(ctx, s, n)
	}
	answer, err := c.do(ctx, "XAUTOCLAIM", s.key, c.group, c.name, c.options.AckWait.Milliseconds(), s.cursor, "COUNT", n)
	if err != nil {
		if strings.Contains(strings.ToLower(err.Error()), "unknown command") {
			c.withoutAutoClaim.Store(true) // before Redis 6.2
			return true
		}
		return false // the reader reports what is wrong with the stream or the server
	}
	if s.cursor = answer.At(0).Text; s.cursor == "" {
		s.cursor = startCursor
	}
	entries := answer.At(1).Entries(s.key)
	if len(entries) < len(answer.At(1).Elems) {
		// Redis 6.2 returns nil for a deleted entry, without its ID, and leaves it pending.
		s.recover.Store(true)
	}
	c.takeOver(ctx, s, entries)
	c.tellCleared(s, answer)
	return s.cursor != startCursor
}

// tellCleared reports the deleted entries that an XAUTOCLAIM has cleared (Redis 7).
func (c *consumer) tellCleared(s *stream, answer wire.Reply) {
	var gone []model.Key
	for _, id := range answer.At(2).Elems {
		gone = append(gone, model.Key{Stream: s.key, ID: id.Position()})
	}
	c.tellGone(gone)
}

// takeOver delivers claimed entries with their current delivery counts.
func (c *consumer) takeOver(ctx context.Context, s *stream, entries []model.Entry) {
	if len(entries) == 0 {
		return
	}
	commands := make([][]any, len(entries))
	for i := range entries {
		id := entries[i].ID.String()
		commands[i] = []any{"XPENDING", s.key, c.group, id, id, 1}
	}
	deliveries := make([]int64, len(entries))
	replies, err := c.pipeline(ctx, commands)
	for i := range entries {
		deliveries[i] = 2 // the min: it was pending
		if err == nil {
			deliveries[i] = max(replies[i].At(0).At(3).Integer(), 2)
		}
	}
	c.tellClaimed(s.key, len(entries))
	c.deliver(c.newDeliveries(entries, deliveries))
}

// claimByList is claimSome for servers without XAUTOCLAIM: XPENDING lists the entries, XCLAIM claims them.
func (c *consumer) claimByList(ctx context.Context, s *stream, n int) (more bool) {
	from := "-"
	if s.cursor != startCursor {
		from = s.cursor
	}
	listed, err := c.do(ctx, "XPENDING", s.key, c.group, from, "+", n)
	if err != nil {
		return false
	}
	var ids []model.Position
	for _, row := range listed.Elems {
		if row.At(2).Millis() >= c.options.AckWait {
			ids = append(ids, row.At(0).Position())
		}
	}
	if len(ids) > 0 {
		c.claimListed(ctx, s, ids)
	}
	if s.cursor = startCursor; len(listed.Elems) < n {
		return false
	}
	s.cursor = listed.At(len(listed.Elems) - 1).At(0).Position().Next().String()
	return true
}

// claimListed claims entries by their IDs, unless another consumer was faster.
func (c *consumer) claimListed(ctx context.Context, s *stream, ids []model.Position) {
	args := []any{"XCLAIM", s.key, c.group, c.name, c.options.AckWait.Milliseconds()}
	for _, id := range ids {
		args = append(args, id.String())
	}
	answer, err := c.do(ctx, args...)
	if err != nil {
		return
	}
	entries := answer.Entries(s.key)
	if len(entries) < len(ids) {
		s.recover.Store(true) // some may be ours now, and deleted
	}
	c.takeOver(ctx, s, entries)
}

// lookAtOthers records the lowest ID that other consumers have pending. A group that vanishes is recreated before it, so that
// nothing is lost when they die at the same time.
func (c *consumer) lookAtOthers(ctx context.Context, s *stream) {
	listed, err := c.do(ctx, "XPENDING", s.key, c.group, "-", "+", claimPage)
	if err != nil {
		return
	}
	var lowest model.Position
	for i, row := range listed.Elems {
		if row.At(1).Text != c.name || i == claimPage-1 {
			lowest = row.At(0).Position()
			break
		}
	}
	c.streams.change(func(s *stream) { s.others = lowest }, s)
}
