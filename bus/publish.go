package bus

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// publishing is how events are published.
type publishing struct {
	maxLen      int64
	approx      bool
	buffer      int
	maxSize     int
	replicas    int
	localAOF    bool
	idempotent  bool // where the server can
	waitTimeout time.Duration
	patience    time.Duration // 0: for ever
}

// defaultPublishing: 16,384 events of a usual size are about 4 MB and last a tenth of a second of the highest rate,
// which is longer than a round trip and shorter than anybody waits. A megabyte an event is far more than an event
// should have, and far less than the 512 MB that Redis would take.
var defaultPublishing = publishing{buffer: 16384, maxSize: 1 << 20, idempotent: true}

func (p publishing) waits() bool { return p.replicas > 0 || p.localAOF }

// WithMaxLen has every XADD trim its stream to n entries (MAXLEN n, or MAXLEN ~ n when approx, which trims whole
// nodes and costs next to nothing). Trimming takes no heed of what groups have not read or acknowledged: see Trim
// for the way that does.
func WithMaxLen(n int64, approx bool) Option {
	return func(b *Bus) { b.publishing.maxLen, b.publishing.approx = n, approx }
}

// WithPatience has the writer give up on events that it could not publish for d, counted from when the server last took some:
// they fail with [fault.ErrPatience] and the reason of the last attempt, and so does what is published after them, after one attempt each, until
// the server takes events again. 0, the default, has it try for as long as the bus is open, as a service wants it; a program
// that publishes once and ends wants some seconds. Either way [Hooks].Waiting tells what is waited for.
func WithPatience(d time.Duration) Option { return func(b *Bus) { b.publishing.patience = max(d, 0) } }

// WithBuffer sets how many events may wait to be published, those on their way included; 16,384 unless told. In a cluster each
// hash slot whose node takes events may have a 32nd of that besides, while the buffer is full: of events for a dead node, say.
func WithBuffer(n int) Option { return func(b *Bus) { b.publishing.buffer = max(n, 1) } }

// WithMaxEventSize sets how many bytes an encoded event may have; 1 MiB unless told.
func WithMaxEventSize(n int) Option { return func(b *Bus) { b.publishing.maxSize = n } }

// WithWait has the bus wait, after each batch, until so many replicas have it (WAIT), for timeout at most. Events
// that fewer have are reported with [ErrReplicas]: they are in the stream, and a failover may lose them. It can't be
// asked of a cluster.
func WithWait(replicas int, timeout time.Duration) Option {
	return func(b *Bus) { b.publishing.replicas, b.publishing.waitTimeout = replicas, timeout }
}

// WithWaitAOF is [WithWait] for append-only files (WAITAOF, Redis 7.2): it waits until the server itself has fsynced
// the batch, and so many replicas have.
func WithWaitAOF(replicas int, timeout time.Duration) Option {
	return func(b *Bus) {
		b.publishing.localAOF = true
		b.publishing.replicas, b.publishing.waitTimeout = replicas, timeout
	}
}

// Publish puts e into the buffer and hands it to the local handlers. From the buffer it is written to its stream (XADD <prefix><type> *
// data <json>, or to a partition of it, see [WithPartitions]) within about a millisecond. It returns at once, and waits only while the buffer is
// full; an empty ID becomes a UUIDv7, a zero Timestamp the present time.
//
// Nil means accepted, not stored. An accepted event is sent until the server takes it, or [Bus.Close] or [WithPatience] gives up. When a
// reply is lost, the entry is looked for before it is sent again; where it can't be told whether it is there, and the
// server doesn't know it again either ([WithIdempotence]), the stream may hold the event twice, under the same event ID. Failures are told to
// [Hooks].PublishFailed and by the error of the next [Bus.Flush] or Close. Events of one caller reach a stream in the
// order they were published in. In a cluster each hash slot is published to by itself, so that a node that can't be reached holds up
// only its own streams.
//
// Errors, of events that were not accepted: [model.ErrType], [model.ErrData], [model.ErrUTF8], [ErrTooLarge],
// [ErrMemory] while the server is out of memory, [ErrClosed], [fault.ErrContext], and ctx's, when it is over already or ends while
// the buffer is full.
func (b *Bus) Publish(ctx context.Context, e model.Event) error {
	if err := alive(ctx); err != nil {
		return fmt.Errorf("bus: publish %s: %w", e.Type, err)
	}
	return b.publish(ctx, e, nil, 0)
}

