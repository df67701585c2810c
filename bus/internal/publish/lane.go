package publish

import (
	"sync/atomic"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
)

// lane is the one goroutine that publishes the events of some streams: it takes whatever has gathered while it was
// busy with the last batch, so that batches grow with the load and a lone event leaves at once. One batch is on its way at a
// time, which is what keeps the order.
type lane struct {
	writer *Writer

	// The goroutine's alone.
	conn        connection
	last        map[string]string // the last known ID of each stream
	idempotence idempotence
	watch       *wire.WaitWatch // of the wait for the server
	// carefulUntil is until when events go one by one.
	carefulUntil time.Time

	wake chan struct{} // holds a token when there may be something to do

	// refusal is why events are not accepted now (the server's OOM); nil in good times.
	refusal atomic.Pointer[error]

	// The writer's mu guards these.
	running  bool
	queue    []*batch // waiting batches, the newest is being filled
	bytes    int      // the payloads of all events that are not done
	accepted uint64   // events ever accepted
	settled  uint64   // events ever done, in the order they were accepted
	trouble  error    // why the batch on its way is being retried
}

// laneRest is how long a cluster's lane waits for the next event before its goroutine ends. The next event starts another:
// a program may publish to any number of streams in its time.
const laneRest = 10 * time.Second

func newLane(w *Writer) *lane {
	l := &lane{
		writer: w, conn: connection{client: w.client}, last: make(map[string]string),
		idempotence: newIdempotence(w.config.Idempotent), wake: make(chan struct{}, 1),
	}
	l.watch = w.server.WatchWait(fault.WaitWriter, "")
	l.watch.Patience = w.config.Patience
	l.watch.Voice = &w.voice
	return l
}

// held is how many events are accepted and not done. The caller holds mu.
func (l *lane) held() int { return int(l.accepted - l.settled) }

// put appends to the newest batch, or begins another. The caller holds mu.
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

// nudge tells the goroutine that there may be something to do.
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
			next = l.queue[0]
			l.queue = l.queue[1:]
		}
		closing := w.closing
		w.mu.Unlock()
		switch {
		case next != nil:
			l.send(next)
			l.finish(next)
		case closing, !l.rest():
			return
		}
	}
}

// rest waits until there may be something to do. It is false when the goroutine is to end because nothing came for long.
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

// finish makes room for as many events as the batch had.
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
