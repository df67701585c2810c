package bus

import (
	"context"

	"streamdesk/model"
)

// recover looks at the entries that are pending with this consumer, and takes those in hand that it doesn't know: they
// were delivered to it before it was started again, or in a reply that was lost. An error is that of the connection.
//
// XREADGROUP with an ID would list them too, and would count a delivery of each one that is in hand already.
func (c *consumer) recover(ctx context.Context, s *stream) error {
	for from := "-"; ctx.Err() == nil; {
		if _, ok := c.ledger.room(ctx); !ok {
			return nil
		}
		listed, err := c.bus.do(ctx, "XPENDING", s.key, c.group, from, "+", claimPage, c.name)
		if err != nil {
			return onlyConnection(err)
		}
		ids := make([]model.Position, len(listed.elems))
		counts := make([]int64, len(listed.elems))
		for i, row := range listed.elems {
			ids[i], counts[i] = row.at(0).position(), row.at(3).integer()+1
		}
		if err := c.takeBack(ctx, s, ids, counts); err != nil {
			return err
		}
		if len(ids) < claimPage {
			s.recover.Store(false)
			return nil
		}
		from = ids[len(ids)-1].Next().String()
	}
	return nil
}

// onlyConnection drops errors about the stream or the group, which the next read tells and deals with.
func onlyConnection(err error) error {
	if serverErrorWord(err) == "" || passing(err) {
		return err
	}
	return nil
}

// takeBack takes pending entries in hand that aren't: XCLAIM brings their content, and counts the delivery.
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
		return onlyConnection(err)
	}
	there := make(map[model.Position]model.Entry, len(wanted))
	for _, e := range claimed.entries(s.key) {
		there[e.ID] = e
	}
	batch := make([]model.Entry, len(wanted))
	for i, id := range wanted {
		e, ok := there[id]
		if !ok {
			e = model.Entry{Stream: s.key, ID: id} // deleted while pending
		}
		batch[i] = e
	}
	c.deliver(c.newDeliveries(batch, deliveries))
	return nil
}
