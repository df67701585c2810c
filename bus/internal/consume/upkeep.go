package consume

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"streamdesk/bus/change"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// The idle time of entries in hand is reset (touched) after a quarter of the ack wait, so that three touches in a row may
// fail before another consumer claims them. Others' idle entries are claimed twice per ack wait: a dead consumer's are
// claimed after one and a half at the latest.
const (
	touchesPerWait = 4
	sweepsPerWait  = 2
)

// keepUp touches the entries in hand, and claims others' idle entries, until ctx is done. The two don't share a goroutine: a
// long sweep must not delay a touch.
func (c *consumer) keepUp(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(c.all.conn.Guard(func() {
		every := c.options.AckWait / touchesPerWait
		for wire.Pause(ctx, every/2) { // so that none waits longer than one and a half quarters
			c.touch(ctx, every)
		}
	}))
	both.Go(c.all.conn.Guard(func() {
		every := c.options.Sweep
		for wire.Pause(c.reading, every/2+rand.N(every/2)) { // apart from the other consumers' sweeps
			c.sweep(c.reading)
		}
	}))
	both.Wait()
}

// touch resets the idle time of entries in hand that were last touched at least age ago (XCLAIM … JUSTID to itself), and
// drops those that another consumer has claimed or acknowledged.
func (c *consumer) touch(ctx context.Context, age time.Duration) {
	c.eachShard(ctx, age/2, c.streams.attachedOnes(), func(ctx context.Context, streams []*stream) {
		c.touchShard(ctx, streams, age)
	})
}

func (c *consumer) touchShard(ctx context.Context, streams []*stream, age time.Duration) {
	for _, s := range streams {
		due := c.ledger.held(s)
		now := time.Now()
		n := 0
		for _, d := range due {
			if now.Sub(d.touched) >= age && !d.taken.Load() {
				due[n] = d
				n++
			}
		}
		for due = due[:n]; len(due) > 0 && ctx.Err() == nil; {
			page := due[:min(len(due), touchPage)]
			due = due[len(page):]
			c.touchPage(ctx, s, page)
		}
	}
}

// touchPage is how many entries one XPENDING lists and one XCLAIM touches: half a millisecond of the server's time.
const touchPage = 500

func (c *consumer) touchPage(ctx context.Context, s *stream, page []*delivery) {
	counts, ok := c.owned(ctx, s, page)
	if !ok {
		return
	}
	now := time.Now()
	mine := make([]*delivery, 0, len(page))
	var corrections [][]any
	for _, d := range page {
		count, owned := counts[d.message.ID]
		if !owned {
			d.taken.Store(true)
			continue
		}
		mine = append(mine, d)
		if tries := d.tries.Load(); tries > count {
			// So that the server's count matches the handler's calls, and the next consumer continues from it.
			corrections = append(corrections, []any{
				"XCLAIM", s.key, c.group, c.name, 0, d.message.ID.String(), "RETRYCOUNT", tries, "JUSTID",
			})
		}
	}
	if len(mine) == 0 {
		return
	}
	if _, err := c.pipeline(ctx, append(corrections, c.claimArgs(s, mine, "JUSTID"))); err != nil {
		return // the next touch comes before the ack wait is over
	}
	for _, d := range mine {
		d.touched = now
	}
}

// claimArgs returns the arguments of an XCLAIM of the deliveries to this consumer.
func (c *consumer) claimArgs(s *stream, list []*delivery, options ...any) []any {
	args := make([]any, 0, 5+len(list)+len(options))
	args = append(args, "XCLAIM", s.key, c.group, c.name, 0)
	for _, d := range list {
		args = append(args, d.message.ID.String())
	}
	return append(args, options...)
}

// owned returns the delivery counts of those deliveries in the list that are pending with this consumer. The list is in the
// order of IDs. Touching any other would take it from its new owner.
func (c *consumer) owned(ctx context.Context, s *stream, list []*delivery) (map[model.Position]int64, bool) {
	counts := make(map[model.Position]int64, len(list))
	from, to := list[0].message.ID, list[len(list)-1].message.ID
	for {
		listed, err := c.do(ctx, "XPENDING", s.key, c.group, from.String(), to.String(), touchPage, c.name)
		if err != nil || wire.Answered("XPENDING", from, to, touchPage, wire.ListedIDs(listed)) != nil {
			return nil, false
		}
		for _, row := range listed.Elems {
			counts[row.At(0).Position()] = row.At(3).Integer()
		}
		if len(listed.Elems) < touchPage {
			return counts, true
		}
		from = listed.At(touchPage - 1).At(0).Position().Next()
	}
}

// releaseWait is the max time a stopping consumer takes to release entries: it is optional, as the ack wait has the same
// effect.
const releaseWait = 300 * time.Millisecond

// release gives back the entries that were read and not handled, by setting their idle time to the ack wait: other consumers
// claim them with their next sweep.
func (c *consumer) release() {
	ctx, cancel := context.WithTimeout(context.Background(), releaseWait)
	defer cancel()
	c.eachShard(ctx, releaseWait, c.streams.attachedOnes(), c.releaseShard)
}

func (c *consumer) releaseShard(ctx context.Context, streams []*stream) {
	for _, s := range streams {
		var idle []*delivery
		for _, d := range c.ledger.held(s) {
			if !d.running.Load() && !d.taken.Load() {
				idle = append(idle, d)
			}
		}
		for len(idle) > 0 && ctx.Err() == nil {
			page := idle[:min(len(idle), touchPage)]
			idle = idle[len(page):]
			counts, ok := c.owned(ctx, s, page)
			if !ok {
				return
			}
			mine := page[:0]
			for _, d := range page {
				if _, owned := counts[d.message.ID]; owned {
					mine = append(mine, d)
				}
			}
			if len(mine) > 0 {
				_, _ = c.do(ctx, c.claimArgs(s, mine, "IDLE", c.options.AckWait.Milliseconds(), "JUSTID")...)
			}
		}
	}
}

// leaveWait is the max time a stopping consumer takes to delete its name: an idle stop is promised within 100 ms, and a name
// that stays does no harm.
const leaveWait = 100 * time.Millisecond

// leave deletes this consumer from its groups, with the script that keeps it where it has entries pending: those were read
// and not handled, and another consumer claims them. On a server that denies scripts the name stays. A separate connection
// limits the wait: the client's reads may take seconds to notice that a server has stalled.
func (c *consumer) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), leaveWait)
	defer cancel()
	streams := c.streams.attachedOnes()
	if len(streams) == 0 {
		return
	}
	commands := make([][]any, len(streams))
	for i, s := range streams {
		commands[i] = change.DeleteConsumerRequest{Stream: s.key, Group: c.group, Consumer: c.name}.Commands()[0].Args()
	}
	client, owned := c.all.conn.DeriveClient(leaveWait, 1)
	if owned {
		defer func() { _ = client.Close() }()
	}
	_, _ = c.all.conn.PipelineOn(ctx, client, commands) // as far as it goes
}
