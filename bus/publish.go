package bus

import (
	"context"
	"time"

	"streamdesk/model"
)

// WithMaxLen has every XADD trim its stream to n entries (MAXLEN n, or MAXLEN ~ n when approx, which trims whole
// nodes and costs next to nothing). Trimming takes no heed of what groups have not read or acknowledged: see Trim
// for the way that does.
func WithMaxLen(n int64, approx bool) Option {
	return func(b *Bus) { b.publishing.MaxLen, b.publishing.Approx = n, approx }
}

// WithPatience has the writer give up on events that it could not publish for d, counted from when the server last took some:
// they fail with [fault.ErrPatience] and the reason of the last attempt, and so does what is published after them, after one attempt each, until
// the server takes events again. 0, the default, has it try for as long as the bus is open, as a service wants it; a program
// that publishes once and ends wants some seconds. Either way [Hooks].Waiting tells what is waited for.
func WithPatience(d time.Duration) Option { return func(b *Bus) { b.publishing.Patience = max(d, 0) } }

// WithBuffer sets how many events may wait to be published, those on their way included; 16,384 unless told. In a cluster each
// hash slot whose node takes events may have a 32nd of that besides, while the buffer is full: of events for a dead node, say.
func WithBuffer(n int) Option { return func(b *Bus) { b.publishing.Buffer = max(n, 1) } }

// WithMaxEventSize sets how many bytes an encoded event may have; 1 MiB unless told.
func WithMaxEventSize(n int) Option { return func(b *Bus) { b.publishing.MaxSize = n } }

// WithIdempotence says whether events are published with XADD … IDMP on servers that have it (Redis 8.6), so that one
// that is sent again after a lost reply can't be in its stream twice; true unless told. Which servers have it is asked
// of them (COMMAND DOCS). On the others the bus looks for the entry before it sends it again, as it does with IDMP, too.
//
// It is IDMP with numbers of the bus's own, not IDMPAUTO, which takes the content for the name: the same event published twice
// on purpose is added twice. A stream that was set to remember less than the bus counts on (XCFGSET) is not relied upon.
func WithIdempotence(on bool) Option { return func(b *Bus) { b.publishing.Idempotent = on } }

// WithWait has the bus wait, after each batch, until so many replicas have it (WAIT), for timeout at most. Events
// that fewer have are reported with [ErrReplicas]: they are in the stream, and a failover may lose them. It can't be
// asked of a cluster.
func WithWait(replicas int, timeout time.Duration) Option {
	return func(b *Bus) { b.publishing.Replicas, b.publishing.WaitTimeout = replicas, timeout }
}

// WithWaitAOF is [WithWait] for append-only files (WAITAOF, Redis 7.2): it waits until the server itself has fsynced
// the batch, and so many replicas have.
func WithWaitAOF(replicas int, timeout time.Duration) Option {
	return func(b *Bus) {
		b.publishing.LocalAOF = true
		b.publishing.Replicas, b.publishing.WaitTimeout = replicas, timeout
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
func (b *Bus) Publish(ctx context.Context, e model.Event) error { return b.writer.Publish(ctx, e) }

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
	return b.writer.PublishSync(ctx, events)
}

// Flush waits until every event that was accepted before the call is in its stream or has failed. It returns what has
// failed since the last Flush, and [LostError] where a server was found to have lost what it had acknowledged; when ctx ends first, ctx's error with the reason why the events still wait.
func (b *Bus) Flush(ctx context.Context) error { return b.writer.Flush(ctx) }
