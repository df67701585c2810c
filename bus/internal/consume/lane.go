package consume

import (
	"container/heap"
	"time"

	"streamdesk/bus/fault"
)

// lane calls the handler for its part of the workflows, one event at a time. A workflow whose event has failed is held: its
// later events wait behind that one, while the other workflows of the lane go on.
type lane struct {
	consumer *consumer
	inbox    inbox

	// Used by the lane's goroutine only.
	held  map[string]*heldWorkflow
	due   dueHeap
	timer *time.Timer
}

// heldWorkflow is a failed delivery, with those of the same workflow that wait behind it.
type heldWorkflow struct {
	workflow string
	queue    []*delivery
	at       time.Time // when the first is tried again
}

func newLane(c *consumer) *lane {
	return &lane{consumer: c, inbox: newInbox(), held: make(map[string]*heldWorkflow)}
}

// farOff is the duration of a timer that has nothing to wait for.
const farOff = time.Hour

// run is the lane's goroutine. It ends when reading has ended and the handler has returned. Deliveries that were not started
// or wait for a retry stay pending.
func (l *lane) run() {
	l.timer = time.NewTimer(farOff)
	defer l.timer.Stop()
	stop := l.consumer.reading
	for {
		l.timer.Reset(l.untilDue())
		select {
		case <-l.inbox.wake:
			l.work(l.inbox.take())
		case <-l.timer.C:
			if l.consumer.handleBatch != nil {
				l.retryBatch()
			} else {
				l.retry()
			}
		case <-stop.Done():
			return
		}
	}
}

func (l *lane) work(inbox []*delivery) {
	if l.consumer.handleBatch != nil {
		l.takeBatch(inbox)
		return
	}
	for _, d := range inbox {
		if l.consumer.reading.Err() != nil {
			return // the rest is released
		}
		l.take(d)
	}
}

// untilDue returns the time until the next retry, or [farOff] when there is none.
func (l *lane) untilDue() time.Duration {
	if len(l.due) == 0 {
		return farOff
	}
	return max(time.Until(l.due[0].at), 0)
}

// take handles d now, or queues it behind the failed event of its workflow.
func (l *lane) take(d *delivery) {
	l.consumer.decode(d)
	if len(l.held) > 0 {
		if h := l.held[d.message.Event.WorkflowID]; h != nil {
			h.queue = append(h.queue, d)
			return
		}
	}
	if after, again := l.attempt(d); again {
		l.hold(d, after)
	}
}

// hold keeps a failed delivery for later. One without a workflow holds back no other.
func (l *lane) hold(d *delivery, after time.Duration) {
	h := &heldWorkflow{workflow: d.message.Event.WorkflowID, queue: []*delivery{d}, at: time.Now().Add(after)}
	if h.workflow != "" {
		l.held[h.workflow] = h
	}
	heap.Push(&l.due, h)
}

func (l *lane) popDue() *heldWorkflow {
	h, _ := heap.Pop(&l.due).(*heldWorkflow)
	return h
}

// retry retries the due workflows, each until its queue is empty or fails again.
func (l *lane) retry() {
	stop := l.consumer.reading
	for now := time.Now(); len(l.due) > 0 && !l.due[0].at.After(now) && stop.Err() == nil; {
		h := l.popDue()
		for len(h.queue) > 0 && stop.Err() == nil {
			after, again := l.attempt(h.queue[0])
			if again {
				h.at = time.Now().Add(after)
				heap.Push(&l.due, h)
				break
			}
			h.queue[0] = nil
			h.queue = h.queue[1:]
		}
		if len(h.queue) == 0 && h.workflow != "" {
			delete(l.held, h.workflow)
		}
	}
}

// attempt handles d once. again reports that it must be tried again, and after is the delay.
func (l *lane) attempt(d *delivery) (after time.Duration, again bool) {
	var err error
	if l.consumer.begin(d) {
		err = l.call(d)
	}
	return l.consumer.settle(d, err)
}

// call calls the handler, and turns a panic into an error.
func (l *lane) call(d *delivery) (err error) {
	c := l.consumer
	c.all.Counters.Delivered.Add(1)
	if hook := c.all.hooks.Delivered; hook != nil {
		hook(c.group, d.message.Key(), d.message.Deliveries)
	}
	ctx, end := c.trace(d)
	defer func() { end(err) }()
	defer fault.Into(&err, "the handler")
	return c.handle(ctx, d.message)
}

// dueHeap orders held workflows by the time of their next attempt.
type dueHeap []*heldWorkflow

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h dueHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push is for container/heap.
func (h *dueHeap) Push(x any) {
	w, _ := x.(*heldWorkflow)
	*h = append(*h, w)
}

// Pop is for container/heap.
func (h *dueHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}
