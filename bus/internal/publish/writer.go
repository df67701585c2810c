// Package publish sends events to their streams: a buffer, and lanes that send batch after batch, check the outcome after
// lost replies, and wait for a server that is down. Package bus has the public part: options and documentation. Start reading
// at [Writer.Publish], and trace an event from lane.go to send.go.
package publish

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/report"
	"streamdesk/model"
)

// Counters are the counters of publishing in bus.Stats.
type Counters struct {
	Published, Failed, Resent, Reconnects atomic.Uint64
}

// Writer is the buffer of events to publish, and the lanes that publish them: one lane for a single server, or one for each
// hash slot of a cluster, so that a dead or slow node holds up no stream of another node.
type Writer struct {
	server  *wire.Conn
	config  Config
	streams *Streams
	hooks   *report.Hooks
	tracer  report.Tracer // nil without one
	// Counters count what became of the events.
	Counters Counters
	noticed  func(stream string)     // called with a stream that may be new
	accepted func(event model.Event) // called with each event that is in the buffer

	client wire.Client // used by the lanes
	lines  *wire.Lines // of the client's connections; nil when go-redis sends the batches
	owned  bool

	life    context.Context // ends when Close gives up
	end     context.CancelFunc
	running sync.WaitGroup // goroutines of lanes

	voice    wire.Voice // the lane that reports what all of them wait for
	outage   outage
	failures failures

	mu      sync.Mutex
	closing bool
	only    *lane            // nil with a cluster
	bySlot  map[uint16]*lane // nil without a cluster
	byKey   map[string]*lane // the same lanes by the keys of streams, which are quicker to look up
	spare   []*batch         // emptied batches to fill again
	held    int              // events accepted and not done
	bytes   int              // their payloads
	moved   chan struct{}    // closed and replaced when held shrinks; nil while nobody waits
}

// maxBufferedBytes is the max total size of events in the buffer: 64 MiB is the desk's whole memory budget, and sixteen
// thousand events of 4 KB.
const maxBufferedBytes = 64 << 20

// maxSpare is the max number of batches kept for the next burst: a full default buffer is 33 batches, half of that covers
// most bursts.
const maxSpare = 16

const (
	// lanePool: one connection for the batch on its way, one to spare while go-redis replaces a broken one.
	lanePool = 2
	// clusterLanePool is the max number of connections to one node of a cluster. A batch uses one only while it is being
	// sent. More at once gain nothing, and lanes that wait gather events meanwhile.
	clusterLanePool = 16
	// laneShare is the part of the buffer that is reserved for a hash slot of a cluster while the buffer is full of events
	// for others: a 32nd is a whole batch of the default buffer.
	laneShare = 32
)

// New returns a new writer, with its lane when there is a single server. noticed is called with each stream that may be new,
// accepted with each event that is in the buffer. Neither may block.
func New(server *wire.Conn, config Config, to *Streams, hooks *report.Hooks, tracer report.Tracer, noticed func(stream string), accepted func(model.Event)) *Writer {
	w := &Writer{server: server, config: config, streams: to, hooks: hooks, tracer: tracer, noticed: noticed, accepted: accepted}
	w.life, w.end = context.WithCancel(context.Background())
	reply := wire.WriteTimeout
	if config.Patience > 0 {
		reply = min(reply, config.Patience)
	}
	pool := lanePool
	if server.Clustered() {
		pool = clusterLanePool
		w.bySlot, w.byKey = make(map[uint16]*lane), make(map[string]*lane)
	}
	w.client, w.lines, w.owned = server.DeriveLines(reply+config.WaitTimeout, pool)
	if config.Waits() {
		w.lines = nil // a batch ends with WAIT
	}
	if !server.Clustered() {
		w.only = newLane(w)
		w.start(w.only)
	}
	return w
}

// start starts the goroutine of a lane. The caller holds mu, or is the only user.
func (w *Writer) start(l *lane) {
	l.running = true
	w.running.Add(1)
	go w.server.Guard(func() {
		l.run()
		w.running.Done() // not deferred: a lane that breaks down hasn't stopped in good order
	})()
}

// lane returns the lane for a stream's events. The caller holds mu.
func (w *Writer) lane(stream string) *lane {
	if w.only != nil {
		return w.only
	}
	if l := w.byKey[stream]; l != nil {
		return l
	}
	slot := wire.KeySlot(stream)
	l := w.bySlot[slot]
	if l == nil {
		l = newLane(w)
		w.bySlot[slot] = l
	}
	if len(w.byKey) >= maxStreamKeys {
		clear(w.byKey)
	}
	w.byKey[stream] = l
	return l
}

