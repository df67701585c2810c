package consume

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
)

// reader fetches new entries of its streams with one XREADGROUP at a time: all streams without a cluster, those of one hash
// slot with one.
type reader struct {
	consumer *consumer
	mine     func(*stream) bool
	link     blockingLink
	sequence sequence
	down     time.Time       // when the connection was lost; zero while there is one
	failures int             // in a row
	asking   atomic.Bool     // for new entries, or about to: what begins a pause interrupts it until it no longer does
	waiting  *wire.WaitWatch // for the wait for a connection that can be read from
	vanished int             // reads in a row that found a group missing
}

// read runs discovery and the readers until reading is over.
func (c *consumer) read() {
	ctx := c.reading
	_ = c.streams.look(ctx) // so that the first read has streams
	var background sync.WaitGroup
	background.Go(c.all.conn.Guard(func() { c.streams.discover(ctx) }))
	if c.all.conn.Clustered() {
		c.readCluster(ctx)
	} else {
		c.readNode(ctx)
	}
	background.Wait() // not deferred: discovery outlives a reader that panics, and the panic has to come out
}

// readNode runs the only reader when there is no cluster.
func (c *consumer) readNode(ctx context.Context) {
	client, owned := c.all.conn.DeriveClient(c.options.Block+wire.ReadMargin, 2)
	if owned {
		defer func() { _ = client.Close() }() // nothing is on its way any more
	}
	r := &reader{consumer: c, mine: func(*stream) bool { return true }, link: blockingLink{client: client, owned: owned}}
	r.run(ctx)
}

// run reads until ctx is done, and then interrupts the blocked read.
func (r *reader) run(ctx context.Context) {
	leave := r.consumer.enlist(r)
	defer leave()
	ended := make(chan struct{})
	r.waiting = r.consumer.all.conn.WatchWait(fault.WaitReader, r.consumer.group)
	r.waiting.Patience = r.consumer.options.Patience
	defer r.waiting.Over()
	var watch sync.WaitGroup
	watch.Go(r.consumer.all.conn.Guard(func() { r.watch(ctx, ended) }))
	for ctx.Err() == nil {
		if err := r.turn(ctx); err != nil && ctx.Err() == nil {
			r.lost(ctx, err)
		}
	}
	close(ended)
	watch.Wait()
	r.link.hangUp()
}

// watch interrupts the read when ctx is done, repeatedly until the reader has ended, because the read may be about to block.
func (r *reader) watch(ctx context.Context, ended <-chan struct{}) {
	select {
	case <-ended:
		return
	case <-ctx.Done():
	}
	ticker := time.NewTicker(interruptEvery)
	defer ticker.Stop()
	giveUp := time.NewTimer(interruptFor)
	defer giveUp.Stop()
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), interruptFor)
	defer cancel()
	for {
		attempt := make(chan struct{})
		go r.consumer.all.conn.Guard(func() {
			defer close(attempt)
			r.link.interrupt(limited)
		})()
		select {
		case <-ended:
			<-attempt
			return
		case <-giveUp.C:
			if r.link.owned {
				_ = r.link.client.Close() // the reader's next error is its last
			}
			<-attempt
			return
		case <-attempt:
		}
		select {
		case <-ended:
			return
		case <-ticker.C:
		}
	}
}

// turn does the next step: connects, creates groups, recovers own pending entries, or reads. Its error is one of the
// connection.
func (r *reader) turn(ctx context.Context) error {
	c := r.consumer
	ready, unattached, until, changed := c.streams.pick(r.mine)
	if len(unattached) > 0 {
		return c.attach(ctx, unattached)
	}
	if paused, ends, other := c.control.paused(); paused {
		r.rest(ctx, ends, other, changed)
		return nil
	}
	if len(ready) == 0 {
		idle(ctx, until, changed, nil)
		return nil
	}
	if r.link.conn == nil {
		if err := r.link.dial(ctx, ready[0].key); err != nil {
			return err
		}
	}
	for _, s := range ready {
		if !s.recover.Swap(false) {
			continue
		}
		c.send(r.sequence.all()) // parked entries must not take the room that recovery needs
		if err := c.recover(ctx, s); err != nil {
			s.recover.Store(true)
			return err
		}
	}
	if c.ledger.free() <= 0 {
		c.send(r.sequence.all()) // or there would never be room
	}
	free, ok := c.ledger.room(ctx)
	if !ok {
		return nil
	}
	allowed, ok := c.allowance(ctx, changed)
	if !ok {
		return nil
	}
	free = min(free, allowed)
	r.asking.Store(true)
	defer r.asking.Store(false)
	if c.resting() {
		return nil // the pause began while there was no room
	}
	if due := c.claimsDue(ready); len(due) > 0 {
		return r.claim(ctx, due)
	}
	return r.fetch(ctx, ready, free)
}

