package consume

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// consumer is one running [Consumers.Run]: a reader that fetches entries, lanes that call the handler, ackers that
// acknowledge, and the upkeep of entries in hand.
type consumer struct {
	all     *Consumers
	client  wire.Client // for everything except blocking reads
	group   string
	name    string
	options Options
	control *control // what is set for the group
	// limitBegun: the limit of the options needn't be set any more.
	limitBegun bool
	// One of the two is nil.
	handle      func(context.Context, model.Message) error
	handleBatch func(context.Context, []model.Message) error
	// withoutAutoClaim: the server has no XAUTOCLAIM.
	withoutAutoClaim atomic.Bool
	// withoutReadClaim: the server has no XREADGROUP … CLAIM after all.
	withoutReadClaim atomic.Bool
	// readers are the running readers, for the sweep to wake.
	readersLock sync.Mutex
	readers     map[*reader]struct{}

	streams *streamSet
	shards  shards
	ledger  *ledger
	lanes   []*lane
	// dispatching holds deliveries for the lanes, when there are several.
	dispatching inbox

	reading  context.Context // ends when reading has to stop
	stop     context.CancelFunc
	handling context.Context // the handlers' context; ends when the grace is over
	finished chan struct{}   // closed when run returns
	// gaveUp is why reading was given up; nil when it wasn't.
	gaveUp atomic.Pointer[error]
}

func newConsumer(all *Consumers, group string, options Options) *consumer {
	c := &consumer{
		all: all, group: group, name: options.Consumer, options: options, finished: make(chan struct{}),
		readers: make(map[*reader]struct{}),
	}
	c.shards = shards{consumer: c, bySlot: make(map[uint16]*shard)}
	c.streams, c.dispatching = newStreamSet(c), newInbox()
	c.ledger = newLedger(options.MaxAckPending)
	for range options.Concurrency {
		c.lanes = append(c.lanes, newLane(c))
	}
	return c
}

// run owns every goroutine of the consumer: it starts them, and returns when all have ended.
func (c *consumer) run(ctx context.Context) error {
	c.reading, c.stop = context.WithCancel(ctx)
	defer c.stop()
	var leave func()
	c.control, leave = c.all.controls.join(c.group)
	defer leave()
	if err := c.all.register(c); err != nil {
		return err
	}
	defer c.all.unregister(c)
	c.client = c.all.conn.Client
	if c.all.conn.Clustered() {
		client, owned := c.all.conn.DeriveClient(wire.ReadMargin, clusterSidePool)
		if owned {
			defer func() { _ = client.Close() }() // nothing is on its way any more
		}
		c.client = client
	}
	c.beginLimit(c.reading)
	c.all.readControls(c.reading, []string{c.group}) // so that a paused group doesn't begin to read

	var cutOff context.CancelFunc
	c.handling, cutOff = context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()

	var handlers, background sync.WaitGroup
	for _, l := range c.lanes {
		handlers.Go(c.all.conn.Guard(l.run))
	}
	if len(c.lanes) > 1 {
		handlers.Go(c.all.conn.Guard(c.dispatch))
	}
	c.shards.start()
	upkeep, stopUpkeep := context.WithCancel(context.WithoutCancel(ctx))
	background.Go(c.all.conn.Guard(func() { c.keepUp(upkeep) }))
	background.Go(c.all.conn.Guard(func() { c.followControls(c.reading) }))

	c.read() // until reading is over
	c.stop()
	stuck := c.awaitHandlers(&handlers, cutOff)
	stopUpkeep()
	c.shards.finish()
	background.Wait()
	c.release()
	if c.options.Leave && stuck == nil {
		c.leave()
	}
	if gaveUp := c.gaveUp.Load(); gaveUp != nil {
		return errors.Join(*gaveUp, stuck)
	}
	return stuck
}

// giveUp ends reading because of an error, which Consume returns.
func (c *consumer) giveUp(err error) {
	c.gaveUp.CompareAndSwap(nil, &err)
	c.stop()
}

// stuckWait is how long a handler may take to return after its context has ended: enough for a driver to cancel a query,
// short compared to the grace.
const stuckWait = time.Second

// awaitHandlers waits for the lanes, ends the handlers' context when the grace is over, and gives up on them a moment later.
func (c *consumer) awaitHandlers(handlers *sync.WaitGroup, cutOff context.CancelFunc) error {
	done := c.all.conn.Crash.Ended(handlers)
	grace := time.NewTimer(c.options.Grace)
	defer grace.Stop()
	select {
	case <-done:
		return nil
	case <-grace.C:
	}
	cutOff()
	grace.Reset(stuckWait)
	select {
	case <-done:
		return nil
	case <-grace.C:
		return fmt.Errorf("bus: consume as %s: %w (%s and %s after its context ended)", c.group, fault.ErrHandlerStuck, c.options.Grace, stuckWait)
	}
}
