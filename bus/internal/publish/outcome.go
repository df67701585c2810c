package publish

import (
	"errors"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// settle records the answers to an attempt. It returns nil when nothing is left to do, and otherwise why the items that are not
// done have to be sent again.
func (l *lane) settle(b *batch) (trouble error) {
	for n, i := range b.sent {
		if why := l.outcome(&b.items[i], b.answers[n].id, b.answers[n].err); why != nil {
			trouble = why
		}
	}
	return trouble
}

// outcome records what became of an item that was sent. It returns nil when nothing is left to do, and otherwise why it has
// to be sent again.
func (l *lane) outcome(item *outgoing, id model.Position, err error) (trouble error) {
	switch {
	case err == nil:
		l.remember(item.key(), id)
		l.succeed(item, id)
		return nil
	case errors.As(err, new(*wire.HandshakeError)), wire.Unsent(err), wire.Passing(err) && wire.ErrorWord(err) != "OOM",
		l.idempotence.refused(item, err):
		if item.wait != nil {
			item.wait.unsent(item.index)
		}
	case wire.ErrorWord(err) == "OOM" && item.wait != nil:
		l.fail(item, fmt.Errorf("%w: %w", fault.ErrMemory, err))
		return nil
	case wire.ErrorWord(err) == "OOM":
		l.refuse(err) // until this event, which is tried again and again, goes through
	case wire.ErrorWord(err) != "":
		l.fail(item, err)
		return nil
	default:
		item.unsure = err
	}
	return fmt.Errorf("%s: %w", item.key(), err)
}

func (l *lane) succeed(item *outgoing, id model.Position) {
	item.done = true
	l.writer.Counters.Published.Add(1)
	hook := l.writer.hooks.Published
	if item.wait == nil && hook == nil && item.short == nil && item.traced == nil {
		return // nobody wants to know the ID
	}
	err := item.short
	item.traced.ended(id, err)
	switch {
	case item.wait != nil:
		item.wait.settle(item.index, id, err)
	case err != nil:
		l.report(&fault.PublishError{EventID: item.eventID, Stream: item.key(), Err: err})
	}
	if hook != nil {
		hook(model.Key{Stream: item.key(), ID: id}, item.end-item.start)
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
