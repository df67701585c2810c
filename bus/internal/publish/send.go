package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// send publishes a batch. It returns when each event is in its stream, has failed for good, or Close gave up.
func (l *lane) send(b *batch) {
	down := false
	l.watch.Begin()
	for attempt := 1; ; attempt++ {
		trouble := l.tryOnce(b, attempt > 1)
		if trouble == nil {
			break
		}
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
	l.watch.Over()
	if l.trouble != nil { // only this goroutine writes it
		l.inTrouble(nil)
	}
	if l.refusal.Load() != nil {
		l.refusal.Store(nil)
	}
	if down {
		l.writer.outage.end(func(lasted time.Duration) {
			l.writer.Counters.Reconnects.Add(1)
			if hook := l.writer.hooks.Reconnected; hook != nil {
				hook("writer", lasted)
			}
		})
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
	b.prepare(ctx, &l.writer.config, &l.idempotence, most)
	if len(b.sent) == 0 {
		return 0, nil
	}
	trouble = l.settle(b, l.exchange(ctx, b))
	if trouble == nil {
		return len(b.sent), nil
	}
	l.writer.server.ReloadSlots(ctx, l.conn.client)
	if l.writer.server.Clustered() {
		l.carefulUntil = time.Now().Add(carefulFor)
	}
	if wire.ErrorWord(trouble) != "OOM" {
		l.conn.hangUp(true) // READONLY and LOADING too: the next connection may be to a new master
	}
	return len(b.sent), trouble
}

// carefulFor is how long a cluster's lane sends its events one by one after trouble. Until go-redis knows which node has the
// slot, which takes some tenths of a second, it picks any node for each command of a batch: some would be refused and others
// not.
const carefulFor = time.Second

// exchange sends the commands in one pipeline, followed by WAIT or WAITAOF on the same connection when configured.
func (l *lane) exchange(ctx context.Context, b *batch) error {
	pipe := l.conn.pipeliner()
	if err := pipe.BatchProcess(ctx, b.cmds...); err != nil {
		return err
	}
	how := &l.writer.config
	var wait *redis.Cmd
	switch ms := how.WaitTimeout.Milliseconds(); {
	case how.LocalAOF:
		wait = pipe.Do(ctx, "waitaof", 1, how.Replicas, ms)
	case how.Replicas > 0:
		wait = pipe.Do(ctx, "wait", how.Replicas, ms)
	}
	_, err := pipe.Exec(ctx)
	if wait != nil {
		l.checkWait(b, wait) // whatever Exec says: that may be an XADD's failure, or the wait's own
	}
	return err
}

// checkWait reads how many replicas have the batch. No answer, or one that can't be read, counts as none.
func (l *lane) checkWait(b *batch, wait *redis.Cmd) {
	how := &l.writer.config
	var err error
	switch reply := wait.Val().(type) {
	case int64:
		if reply < int64(how.Replicas) {
			err = fmt.Errorf("%w: %d of %d replicas", fault.ErrReplicas, reply, how.Replicas)
		}
	case []any: // WAITAOF: local, replicas
		local, replicas := integerAt(reply, 0), integerAt(reply, 1)
		if local < 1 || replicas < int64(how.Replicas) {
			err = fmt.Errorf("%w: fsynced here: %t, by %d of %d replicas", fault.ErrReplicas, local > 0, replicas, how.Replicas)
		}
	default:
		err = fmt.Errorf("%w: %w", fault.ErrReplicas, cmp.Or(wait.Err(), fault.ErrReply))
	}
	for _, i := range b.sent {
		b.items[i].short = err
	}
}

func integerAt(reply []any, i int) int64 {
	if i >= len(reply) {
		return 0
	}
	n, _ := reply[i].(int64)
	return n
}

// settle reads the outcome of each command. It returns nil when nothing is left to do, and otherwise why the items that are
// not done have to be sent again.
func (l *lane) settle(b *batch, execErr error) (trouble error) {
	for n, i := range b.sent {
		item := &b.items[i]
		cmd := b.cmds[n].(wire.XAdd) //nolint:forcetypeassert // prepare makes nothing else
		err := cmd.Err()
		if err == nil && cmd.Val() == "" {
			// go-redis doesn't send the commands when the connection's handshake was refused.
			err = &wire.HandshakeError{Err: execErr}
		}
		if _, malformed := model.ParsePosition(cmd.Val()); err == nil && malformed != nil {
			err = fmt.Errorf("%w: %w", fault.ErrReply, malformed) // replies no longer match commands: hang up
		}
		switch {
		case err == nil:
			l.remember(item.key(), cmd.Val())
			l.succeed(item, cmd.Val())
		case errors.As(err, new(*wire.HandshakeError)), wire.Unsent(err), wire.Passing(err) && wire.ErrorWord(err) != "OOM",
			l.idempotence.refused(item, err):
			if item.wait != nil {
				item.wait.unsent(item.index)
			}
			trouble = fmt.Errorf("%s: %w", item.key(), err)
		case wire.ErrorWord(err) == "OOM" && item.wait != nil:
			l.fail(item, fmt.Errorf("%w: %w", fault.ErrMemory, err))
		case wire.ErrorWord(err) == "OOM":
			l.refuse(err) // until this event, which is tried again and again, goes through
			trouble = fmt.Errorf("%s: %w", item.key(), err)
		case wire.ErrorWord(err) != "":
			l.fail(item, err)
		default:
			item.unsure = err
			trouble = fmt.Errorf("%s: %w", item.key(), err)
		}
	}
	return trouble
}

func (l *lane) succeed(item *outgoing, id string) {
	item.done = true
	l.writer.Counters.Published.Add(1)
	hook := l.writer.hooks.Published
	if item.wait == nil && hook == nil && item.short == nil && item.traced == nil {
		return // nobody wants to know the ID
	}
	position, err := model.ParsePosition(id)
	if item.short != nil {
		err = item.short
	}
	item.traced.ended(position, err)
	switch {
	case item.wait != nil:
		item.wait.settle(item.index, position, err)
	case err != nil:
		l.report(&fault.PublishError{EventID: item.eventID, Stream: item.key(), Err: err})
	}
	if hook != nil {
		hook(model.Key{Stream: item.key(), ID: position}, item.end-item.start)
	}
}

// fail marks an item as done that will never be published.
func (l *lane) fail(item *outgoing, err error) {
	item.done = true
	l.writer.Counters.Failed.Add(1)
	item.traced.ended(model.Position{}, err)
	if item.wait != nil {
		item.wait.settle(item.index, model.Position{}, err)
		return
	}
	l.report(&fault.PublishError{EventID: item.eventID, Stream: item.key(), Err: err})
}

// report reports a buffered event's failure.
func (l *lane) report(failure *fault.PublishError) {
	l.writer.failures.add(failure)
	if hook := l.writer.hooks.PublishFailed; hook != nil {
		hook(failure)
	}
}

// refuse makes Publish fail fast until a batch goes through again.
func (l *lane) refuse(err error) {
	refusal := fmt.Errorf("%w: %w", fault.ErrMemory, err)
	l.refusal.Store(&refusal)
}

// giveUp fails the remaining events of the batch; the error shows whose reply was lost.
func (l *lane) giveUp(b *batch, why error) {
	l.watch.Suspend()
	l.refusal.Store(nil) // the event that it waited for is given up; the next one checks again
	for i := range b.items {
		switch item := &b.items[i]; {
		case item.done:
		case item.unsure != nil:
			l.fail(item, fmt.Errorf("%w: %w", why, wire.Uncertain(item.unsure)))
		default:
			l.fail(item, why)
		}
	}
}
