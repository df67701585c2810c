package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Message is an entry on its way to a handler.
type Message = model.Message

// Handler handles one event. Nil acknowledges the entry; an error has it handed over again later, [Term] and
// [RetryAfter] say how. ctx lives as long as the handler may run, which is [WithGrace] longer than Consume's.
type Handler func(ctx context.Context, m Message) error

// Consume reads the streams of the wanted types ([WithTypes]) as a consumer of the group, and calls h with each event.
// It blocks until ctx is done, and then returns nil once the handlers have finished and the acks are sent; or until
// something is wrong that time doesn't mend.
//
// Delivery is at least once: an entry is acknowledged (XACK) after its handler has returned nil, and not before. Events
// of one workflow reach the handler one after the other, in the order of their entry IDs over all its streams (as far as
// one consumer goes: a group with several shares a workflow's events out among them); an event that failed holds back the
// later ones of its workflow, and nobody else's. An event that fails [WithMaxDeliver] times, whose handler returns
// [Term], or that can't be decoded (at once: that doesn't get better) is written to the dead-letter stream with the
// reason beside it, and then acknowledged. Entries that were deleted while pending are acknowledged and counted.
//
// The group is created where it is missing (XGROUP CREATE), at the beginning of the stream; when it
// vanishes later, at the last position that is known to be acknowledged. Entries that another consumer has left for
// [WithAckWait] are taken over (XREADGROUP … CLAIM from Redis 8.4 on, or else XAUTOCLAIM or XCLAIM). Errors of single streams, WRONGTYPE and NOPERM, are told to
// [Hooks].StreamError, and the others flow on.
//
// Errors: [ErrBlock], [ErrClosed], [fault.ErrContext], [ErrHandlerStuck], [fault.ErrPatience] ([WithConsumePatience]), and [fault.ErrRequest] for a missing handler or group.
func (b *Bus) Consume(ctx context.Context, group string, h Handler, opts ...ConsumeOption) error {
	if h == nil {
		return errNoHandler
	}
	return b.consume(ctx, group, h, nil, opts)
}

var (
	errNoHandler = fmt.Errorf("bus: consume: %w", fault.Request("no handler (give a function that handles an event)"))
	errNoGroup   = fmt.Errorf("bus: consume: %w", fault.Request("no consumer group named (give the group's name)"))
)

func (b *Bus) consume(ctx context.Context, group string, h Handler, batch BatchHandler, opts []ConsumeOption) error {
	if err := fault.NeedContext(ctx); err != nil {
		return fmt.Errorf("bus: consume as %s: %w", group, err)
	}
	options, err := newConsumeOptions(opts)
	switch {
	case err != nil:
		return fmt.Errorf("bus: consume as %s: %w", group, err)
	case group == "":
		return errNoGroup
	}
	c := newConsumer(b, group, options)
	c.handle, c.handleBatch = h, batch
	return c.run(ctx)
}

// consumer is one running [Bus.Consume]: a reader that fetches entries, lanes that call the handler, ackers that
// confirm, and the upkeep of what is in hand.
type consumer struct {
	bus     *Bus
	client  redis.UniversalClient // for all that isn't a blocking read
	group   string
	name    string
	options consumeOptions
	// One of the two is nil.
	handle      Handler
	handleBatch BatchHandler
	// withoutAutoClaim: the server has no XAUTOCLAIM.
	withoutAutoClaim atomic.Bool
	// withoutReadClaim: the server has no XREADGROUP … CLAIM after all.
	withoutReadClaim atomic.Bool
	// readers are those that run, for the sweep to wake.
	readersLock sync.Mutex
	readers     map[*reader]struct{}

	streams *streamSet
	shards  shards
	ledger  *ledger
	lanes   []*lane
	// dispatching are deliveries on their way to the lanes, when there are several.
	dispatching inbox

	reading  context.Context // ends when reading has to stop
	stop     context.CancelFunc
	handling context.Context // the handlers' context; ends when the grace is over
	finished chan struct{}   // closed when run returns
	// gaveUp is why reading was given up; nil while it wasn't.
	gaveUp atomic.Pointer[error]
}

func newConsumer(b *Bus, group string, options consumeOptions) *consumer {
	c := &consumer{
		bus: b, group: group, name: options.consumer, options: options, finished: make(chan struct{}),
		readers: make(map[*reader]struct{}),
	}
	c.shards = shards{consumer: c, bySlot: make(map[uint16]*shard)}
	c.streams, c.dispatching = newStreamSet(c), newInbox()
	c.ledger = newLedger(options.maxAckPending)
	for range options.concurrency {
		c.lanes = append(c.lanes, newLane(c))
	}
	return c
}

// run owns every goroutine of the consumer: it starts them, and returns when all have ended.
func (c *consumer) run(ctx context.Context) error {
	c.reading, c.stop = context.WithCancel(ctx)
	defer c.stop()
	if err := c.register(); err != nil {
		return err
	}
	defer c.unregister()
	c.client = c.bus.conn.Client
	if c.bus.conn.Clustered() {
		client, owned := c.bus.conn.DeriveClient(wire.ReadMargin, clusterSidePool)
		if owned {
			defer func() { _ = client.Close() }() // nothing is on its way any more
		}
		c.client = client
	}
	var cutOff context.CancelFunc
	c.handling, cutOff = context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()

	var handlers, background sync.WaitGroup
	for _, l := range c.lanes {
		handlers.Go(c.bus.conn.Guard(l.run))
	}
	if len(c.lanes) > 1 {
		handlers.Go(c.bus.conn.Guard(c.dispatch))
	}
	c.shards.start()
	upkeep, stopUpkeep := context.WithCancel(context.WithoutCancel(ctx))
	background.Go(c.bus.conn.Guard(func() { c.keepUp(upkeep) }))

	c.read() // until reading is over
	c.stop()
	stuck := c.awaitHandlers(&handlers, cutOff)
	stopUpkeep()
	c.shards.finish()
	background.Wait()
	c.release()
	if c.options.leave && stuck == nil {
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

// stuckWait is how long a handler has to return after its context has ended: long enough for a driver to give up a
// query, short beside the grace it had.
const stuckWait = time.Second

// awaitHandlers waits for the lanes, cuts the handlers off when the grace is over, and gives up on them a moment later.
func (c *consumer) awaitHandlers(handlers *sync.WaitGroup, cutOff context.CancelFunc) error {
	done := make(chan struct{})
	go c.bus.conn.Guard(func() {
		handlers.Wait()
		close(done)
	})()
	grace := time.NewTimer(c.options.grace)
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
		return fmt.Errorf("bus: consume as %s: %w (%s and %s after its context ended)", c.group, fault.ErrHandlerStuck, c.options.grace, stuckWait)
	}
}

func (c *consumer) register() error {
	c.bus.mu.Lock()
	defer c.bus.mu.Unlock()
	if c.bus.closed {
		return fmt.Errorf("bus: consume as %s: %w", c.group, fault.ErrClosed)
	}
	c.bus.consumers[c] = struct{}{}
	return nil
}

func (c *consumer) unregister() {
	c.bus.mu.Lock()
	delete(c.bus.consumers, c)
	c.bus.mu.Unlock()
	close(c.finished)
}
