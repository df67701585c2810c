package consume

import (
	"context"
	"errors"
	"hash/maphash"
	"sync/atomic"
	"time"

	"streamdesk/model"
)

// delivery is one entry in hand: from its read until its ack is confirmed.
type delivery struct {
	message model.Message
	stream  *stream
	touched time.Time    // when Redis last reset its idle time, by our clock; used by the upkeep only
	running atomic.Bool  // a handler has it
	taken   atomic.Bool  // another consumer owns it now
	tries   atomic.Int64 // number of deliveries, with retries in this process; 0 until it fails
	acked   bool         // guarded by the ledger
	again   bool         // it was delivered again while in hand; guarded by the ledger

	// Used by the dispatcher's goroutine, and then by the lane's.
	decoded bool
	// Used by the lane's goroutine only.
	reason   error           // why it must be dead-lettered; nil when it needn't
	failures int             // writes of the dead letter that failed in a row
	within   context.Context // of its last attempt, for the tracer; nil without one
}

// newDeliveries returns new deliveries for entries of one or more streams, not yet decoded. deliveries is the delivery count
// of each entry, this one included; nil means 1.
func (c *consumer) newDeliveries(entries []model.Entry, deliveries []int64) []*delivery {
	slab := make([]delivery, len(entries))
	batch := make([]*delivery, 0, len(entries))
	now := time.Now()
	var s *stream
	for i := range entries {
		e := &entries[i]
		if s == nil || s.key != e.Stream {
			if s = c.streams.get(e.Stream); s == nil {
				continue // not requested: the reply is about another stream
			}
		}
		e.Stream = s.key // or this string would keep the whole reply alive
		d := &slab[i]
		d.message.Entry = *e // not the message as a whole, most of which is empty
		d.message.Group, d.message.Consumer, d.message.Deliveries = c.group, c.name, 1
		if deliveries != nil {
			d.message.Deliveries, d.message.Redelivered = deliveries[i], deliveries[i] > 1
		}
		d.stream, d.touched = s, now
		batch = append(batch, d)
	}
	return batch
}

var laneSeed = maphash.MakeSeed()

// lane returns which of n lanes gets the delivery: that of its workflow, or any one when it has none.
func (d *delivery) lane(n int) int {
	if workflow := d.message.Event.WorkflowID; workflow != "" {
		return int(maphash.String(laneSeed, workflow) % uint64(n))
	}
	return int((d.message.ID.Ms + d.message.ID.Seq) % uint64(n))
}

// begin prepares an attempt at d. It returns false when the handler must not be called: settle knows what to do instead.
func (c *consumer) begin(d *delivery) bool {
	if d.reason == nil && d.message.Err != nil {
		d.reason = d.message.Err // retrying doesn't help with decoding
	}
	if d.reason != nil || d.taken.Load() {
		return false
	}
	d.running.Store(true)
	return true
}

// settle handles the outcome of an attempt: it acknowledges, writes the dead letter, or reports that the delivery must be
// tried again, and after how long.
func (c *consumer) settle(d *delivery, err error) (after time.Duration, again bool) {
	if begun := d.running.Swap(false); !begun && (d.reason == nil || d.taken.Load()) {
		// Another consumer handles and acknowledges it; or it has come back since the check, and is handled now.
		return 0, !c.ledger.drop(d)
	}
	if d.reason == nil && err != nil {
		if after, again := c.failed(d, err); again {
			return after, true
		}
	}
	if d.reason != nil {
		if after, again := c.deadLetter(d); again {
			return after, true
		}
	}
	d.stream.shard.acks.add(d)
	return 0, false
}

// failed decides what happens to a delivery whose handler has returned err: another attempt after a while, or, with its
// reason set, the dead-letter stream.
func (c *consumer) failed(d *delivery, err error) (after time.Duration, again bool) {
	m := &d.message
	var later *retryError
	switch {
	case errors.As(err, new(*termError)):
		d.reason = err
		return 0, false
	case errors.As(err, &later):
		after = later.after
	case c.options.MaxDeliver > 0 && m.Deliveries >= c.options.MaxDeliver:
		d.reason = err
		return 0, false
	default:
		after = c.options.Backoff.After(int(m.Deliveries))
	}
	c.all.Counters.Retried.Add(1)
	if hook := c.all.hooks.Retried; hook != nil {
		hook(m, err, after)
	}
	if later == nil {
		m.Deliveries++
		d.tries.Store(m.Deliveries)
	}
	m.Redelivered = true
	return after, true
}
