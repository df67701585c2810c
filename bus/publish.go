package bus

import (
	"context"
	"fmt"
	"time"

	"streamdesk/model"
)

// WithMaxLen trims the stream to n entries with every XADD (MAXLEN n; or MAXLEN ~ n when approx, which trims whole nodes and
// costs almost nothing). Trimming ignores what groups have not read or acknowledged: see Trim for the way that doesn't.
func WithMaxLen(n int64, approx bool) Option {
	return func(b *Bus) { b.publishing.MaxLen, b.publishing.Approx = n, approx }
}

// WithPatience sets how long the writer tries to publish, counted from when the server last added events. After d its events
// fail with [fault.ErrPatience] and the reason of the last attempt. Events published later then fail after one attempt each,
// until the server adds events again. 0, the default, means as long as the bus is open, which suits a service; a program that
// publishes once and ends wants some seconds. Either way [Hooks].Waiting reports what it waits for.
func WithPatience(d time.Duration) Option { return func(b *Bus) { b.publishing.Patience = max(d, 0) } }

// WithBuffer sets the max number of events that wait to be published, including those being sent; default 16,384. In a
// cluster, while the buffer is full (of events for a dead node, say), each hash slot whose node works may hold a 32nd of that
// in addition.
func WithBuffer(n int) Option { return func(b *Bus) { b.publishing.Buffer = max(n, 1) } }

// WithMaxEventSize sets the max size of an encoded event in bytes; default 1 MiB.
func WithMaxEventSize(n int) Option { return func(b *Bus) { b.publishing.MaxSize = n } }

// WithIdempotence sets whether events are published with XADD … IDMP on servers that have it (Redis 8.6), so that an event
// sent again after a lost reply can't be in its stream twice; default true. The bus asks the servers whether they have it
// (COMMAND DOCS). On the others, and with IDMP too, the bus looks for the entry before it sends it again.
//
// The bus uses IDMP with its own numbers. It doesn't use IDMPAUTO, which identifies entries by content: the same event
// published twice on purpose is added twice. A stream set to remember less than the bus needs (XCFGSET) is not relied upon.
func WithIdempotence(on bool) Option { return func(b *Bus) { b.publishing.Idempotent = on } }

// WithWait makes the bus wait after each batch until that many replicas have it (WAIT), up to timeout. Events that fewer
// have are reported with [ErrReplicas]: they are in the stream, but a failover may lose them. A cluster doesn't support it.
func WithWait(replicas int, timeout time.Duration) Option {
	return func(b *Bus) { b.publishing.Replicas, b.publishing.WaitTimeout = replicas, timeout }
}

// WithWaitAOF is [WithWait] for append-only files (WAITAOF, Redis 7.2): it waits until the server itself and that many
// replicas have fsynced the batch.
func WithWaitAOF(replicas int, timeout time.Duration) Option {
	return func(b *Bus) {
		b.publishing.LocalAOF = true
		b.publishing.Replicas, b.publishing.WaitTimeout = replicas, timeout
	}
}

// WithCheck sets a function that looks at each event before it is published or scheduled, such as
// [streamdesk/model/payload/schema/jsonschema.Checker.Check]. It returns nil for an event that fits its schema. One that doesn't is
// refused with that [*model.SchemaError], or published and reported to [Hooks].Unfit, as the error says. check is called by the
// goroutine that publishes, by several at a time. Entries that are added again (republished, replayed, imported) aren't checked,
// except one that is republished with another payload.
func WithCheck(check func(e *model.Event) *model.SchemaError) Option {
	return func(b *Bus) { b.publishing.Check = check }
}

// Publish accepts e and returns before it is stored: nil means accepted. [Bus.PublishSync] returns when the event is stored,
// [Bus.Flush] when all that were accepted are.
//
// Publish adds e to the buffer and passes it to the local handlers. From the buffer it is written to its stream (XADD
// <prefix><type> * data <json>, or to a partition, see [WithPartitions]) within about a millisecond. Publish returns at once,
// and waits only while the buffer is full. An empty ID becomes a UUIDv7, a zero Timestamp the current time.
//
// An accepted event is sent until the server adds it, or [Bus.Close] or [WithPatience] gives
// up. When a reply is lost, the bus looks for the entry before it sends it again. When it can't find out, and the server
// doesn't recognize the event either ([WithIdempotence]), the stream may hold it twice, under the same event ID. Failures are
// reported to [Hooks].PublishFailed and returned by the next [Bus.Flush] or Close. Events of one caller reach a stream in the
// order of publishing. In a cluster each hash slot is published to independently, so that a node that can't be reached holds
// up only its own streams.
//
// Errors, for events that were not accepted: [model.ErrType], [model.ErrData], [model.ErrUTF8], [*model.SchemaError] ([WithCheck]),
// [ErrTooLarge], [ErrMemory] while the server is out of memory, [ErrClosed], [fault.ErrContext], and ctx's error when ctx is done already or ends while
// the buffer is full.
func (b *Bus) Publish(ctx context.Context, e model.Event) error {
	if err := b.conn.NeedWrite(); err != nil {
		return fmt.Errorf("bus: publish %s: %w", e.Type, err)
	}
	return b.writer.Publish(ctx, e)
}

// PublishSync stores the events: it returns when the server has added them (XADD), in their order and after those in the
// buffer. It returns the IDs of the entries in the order of the events. The ID of a failed event is zero, and the error joins a *[PublishError] for each.
// Nothing is sent when one of the events isn't valid.
//
// Temporary states of the server, such as a restart, are waited out until ctx ends or [WithPatience] is over; [ErrMemory] is
// not. When ctx ends, events that were not sent are never sent and fail with ctx's error; sent ones fail with
// [fault.ErrUncertain]. Either wraps the reason of the last failed attempt too. Meanwhile [Hooks].Waiting reports what is
// waited for. An event whose reply was lost also fails with [fault.ErrUncertain] when the bus can't find out whether the
// entry is there and sending it again might double it ([WithIdempotence]).
func (b *Bus) PublishSync(ctx context.Context, events ...model.Event) ([]model.Position, error) {
	if err := b.conn.NeedWrite(); err != nil {
		return make([]model.Position, len(events)), fmt.Errorf("bus: publish: %w", err)
	}
	return b.writer.PublishSync(ctx, events)
}

// Flush waits until every event that was accepted before the call is in its stream or has failed. It returns the failures
// since the last Flush, and [LostError] when a server has lost acknowledged events. When ctx ends first, it returns ctx's
// error with the reason why the events still wait.
func (b *Bus) Flush(ctx context.Context) error { return b.writer.Flush(ctx) }
