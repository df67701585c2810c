package bus

import (
	"time"

	"streamdesk/bus/internal/consume"
	"streamdesk/bus/internal/wire"
)

// ConsumeOption sets one option of [Bus.Consume].
type ConsumeOption func(*consume.Options)

// WithTypes sets the event types to consume, as globs ([model.MatchGlob]); default all types. The stream of a type that is
// named in full is created when it is missing (XGROUP CREATE … MKSTREAM). Streams that match a pattern, and further
// partitions of a type ([WithPartitions]), are looked for repeatedly ([WithDiscovery]), and read from their beginning when
// they appear. A type with a partition number, such as workflow.started:3, names only that stream.
func WithTypes(globs ...string) ConsumeOption { return func(o *consume.Options) { o.Types = globs } }

// WithConsumer names the consumer in the group. No two consumers that run at the same time may have the same name. A program
// that restarts under its old name gets its pending entries at once rather than after the ack wait. The default is made of
// the host, the process and a random end. No program restarts under such a name, so when Consume ends normally the consumer
// is deleted from the groups where it has nothing pending. A name that was given is kept, unless [WithLeave] is set.
func WithConsumer(name string) ConsumeOption { return func(o *consume.Options) { o.Consumer = name } }

// WithLeave deletes a consumer with a name of its own ([WithConsumer]) when Consume ends normally, from the groups where it
// has nothing pending.
func WithLeave() ConsumeOption { return func(o *consume.Options) { o.Leave = true } }

// WithConsumePatience sets how long reads from the server may fail before [Bus.Consume] returns [fault.ErrPatience] with the
// reason. 0, the default, means as long as its context lives, which suits a service; [Hooks].Waiting reports what it waits
// for.
func WithConsumePatience(d time.Duration) ConsumeOption {
	return func(o *consume.Options) { o.Patience = max(d, 0) }
}

// WithConcurrency sets how many handlers run at a time; default 1. Events of one workflow always go to the same one, in their
// order.
func WithConcurrency(n int) ConsumeOption {
	return func(o *consume.Options) { o.Concurrency = max(n, 1) }
}

// WithLimit sets how many events per second all consumers of the group together are given when consuming begins, as `limit` does it:
// on all streams and for all processes, in the group's key ([model.LimitKey], EVAL). A limit that a person has set holds instead,
// before or after; one that came from this option is replaced by a later one. "No limit" that a person sets holds until consuming begins
// again. 0, the default, leaves what is set alone.
func WithLimit(perSecond float64) ConsumeOption {
	return func(o *consume.Options) { o.Limit = max(perSecond, 0) }
}

// WithCount sets the max number of entries that one read returns per stream; default 500.
func WithCount(n int) ConsumeOption { return func(o *consume.Options) { o.Count = max(n, 1) } }

// WithBlock sets how long a read waits for entries; default 1s. Under a millisecond is [ErrBlock].
func WithBlock(d time.Duration) ConsumeOption { return func(o *consume.Options) { o.Block = d } }

// WithMaxAckPending sets the max number of entries in hand: read and not acknowledged; default 10,000. Reading stops at that
// number. A read counts per stream, so a read for the last free place may exceed it by one entry per stream.
func WithMaxAckPending(n int) ConsumeOption {
	return func(o *consume.Options) { o.MaxAckPending = max(n, 1) }
}

// WithAckWait sets how long an entry may be idle with a consumer before another claims it; default 30s. The idle time of
// entries in hand is reset well before that, however long their handler takes.
func WithAckWait(d time.Duration) ConsumeOption {
	return func(o *consume.Options) { o.AckWait = d }
}

// WithSweep sets how often entries of other consumers are claimed; default half the ack wait.
func WithSweep(every time.Duration) ConsumeOption {
	return func(o *consume.Options) { o.Sweep = max(every, time.Millisecond) }
}

// WithMaxDeliver sets after how many deliveries an event whose handler fails is dead-lettered; default 10, 0 means never.
func WithMaxDeliver(n int) ConsumeOption { return func(o *consume.Options) { o.MaxDeliver = int64(n) } }

// WithDiscovery sets how often new streams are looked for (SCAN); default 500ms. Streams that this bus itself publishes to
// are known at once.
func WithDiscovery(interval time.Duration) ConsumeOption {
	return func(o *consume.Options) { o.Discovery = max(interval, time.Millisecond) }
}

// WithBackoff sets how long a failed event waits for its next attempt; default 100 ms to 30 s, doubling.
func WithBackoff(b wire.Backoff) ConsumeOption { return func(o *consume.Options) { o.Backoff = b } }

// WithGrace sets how long handlers may go on after Consume's context has ended; default 10s. Their own context lives until
// then.
func WithGrace(d time.Duration) ConsumeOption {
	return func(o *consume.Options) { o.Grace = max(d, 0) }
}

// WithBatchSize sets the max number of messages in one call of a [BatchHandler]; default 500. It gets what arrived while it
// was busy, and never waits for more.
func WithBatchSize(n int) ConsumeOption { return func(o *consume.Options) { o.Batch = max(n, 1) } }

// Backoff is the wait before a retry: First after the first failure, doubled after each further one up to Max. Each wait is
// shortened at random by up to a half, so that many failures at once don't all retry at once.
type Backoff = wire.Backoff
