package bus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"streamdesk/model"
)

// writer is the one goroutine that publishes: it takes whatever has gathered while it was busy with the last batch,
// so that batches grow with the load and a lone event leaves at once. One batch is on its way at a time, on one
// connection, which is what keeps the order.
type writer struct {
	bus         *Bus
	conn        writerConn        // the goroutine's
	last        map[string]string // the goroutine's: the last known ID of each stream
	idempotence idempotence       // the goroutine's
	watch       *waitWatch        // of the wait for the server

	wake    chan struct{}   // holds a token when there may be something to do
	life    context.Context // ends when Close gives up
	end     context.CancelFunc
	stopped chan struct{} // closed when the goroutine has ended

	// refusal is why events are not accepted now (the server's OOM); nil in good times.
	refusal atomic.Pointer[error]

	mu       sync.Mutex
	closing  bool
	queue    []*batch      // waiting batches, the newest is being filled
	spare    []*batch      // emptied batches to fill again
	held     int           // events accepted and not done
	bytes    int           // their payloads
	accepted uint64        // events ever accepted
	settled  uint64        // events ever done, in the order they were accepted
	moved    chan struct{} // closed and replaced when held shrinks; nil while nobody waits
	trouble  error         // why the batch on its way is being retried
	failures failures
}

// maxBufferedBytes bounds the buffer whatever the size of the events: 64 MiB is the desk's whole memory budget, and
// sixteen thousand events of 4 KB.
const maxBufferedBytes = 64 << 20

// maxSpare batches are kept for the next burst: a full default buffer is 33 batches, half of that absorbs most.
const maxSpare = 16

func newWriter(b *Bus) *writer {
	w := &writer{
		bus: b, idempotence: newIdempotence(b.publishing.idempotent), last: make(map[string]string), wake: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	w.life, w.end = context.WithCancel(context.Background())
	w.watch = b.watchWait(WaitWriter, "")
	w.watch.patience = b.publishing.patience
	reply := writeTimeout
	if w.watch.patience > 0 {
		reply = min(reply, w.watch.patience)
	}
	// Two connections: one for the batch on its way, one to spare while go-redis replaces a broken one.
	w.conn.client, w.conn.owned = b.deriveClient(reply+b.publishing.waitTimeout, 2)
	go b.Guard(func() {
		w.run()
		close(w.stopped) // not deferred: a writer that breaks down hasn't stopped in good order
	})()
	return w
}

// add puts an event into the buffer, and waits for room until ctx is done.
func (w *writer) add(ctx context.Context, item outgoing, payload []byte) error {
	for {
		if refusal := w.refusal.Load(); refusal != nil {
			return *refusal
		}
		w.mu.Lock()
		if w.closing {
			w.mu.Unlock()
			return ErrClosed
		}
		if w.held < w.bus.publishing.buffer && (w.held == 0 || w.bytes+len(payload) <= maxBufferedBytes) {
			w.put(item, payload)
			w.mu.Unlock()
			select {
			case w.wake <- struct{}{}:
			default:
			}
			return nil
		}
		moved := w.movement()
		w.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return w.because(ctx.Err())
		}
	}
}

// because adds to the end of a wait why it lasted, when that is known.
func (w *writer) because(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trouble == nil {
		return err
	}
	return fmt.Errorf("%w: %w", err, w.trouble)
}

// put appends to the newest batch, or begins another. The caller holds mu.
func (w *writer) put(item outgoing, payload []byte) {
	n := len(w.queue)
	if n == 0 || !w.queue[n-1].takes(len(payload)) {
		w.queue = append(w.queue, w.fresh())
		n++
	}
	w.queue[n-1].put(item, payload)
	w.held++
	w.bytes += len(payload)
	w.accepted++
}

func (w *writer) fresh() *batch {
	if n := len(w.spare); n > 0 {
		b := w.spare[n-1]
		w.spare = w.spare[:n-1]
		return b
	}
	return &batch{}
}

// movement is a channel that is closed when events are done. The caller holds mu.
func (w *writer) movement() <-chan struct{} {
	if w.moved == nil {
		w.moved = make(chan struct{})
	}
	return w.moved
}

// run is the writer's goroutine.
func (w *writer) run() {
	for {
		w.mu.Lock()
		var next *batch
		if len(w.queue) > 0 {
			next = w.queue[0]
			w.queue = w.queue[1:]
		}
		closing := w.closing
		w.mu.Unlock()
		switch {
		case next != nil:
			w.send(next)
			w.finish(next)
		case closing:
			return
		default:
			<-w.wake
		}
	}
}

// finish makes room for as many events as the batch had.
func (w *writer) finish(done *batch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held -= len(done.items)
	w.settled += uint64(len(done.items))
	w.bytes -= len(done.arena)
	if done.reset() && len(w.spare) < maxSpare {
		w.spare = append(w.spare, done)
	}
	if w.moved != nil {
		close(w.moved)
		w.moved = nil
	}
}

func (w *writer) waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held
}

// flush waits until what was accepted before is done.
func (w *writer) flush(ctx context.Context) error {
	w.mu.Lock()
	until := w.accepted
	for w.settled < until {
		moved := w.movement()
		w.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			w.mu.Lock()
			left, trouble := until-min(w.settled, until), w.trouble
			w.mu.Unlock()
			if left == 0 {
				return w.failures.take()
			}
			return fmt.Errorf("bus: flush: %d events still wait: %w", left, errors.Join(ctx.Err(), trouble))
		}
		w.mu.Lock()
	}
	w.mu.Unlock()
	return w.failures.take()
}

// close refuses new events, waits for the buffered ones until ctx is done, and ends the goroutine.
func (w *writer) close(ctx context.Context) error {
	w.mu.Lock()
	w.closing = true
	if w.moved != nil {
		close(w.moved) // whoever waits for room learns that there is none to come
		w.moved = nil
	}
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
	select {
	case <-w.stopped:
	case <-ctx.Done():
		w.end() // ends an attempt to connect
		if w.conn.owned {
			_ = w.conn.client.Close() // wakes a writer that waits for a server that stalls
		}
		<-w.stopped
	}
	w.end()
	w.conn.hangUp(false)
	if w.conn.owned {
		_ = w.conn.client.Close() // nothing is on its way any more; the error is that it may be closed already
	}
	return w.failures.take()
}

// streamKeys keeps the key of each type that was published, as the interface value that go-redis wants, so that a
// publish allocates none.
type streamKeys struct {
	known atomic.Pointer[map[model.Type]any]
	mu    sync.Mutex
}

// maxStreamKeys bounds the cache for programs that make up types without end.
const maxStreamKeys = 4096

func (k *streamKeys) of(prefix string, t model.Type) any {
	known := k.known.Load()
	if known != nil {
		if key, ok := (*known)[t]; ok {
			return key
		}
	}
	var key any = prefix + string(t)
	k.mu.Lock()
	defer k.mu.Unlock()
	next := make(map[model.Type]any)
	if known = k.known.Load(); known != nil && len(*known) < maxStreamKeys {
		maps.Copy(next, *known)
	}
	next[t] = key
	k.known.Store(&next)
	return key
}