// idle waits for a moment, if it isn't zero, or for one of two signals, of which either may be nil.
func idle(ctx context.Context, until time.Time, changed, other <-chan struct{}) {
	wait := farOff
	if !until.IsZero() {
		wait = max(time.Until(until), time.Millisecond)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-changed:
	case <-other:
	}
}

// fetch sends one XREADGROUP over the streams and delivers the entries.
func (r *reader) fetch(ctx context.Context, streams []*stream, free int) error {
	c := r.consumer
	count := min(c.options.Count, max(free/len(streams), 1))
	block := c.options.Block
	streams, waiting := r.sequence.readable(streams, count)
	switch {
	case len(streams) == 0:
		c.send(r.sequence.all()) // the streams they wait for can't be read now
		return nil
	case len(r.sequence.parked) > 0:
		block = 0 // they wait only for existing entries
	case !r.down.IsZero():
		block = 0 // to find out at once whether the server delivers again
	}
	raw, err := r.link.read(ctx, c.readArgs(streams, count, block))
	if err != nil {
		return err
	}
	entries, err := wire.ParseStreams(raw)
	var refused wire.ServerError
	if err == nil || errors.As(err, &refused) && !nodeTrouble(refused) {
		r.connected()
	}
	switch {
	case err == nil:
		r.vanished = 0
		limit, more := r.sequence.limit(entries, count, waiting)
		c.send(r.sequence.take(c.enter(c.newDeliveries(entries, nil)), limit, more))
		return nil
	case !errors.As(err, &refused):
		return err
	case groupLost(err):
		return r.groupsVanished(ctx, streams)
	case strings.HasPrefix(string(refused), "UNBLOCKED") && ctx.Err() != nil:
		return ctx.Err()
	case nodeTrouble(refused) && !wire.SlotOnBothSides(refused):
		return err
	default:
		return r.fetchEach(ctx, streams, waiting, count)
	}
}

// nodeTrouble reports whether an answer is about the node rather than the requested streams: another connection may work a
// little later.
func nodeTrouble(refused wire.ServerError) bool {
	return wire.Passing(refused) || wire.ErrorWord(refused) == "NOAUTH"
}

// readArgs returns the arguments of XREADGROUP for new entries; without BLOCK when block is 0.
func (c *consumer) readArgs(streams []*stream, count int, block time.Duration, options ...any) []any {
	args := make([]any, 0, 9+len(options)+2*len(streams))
	args = append(args, "XREADGROUP", "GROUP", c.group, c.name, "COUNT", count)
	if block > 0 {
		args = append(args, "BLOCK", block.Milliseconds())
	}
	args = append(args, options...)
	args = append(args, "STREAMS")
	for _, s := range streams {
		args = append(args, s.key)
	}
	for range streams {
		args = append(args, ">")
	}
	return args
}

// groupsVanished marks the groups of the streams to be recreated: the answer names one, but more may be missing.
func (r *reader) groupsVanished(ctx context.Context, streams []*stream) error {
	c := r.consumer
	c.streams.change(func(s *stream) { s.attached, s.lost = false, true }, streams...)
	r.vanished++
	if r.vanished > 1 {
		// Something destroys the group as fast as it is created, or the answer is misleading: don't spin.
		wire.Pause(ctx, wire.ReconnectBackoff.After(r.vanished))
	}
	return nil
}

// lost handles the loss of the connection, and waits before the next one.
func (r *reader) lost(ctx context.Context, err error) {
	c := r.consumer
	r.link.hangUp()
	c.send(r.sequence.all())
	c.all.conn.ReloadSlots(ctx, r.link.client, c.client) // recovery goes through that one
	// Entries in the lost reply are pending, and unknown here.
	for _, s := range c.streams.all() {
		if r.mine(s) {
			s.recover.Store(true)
		}
	}
	r.waiting.Failed(err)
	if r.down.IsZero() {
		r.down = time.Now()
		if hook := c.all.hooks.Disconnected; hook != nil {
			hook("reader", err)
		}
	}
	r.failures++
	if r.waiting.Exhausted() {
		c.giveUp(fmt.Errorf("bus: consume as %s: %w after %s: %w", c.group, fault.ErrPatience, c.options.Patience, err))
		return
	}
	wire.Pause(ctx, c.all.conn.Reconnecting().After(r.failures))
}

// connected records that the server has delivered, or would. Accepting a connection doesn't prove that, as a server may
// accept one and refuse to deliver.
func (r *reader) connected() {
	r.failures = 0
	r.waiting.Over()
	if r.down.IsZero() {
		return
	}
	r.consumer.all.Counters.Reconnects.Add(1)
	if hook := r.consumer.all.hooks.Reconnected; hook != nil {
		hook("reader", time.Since(r.down))
	}
	r.down = time.Time{}
}
