package publish

import (
	"sync/atomic"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// lane publishes the events of some streams in one goroutine. It sends the events that gathered while it was busy with the
// last batch, so that batches grow with the load and a lone event is sent at once. Only one batch is sent at a time, which
// keeps the order.
type lane struct {
	writer *Writer

	// Used by the goroutine only.
	conn        connection
	last        map[string]model.Position // the last known ID of each stream
	idempotence idempotence
	watch       *wire.WaitWatch // of the wait for the server
	// carefulUntil is when sending events one by one ends.
	carefulUntil time.Time
	odd          bool // whether the batch taken last is odd
	// Of the batch that is being written: the commands, the arguments of one and what is in them.
	out             []byte
	args            []any
	payload, serial argument

	wake chan struct{} // holds a token when there may be something to do

	// refusal is why events are not accepted now (the server's OOM); nil when they are.
	refusal atomic.Pointer[error]

	// The writer's mu guards these.
	running  bool
	queue    []*batch // waiting batches, the newest is being filled
	bytes    int      // the payloads of all events that are not done
	accepted uint64   // events ever accepted
	settled  uint64   // events ever done, in the order they were accepted
	trouble  error    // why the current batch is being retried
}

// laneRest is how long a cluster's lane waits for the next event before its goroutine ends. The next event starts a new one:
// a program may publish to any number of streams over time.
const laneRest = 10 * time.Second

func newLane(w *Writer) *lane {
	l := &lane{
		writer: w, conn: connection{client: w.client, lines: w.lines}, last: make(map[string]model.Position),
		idempotence: newIdempotence(w.config.Idempotent), wake: make(chan struct{}, 1),
	}
	l.watch = w.server.WatchWait(fault.WaitWriter, "")
	l.watch.Patience = w.config.Patience
	l.watch.Voice = &w.voice
	return l
}

// held returns the number of events that are accepted and not done. The caller holds mu.
func (l *lane) held() int { return int(l.accepted - l.settled) }

// put appends to the newest batch, or starts another. The caller holds mu.
func (l *lane) put(item outgoing, payload []byte) {
	n := len(l.queue)
	if n == 0 || !l.queue[n-1].takes(len(payload)) {
		l.queue = append(l.queue, l.writer.fresh())
		n++
	}
	l.queue[n-1].put(item, payload)
	l.writer.held++
	l.writer.bytes += len(payload)
	l.bytes += len(payload)
	l.accepted++
}

// nudge wakes the goroutine: there may be something to do.
func (l *lane) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run is the lane's goroutine.
func (l *lane) run() {
	w := l.writer
	for {
		w.mu.Lock()
		var next *batch
		if len(l.queue) > 0 {
			next = l.take()
		}
		closing := w.closing
		w.mu.Unlock()
		switch {
		case next != nil && l.flows():
			l.flow(next)
		case next != nil:
			l.send(next)
			l.finish(next)
		case closing, !l.rest():
			return
		}
	}
}

// take takes the next batch. The caller holds mu.
func (l *lane) take() *batch {
	next := l.queue[0]
	l.queue = l.queue[1:]
	l.odd = !l.odd
	next.odd = l.odd
	return next
}

// rest waits until there may be something to do. It returns false when nothing came for [laneRest] and the goroutine has to
// end.
func (l *lane) rest() bool {
	if l.writer.only != nil {
		<-l.wake
		return true
	}
	timer := time.NewTimer(laneRest)
	defer timer.Stop()
	select {
	case <-l.wake:
		return true
	case <-timer.C:
	}
	l.writer.mu.Lock()
	defer l.writer.mu.Unlock()
	l.running = len(l.queue) > 0
	return l.running
}

// finish frees the room of the batch's events in the buffer.
func (l *lane) finish(done *batch) {
	w := l.writer
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held -= len(done.items)
	w.bytes -= len(done.arena)
	l.bytes -= len(done.arena)
	l.settled += uint64(len(done.items))
	if done.reset() && len(w.spare) < maxSpare {
		w.spare = append(w.spare, done)
	}
	if w.moved != nil {
		close(w.moved)
		w.moved = nil
	}
}
