package consume

import (
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// deadLetter writes d to its dead-letter stream: all its fields unchanged, together with its origin. The caller acknowledges
// the entry only after that, so a crash in between leaves it in both places rather than in none. again reports that the write
// failed and must be retried after a while; until then the entry stays pending.
//
// A lost reply may leave the dead letter written twice. Both have the same origin, which shows that they are one.
func (c *consumer) deadLetter(d *delivery) (after time.Duration, again bool) {
	m := &d.message
	to := c.all.reader.DeadLetterKey(m.Stream)
	command := wire.FieldArgs(model.Command{"XADD", to, "*"}, model.DeadLetterFields(m.Entry, m.Group, d.reason.Error(), m.Deliveries))
	id, err := c.sendLetter(d, to, command)
	if err != nil {
		d.failures++
		after = wire.StreamBackoff.After(d.failures)
		if hook := c.all.hooks.StreamError; hook != nil {
			hook(c.group, to, err, after)
		}
		return after, true
	}
	c.all.Counters.DeadLettered.Add(1)
	if hook := c.all.hooks.DeadLettered; hook != nil {
		hook(m, model.Key{Stream: to, ID: id}, d.reason)
	}
	return 0, false
}
