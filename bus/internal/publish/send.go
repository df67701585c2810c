package publish

import (
	"context"
	"fmt"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
)

// send publishes a batch. It returns when each event is in its stream, has failed for good, or Close gave up.
func (l *lane) send(b *batch) {
	l.watch.Begin()
	l.persist(b, l.tryOnce(b, false))
}

// persist goes on with a batch after its first attempt, whose trouble is nil when it is done.
func (l *lane) persist(b *batch, trouble error) {
	down := false
	for attempt := 1; trouble != nil; attempt++ {
		l.watch.Failed(trouble)
		if !down && wire.ErrorWord(trouble) != "OOM" {
			down = true
			l.writer.outage.begin(func() {
				if hook := l.writer.hooks.Disconnected; hook != nil {
					hook("writer", trouble)
				}
			})
		}
		l.inTrouble(fmt.Errorf("attempt %d, for %d of a batch of %d: %w", attempt, b.left(), len(b.items), trouble))
		why := fmt.Errorf("%w after %s: %w", fault.ErrPatience, l.watch.Patience, trouble)
		if !l.watch.Exhausted() {
			if wire.Pause(l.writer.life, l.watch.Left(l.writer.server.Reconnecting().After(attempt))) {
				trouble = l.tryOnce(b, true)
				continue
			}
			why = fmt.Errorf("%w: %w", fault.ErrClosed, trouble)
		}
		if down {
			l.writer.outage.abandon()
		}
		l.giveUp(b, why)
		return
	}
	l.fine()
	if down {
		l.writer.outage.end(func(lasted time.Duration) {
			l.writer.Counters.Reconnects.Add(1)
			if hook := l.writer.hooks.Reconnected; hook != nil {
				hook("writer", lasted)
			}
		})
	}
}

// fine records that a batch is done.
func (l *lane) fine() {
	l.watch.Over()
	if l.trouble != nil { // only this goroutine writes it
		l.inTrouble(nil)
	}
	if l.refusal.Load() != nil {
		l.refusal.Store(nil)
	}
}

// inTrouble records why the current batch is being retried; nil when it isn't.
func (l *lane) inTrouble(why error) {
	l.writer.mu.Lock()
	defer l.writer.mu.Unlock()
	l.trouble = why
}

// tryOnce makes one attempt. It ends with the patience, or after firstTry when that is already over.
func (l *lane) tryOnce(b *batch, again bool) error {
	if l.watch.Patience <= 0 {
		return l.attempt(l.writer.life, b, again)
	}
	ctx, cancel := context.WithTimeout(l.writer.life, max(l.watch.Left(l.watch.Patience), firstTry)+l.writer.config.WaitTimeout)
	defer cancel()
	return l.attempt(ctx, b, again)
}

// firstTry is the min time for an attempt: an event published after the patience is over gets one attempt, and a server that
// is back answers within it.
const firstTry = time.Second

// attempt sends the items of the batch that are not done once. It returns why some have to be sent again, nil when none have
// to. After a failed attempt, one event is sent before the others: a server that begins to accept events while it reads a
// batch would refuse the first ones and add the later ones, and their order would be lost.
func (l *lane) attempt(ctx context.Context, b *batch, again bool) error {
	if err := l.conn.connect(ctx); err != nil {
		return err
	}
	l.learn(ctx)
	err := l.review(ctx)
	if err == nil {
		err = l.verify(ctx, b)
	}
	if err != nil {
		l.writer.server.ReloadSlots(ctx, l.conn.client)
		l.conn.hangUp(false) // nothing was sent on it, and the former one isn't verified yet
		return err
	}
	for {
		most := len(b.items)
		if again || time.Now().Before(l.carefulUntil) {
			most = 1
		}
		if sent, err := l.attemptSome(ctx, b, most); err != nil || sent < most || most == len(b.items) {
			return err // fewer are left when fewer were sent
		}
		again = false
	}
}

// attemptSome sends up to most events.
func (l *lane) attemptSome(ctx context.Context, b *batch, most int) (sent int, trouble error) {
	if l.conn.line != nil {
		l.write(ctx, b, most)
		l.read(ctx, b)
	} else {
		l.exchange(ctx, b, most)
	}
	if trouble = l.settle(b); trouble != nil {
		l.part(ctx, trouble)
	}
	return len(b.sent), trouble
}

// part leaves the connection after trouble.
func (l *lane) part(ctx context.Context, trouble error) {
	l.writer.server.ReloadSlots(ctx, l.conn.client)
	if l.writer.server.Clustered() {
		l.carefulUntil = time.Now().Add(carefulFor)
	}
	if wire.ErrorWord(trouble) != "OOM" {
		l.conn.hangUp(true) // READONLY and LOADING too: the next connection may be to a new master
	}
}

// carefulFor is how long a cluster's lane sends its events one by one after trouble. Until go-redis knows which node has the
// slot, which takes some tenths of a second, it picks any node for each command of a batch: some would be refused and others
// not.
const carefulFor = time.Second