// lanes yields all lanes. The caller holds mu.
func (w *Writer) lanes(yield func(*lane) bool) {
	if w.only != nil {
		yield(w.only)
		return
	}
	maps.Values(w.bySlot)(yield)
}

// add adds an event to the buffer, and waits for room until ctx is done.
func (w *Writer) add(ctx context.Context, item outgoing, payload []byte) error {
	for {
		w.mu.Lock()
		l := w.lane(item.key())
		if refusal := l.refusal.Load(); refusal != nil {
			w.mu.Unlock()
			return *refusal
		}
		if w.closing {
			w.mu.Unlock()
			return fault.ErrClosed
		}
		if w.room(l, len(payload)) {
			l.put(item, payload)
			if !l.running {
				w.start(l)
			}
			w.mu.Unlock()
			l.nudge()
			return nil
		}
		moved := w.movement()
		w.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return w.because(ctx.Err(), item.key())
		}
	}
}

// room reports whether another event of size bytes may wait in the buffer. When the buffer is full, a cluster's lane without
// trouble has a small share of its own, because the buffer may be full of events for a dead node. The caller holds mu.
func (w *Writer) room(l *lane, size int) bool {
	buffer := w.config.Buffer
	if w.held < buffer && (w.held == 0 || w.bytes+size <= maxBufferedBytes) {
		return true
	}
	held := l.held()
	return w.only == nil && l.trouble == nil && held < max(buffer/laneShare, 1) && (held == 0 || l.bytes+size <= maxBatchBytes)
}

// because wraps the error that ended a wait for streams with the reason of the wait, when that is known.
func (w *Writer) because(err error, streams ...string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, stream := range streams {
		if trouble := w.lane(stream).trouble; trouble != nil {
			return fmt.Errorf("%w: %w", err, trouble)
		}
	}
	for l := range w.lanes { // the buffer may be full of events that another lane can't send
		if l.trouble != nil {
			return fmt.Errorf("%w: %w", err, l.trouble)
		}
	}
	return err
}

func (w *Writer) fresh() *batch {
	if n := len(w.spare); n > 0 {
		b := w.spare[n-1]
		w.spare = w.spare[:n-1]
		return b
	}
	return &batch{half: w.lines != nil}
}

// movement returns a channel that is closed when events are done. The caller holds mu.
func (w *Writer) movement() <-chan struct{} {
	if w.moved == nil {
		w.moved = make(chan struct{})
	}
	return w.moved
}

// Waiting returns the number of events that are accepted and not done.
func (w *Writer) Waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held
}

// awaited is a lane and how many of all its events are waited for.
type awaited struct {
	*lane
	until uint64
}

// Flush waits until all events accepted before the call are done.
func (w *Writer) Flush(ctx context.Context) error {
	if err := fault.NeedContext(ctx); err != nil {
		return fmt.Errorf("bus: flush: %w", err)
	}
	w.mu.Lock()
	var all []awaited
	for l := range w.lanes {
		if l.held() > 0 {
			all = append(all, awaited{l, l.accepted})
		}
	}
	for {
		left, trouble := uint64(0), error(nil)
		for _, a := range all {
			if n := a.until - min(a.settled, a.until); n > 0 {
				left += n
				if trouble == nil {
					trouble = a.trouble
				}
			}
		}
		if left == 0 {
			w.mu.Unlock()
			return w.failures.take()
		}
		if ctx.Err() != nil {
			w.mu.Unlock()
			return fmt.Errorf("bus: flush: %d events still wait: %w", left, errors.Join(ctx.Err(), trouble))
		}
		moved := w.movement()
		w.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
		}
		w.mu.Lock()
	}
}

// Close refuses new events, waits for the buffered ones until ctx is done, and ends the lanes.
func (w *Writer) Close(ctx context.Context) error {
	w.mu.Lock()
	w.closing = true
	if w.moved != nil {
		close(w.moved) // wakes the callers that wait for room: there will be none
		w.moved = nil
	}
	for l := range w.lanes {
		l.nudge()
	}
	w.mu.Unlock()
	stopped := w.server.Crash.Ended(&w.running)
	select {
	case <-stopped:
	case <-ctx.Done():
		w.end() // ends an attempt to connect
		if w.owned {
			_ = w.client.Close() // wakes a lane that waits for a server that stalls
		}
		<-stopped
	}
	w.end()
	for l := range w.lanes { // nobody else uses them any more
		l.conn.hangUp(false)
	}
	if w.owned {
		_ = w.client.Close() // nothing is on its way any more; the error is that it may be closed already
	}
	return w.failures.take()
}
