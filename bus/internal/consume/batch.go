package consume

import (
	"errors"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// takeBatch handles deliveries with the batch handler, except those that wait behind a failed event of their workflow.
func (l *lane) takeBatch(inbox []*delivery) {
	free := inbox[:0]
	for _, d := range inbox {
		l.consumer.decode(d)
		if h := l.held[d.message.Event.WorkflowID]; h != nil {
			h.queue = append(h.queue, d)
		} else {
			free = append(free, d)
		}
	}
	for len(free) > 0 && l.consumer.reading.Err() == nil {
		page := free[:min(len(free), l.consumer.options.Batch)]
		free = free[len(page):]
		l.attemptBatch(page)
	}
}

// retryBatch retries the due workflows, each one's queue as a whole and in its order.
func (l *lane) retryBatch() {
	var due []*delivery
	for now := time.Now(); len(l.due) > 0 && !l.due[0].at.After(now); {
		h := l.popDue()
		delete(l.held, h.workflow)
		due = append(due, h.queue...)
	}
	l.takeBatch(due)
}

// attemptBatch handles deliveries once, and holds those that failed.
func (l *lane) attemptBatch(page []*delivery) {
	c := l.consumer
	todo := make([]*delivery, 0, len(page))
	messages := make([]model.Message, 0, len(page))
	for _, d := range page {
		switch {
		case c.begin(d):
			todo = append(todo, d)
			messages = append(messages, d.message)
		default:
			l.settleBatched(d, nil)
		}
	}
	if len(todo) == 0 {
		return
	}
	err := l.callBatch(todo, messages)
	var some fault.BatchError
	partial := errors.As(err, &some)
	for i, d := range todo {
		failure := err
		if partial {
			failure = some[i]
		}
		l.settleBatched(d, failure)
	}
}

// settleBatched settles one delivery of a batch. A failed one waits at the front of its workflow's queue, or behind the
// others there.
func (l *lane) settleBatched(d *delivery, err error) {
	after, again := l.consumer.settle(d, err)
	if !again {
		return
	}
	if h := l.held[d.message.Event.WorkflowID]; h != nil {
		h.queue = append(h.queue, d)
		return
	}
	l.hold(d, after)
}

func (l *lane) callBatch(todo []*delivery, messages []model.Message) (err error) {
	c := l.consumer
	c.all.Counters.Delivered.Add(uint64(len(messages)))
	if hook := c.all.hooks.Delivered; hook != nil {
		for i := range messages {
			hook(c.group, messages[i].Key(), messages[i].Deliveries)
		}
	}
	ctx, end := c.traceBatch(todo, messages)
	defer func() { end(err) }()
	defer fault.Into(&err, "the handler")
	return c.handleBatch(ctx, messages)
}
