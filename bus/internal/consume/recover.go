package consume

import (
	"context"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// recover looks at the entries that are pending with this consumer, and takes unknown ones in hand: they were delivered
// before it was restarted, or in a reply that was lost. Its error is one of the connection.
//
// XREADGROUP with an ID would list them too, but would also count a delivery of each one already in hand.
func (c *consumer) recover(ctx context.Context, s *stream) error {
	for from := (model.Position{}); ctx.Err() == nil; {
		if _, ok := c.ledger.room(ctx); !ok {
			return nil
		}
		if _, ok := c.allowance(ctx, nil); !ok { // paused meanwhile
			s.recover.Store(true)
			return nil
		}
		last, more, err := c.recoverPage(ctx, s, from)
		if err != nil || !more {
			return err
		}
		from = last.Next()
	}
	return nil
}

// recoverPage recovers own pending entries from an ID on, and returns the last ID and whether there are more.
func (c *consumer) recoverPage(ctx context.Context, s *stream, from model.Position) (last model.Position, more bool, err error) {
	s.shard.claiming.Lock()
	defer s.shard.claiming.Unlock()
	listed, err := c.do(ctx, "XPENDING", s.key, c.group, wire.RangeEnd(from), "+", claimPage, c.name)
	if err == nil {
		err = wire.Answered("XPENDING", from, model.MaxPosition, claimPage, wire.ListedIDs(listed))
	}
	if err != nil {
		return last, false, wire.OnlyConnection(err)
	}
	ids := make([]model.Position, len(listed.Elems))
	counts := make([]int64, len(listed.Elems))
	for i, row := range listed.Elems {
		ids[i], counts[i] = row.At(0).Position(), row.At(3).Integer()+1
		last = ids[i]
	}
	return last, len(ids) == claimPage, c.takeBack(ctx, s, ids, counts)
}

// takeBack takes pending entries in hand that are not yet: XCLAIM returns their content and counts the delivery.
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
	claimed, err := c.do(ctx, args...)
	if err != nil {
		return wire.OnlyConnection(err)
	}
	there := make(map[model.Position]model.Entry, len(wanted))
	for _, e := range claimed.Entries(s.key) {
		there[e.ID] = e
	}
	var batch []model.Entry
	var known []int64
	var absent []model.Position
	for i, id := range wanted {
		if e, ok := there[id]; ok {
			batch, known = append(batch, e), append(known, deliveries[i])
		} else {
			absent = append(absent, id)
		}
	}
	c.deliver(c.newDeliveries(batch, known))
	return c.clearGone(ctx, s, absent)
}

// clearGone acknowledges pending entries that XCLAIM didn't return, if they are no longer in the stream; the others have been
// acknowledged in the meantime.
func (c *consumer) clearGone(ctx context.Context, s *stream, ids []model.Position) error {
	if len(ids) == 0 {
		return nil
	}
	commands := make([][]any, len(ids))
	for i, id := range ids {
		commands[i] = []any{"XRANGE", s.key, id.String(), id.String()}
	}
	replies, err := c.pipeline(ctx, commands)
	if err != nil {
		return wire.OnlyConnection(err)
	}
	var gone []model.Entry
	for i, id := range ids {
		if replies[i].Kind == wire.KindArray && len(replies[i].Elems) == 0 {
			gone = append(gone, model.Entry{Stream: s.key, ID: id})
		}
	}
	c.deliver(c.newDeliveries(gone, nil))
	return nil
}