// alive is the error of a context that is nil or over.
func alive(ctx context.Context) error {
	if ctx == nil {
		return fault.ErrContext
	}
	return ctx.Err()
}

// PublishSync publishes the events in their order, behind those in the buffer, and waits for the server. It returns the
// IDs of the entries in the order of the events; the ID of an event that failed is zero, and the error joins a
// *[PublishError] for each. Nothing is sent when one of the events isn't valid.
//
// States of the server that pass, such as a restart, are waited out until ctx ends or [WithPatience] is over; [ErrMemory] is not. When ctx
// ends, events that were not sent yet never will be and fail with ctx's error; those on their way fail with [fault.ErrUncertain]. Either
// wraps the reason of the last failed attempt, too. Meanwhile [Hooks].Waiting tells what is waited for.
// So does an event whose reply was lost, when it can't be found out whether the entry is there and sending it again might
// double it ([WithIdempotence]).
func (b *Bus) PublishSync(ctx context.Context, events ...model.Event) ([]model.Position, error) {
	if err := alive(ctx); err != nil {
		return make([]model.Position, len(events)), fmt.Errorf("bus: publish %d events: %w", len(events), err)
	}
	events = slices.Clone(events)
	for i := range events {
		if err := events[i].Validate(); err != nil {
			return make([]model.Position, len(events)), fmt.Errorf("bus: publish %s: %w", events[i].Type, err)
		}
		if err := b.complete(&events[i]); err != nil {
			return make([]model.Position, len(events)), err
		}
	}
	wait := newSyncWait(b, events)
	for i := range events {
		if err := b.publish(ctx, events[i], wait, i); err != nil {
			wait.settle(i, model.Position{}, err)
		}
	}
	select {
	case <-wait.done:
	case <-ctx.Done():
		wait.abandon(b.writer.because(ctx.Err(), wait.streams()...))
	}
	return wait.result()
}

// complete fills in what the caller may leave to the bus.
func (b *Bus) complete(e *model.Event) error {
	if e.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("bus: publish %s: %w", e.Type, err)
		}
		e.ID = id.String()
	}
	if e.Timestamp.IsZero() {
		e.Timestamp = b.now()
	}
	return nil
}

// publish validates, completes, encodes and enqueues e, and then tells the local handlers, who so see exactly the
// events that were accepted.
func (b *Bus) publish(ctx context.Context, e model.Event, wait *syncWait, index int) error {
	if err := e.Validate(); err != nil {
		return fmt.Errorf("bus: publish %s: %w", e.Type, err)
	}
	if err := b.complete(&e); err != nil {
		return err
	}
	scratch, _ := scratchPool.Get().(*[]byte)
	defer scratchPool.Put(scratch)
	*scratch = e.AppendJSON((*scratch)[:0])
	if len(*scratch) > b.publishing.maxSize {
		return fmt.Errorf("bus: publish %s: %w: %d bytes (at most %d)", e.Type, fault.ErrTooLarge, len(*scratch), b.publishing.maxSize)
	}
	item := outgoing{stream: b.streamOf(&e), eventID: e.ID, wait: wait, index: index}
	if err := b.writer.add(ctx, item, *scratch); err != nil {
		return fmt.Errorf("bus: publish %s: %w", e.Type, err)
	}
	b.local.notify(e)
	return nil
}

// scratchPool holds buffers that events are encoded in before they are copied into a batch.
var scratchPool = sync.Pool{New: func() any { b := make([]byte, 0, 512); return &b }}

// Flush waits until every event that was accepted before the call is in its stream or has failed. It returns what has
// failed since the last Flush, and [LostError] where a server was found to have lost what it had acknowledged; when ctx ends first, ctx's error with the reason why the events still wait.
func (b *Bus) Flush(ctx context.Context) error {
	if err := fault.NeedContext(ctx); err != nil {
		return fmt.Errorf("bus: flush: %w", err)
	}
	return b.writer.flush(ctx)
}
