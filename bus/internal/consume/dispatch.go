package consume

import (
	"sync"

	"streamdesk/model"
)

// inbox passes deliveries from the goroutines that fetch them to the one that handles them. put never waits: the limit of
// entries in hand bounds the list.
type inbox struct {
	wake chan struct{} // holds a token when there is something

	mu   sync.Mutex
	list []*delivery
}

func newInbox() inbox { return inbox{wake: make(chan struct{}, 1)} }

func (i *inbox) put(batch []*delivery) {
	i.mu.Lock()
	if len(i.list) == 0 {
		i.list = batch
	} else {
		i.list = append(i.list, batch...)
	}
	i.mu.Unlock()
	signal(i.wake)
}

func (i *inbox) take() []*delivery {
	i.mu.Lock()
	defer i.mu.Unlock()
	batch := i.list
	i.list = nil
	return batch
}

// deliver sends entries that were read or claimed to the lanes. It skips those that are already in hand, and acknowledges
// those that are gone.
func (c *consumer) deliver(batch []*delivery) { c.send(c.enter(batch)) }

// enter adds deliveries to the ledger, and returns those for the handler.
func (c *consumer) enter(batch []*delivery) []*delivery {
	return c.setAsideGone(c.ledger.add(batch))
}

// send passes deliveries to the lanes.
func (c *consumer) send(batch []*delivery) {
	c.control.spend(len(batch))
	switch {
	case len(batch) == 0:
	case len(c.lanes) == 1:
		c.lanes[0].inbox.put(batch)
	default:
		c.dispatching.put(batch)
	}
}

// dispatch distributes deliveries to the lanes, when there are several, until reading is over. It decodes them, which is half
// the work of consuming, while the reader fetches the next ones. A single lane decodes its own.
func (c *consumer) dispatch() {
	parts := make([][]*delivery, len(c.lanes))
	for {
		select {
		case <-c.reading.Done():
			return
		case <-c.dispatching.wake:
		}
		for _, d := range c.dispatching.take() {
			c.decode(d)
			n := d.lane(len(c.lanes))
			parts[n] = append(parts[n], d)
		}
		for n, part := range parts {
			if len(part) > 0 {
				c.lanes[n].inbox.put(part)
				parts[n] = nil
			}
		}
	}
}

// decode decodes the event, once. It doesn't change the entry, whose ID the upkeep reads at the same time.
func (c *consumer) decode(d *delivery) {
	if d.decoded {
		return
	}
	record := c.all.reader.Decode(d.message.Entry)
	d.message.Event, d.message.Err = record.Event, record.Err
	d.message.Trace, d.message.TraceContext = record.Trace, record.TraceContext
	d.decoded = true
}

// setAsideGone removes the entries that were deleted while pending from the batch, and has them acknowledged.
func (c *consumer) setAsideGone(batch []*delivery) []*delivery {
	var gone []model.Key
	kept := batch[:0]
	for _, d := range batch {
		if d.message.Fields != nil {
			kept = append(kept, d)
			continue
		}
		gone = append(gone, d.message.Key())
		d.stream.shard.acks.add(d)
	}
	c.tellGone(gone)
	return kept
}

func (c *consumer) tellGone(gone []model.Key) {
	if len(gone) == 0 {
		return
	}
	c.all.Counters.Gone.Add(uint64(len(gone)))
	if hook := c.all.hooks.Gone; hook != nil {
		hook(c.group, gone)
	}
}
