package consume

import (
	"errors"
	"hash/maphash"
	"sync/atomic"
	"time"

	"streamdesk/model"
)

// delivery is one entry in hand: from its reading until its ack is confirmed.
type delivery struct {
	message model.Message
	stream  *stream
	touched time.Time    // when Redis last counted its idle time from zero, by our clock; the upkeep's alone
	running atomic.Bool  // a handler has it
	taken   atomic.Bool  // it is no longer this consumer's
	tries   atomic.Int64 // how often it was delivered, retries in this process included; 0 while it never failed
	acked   bool         // guarded by the ledger
	again   bool         // it was delivered once more while in hand; guarded by the ledger

	// Of the dispatcher's goroutine, and then of the lane's.
	decoded bool
	// Of the lane's goroutine alone.
	reason   error // why it is to be dead-lettered; nil while it isn't
	failures int   // writes of the dead letter that failed in a row
}

// newDeliveries makes deliveries of entries of one or more streams, not decoded yet. deliveries is how often each was delivered, this time included;
// nil means once.
func (c *consumer) newDeliveries(entries []model.Entry, deliveries []int64) []*delivery {
	slab := make([]delivery, len(entries))
	batch := make([]*delivery, 0, len(entries))
	now := time.Now()
	var s *stream
	for i := range entries {
		e := &entries[i]
		if s == nil || s.key != e.Stream {
			if s = c.streams.get(e.Stream); s == nil {
				continue // not asked for: the reply is about another stream
			}
		}
		e.Stream = s.key // the reply's own copy would be kept alive by it
		d := &slab[i]
		d.message = model.Message{Record: model.Record{Entry: *e}, Group: c.group, Consumer: c.name, Deliveries: 1}
		if deliveries != nil {
			d.message.Deliveries, d.message.Redelivered = deliveries[i], deliveries[i] > 1
		}
		d.stream, d.touched = s, now
		batch = append(batch, d)
	}
	return batch
}

var laneSeed = maphash.MakeSeed()

// lane says which of n lanes the delivery goes to: that of its workflow, or any one when it has none.
func (d *delivery) lane(n int) int {
	if workflow := d.message.Event.WorkflowID; workflow != "" {
		return int(maphash.String(laneSeed, workflow) % uint64(n))
	}
	return int((d.message.ID.Ms + d.message.ID.Seq) % uint64(n))
}

// begin prepares an attempt at d. False means that the handler is not to be called: settle knows what to do instead.
func (c *consumer) begin(d *delivery) bool {
	if d.reason == nil && d.message.Err != nil {
		d.reason = d.message.Err // what can't be decoded doesn't get better
	}
	if d.reason != nil || d.taken.Load() {
		return false
	}
	d.running.Store(true)
	return true
}

// settle deals with the outcome of an attempt: it acknowledges, writes the dead letter, or says that the delivery has to
// be tried again, and after how long.
func (c *consumer) settle(d *delivery, err error) (after time.Duration, again bool) {
	if begun := d.running.Swap(false); !begun && (d.reason == nil || d.taken.Load()) {
		// Somebody else's, to handle and to acknowledge; or back from there since it was looked at, to be handled now.
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

// failed decides what becomes of a delivery whose handler has returned err: another attempt after a while, or, with
// its reason set, the dead-letter stream.
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
