package bus

import (
	"time"

	"streamdesk/bus/internal/consume"
	"streamdesk/bus/internal/wire"
)

// ConsumeOption sets one thing about a [Bus.Consume].
type ConsumeOption func(*consume.Options)

// WithTypes sets which event types are consumed: globs as [model.MatchGlob] reads them, all types unless told. The
// stream of a type that is named in full is created when it doesn't exist (XGROUP CREATE … MKSTREAM); streams that
// match a pattern, and further partitions of a type ([WithPartitions]), are looked for again and again
// ([WithDiscovery]), and read from their beginning when they appear. A type with a partition's number behind it, such as
// workflow.started:3, names that one stream.
func WithTypes(globs ...string) ConsumeOption { return func(o *consume.Options) { o.Types = globs } }

// WithConsumer names the consumer in the group. No two that run at the same time may have the same name; a program that
// comes back under its old name gets its pending entries at once rather than after the ack wait. The default is made
// of the host, the process and a random end; nobody comes back under such a name, so when Consume ends in good order the
// consumer is deleted from the groups where it holds nothing pending. A name that was given stays, unless [WithLeave] is.
func WithConsumer(name string) ConsumeOption { return func(o *consume.Options) { o.Consumer = name } }

// WithLeave has a consumer with a name of its own ([WithConsumer]) deleted from the groups where it holds nothing
// pending, when Consume ends in good order.
func WithLeave() ConsumeOption { return func(o *consume.Options) { o.Leave = true } }

// WithConsumePatience has [Bus.Consume] end with [fault.ErrPatience] and the reason, once it could not read from the server for d. 0, the default,
// has it go on for as long as its context lives, as a service wants it; [Hooks].Waiting tells what it waits for.
func WithConsumePatience(d time.Duration) ConsumeOption {
	return func(o *consume.Options) { o.Patience = max(d, 0) }
}

// WithConcurrency sets how many handlers run at a time; 1 unless told. Events of one workflow always go to the same
// one, in their order.
func WithConcurrency(n int) ConsumeOption {
	return func(o *consume.Options) { o.Concurrency = max(n, 1) }
}

// WithCount sets how many entries of each stream one read may return; 500 unless told.
func WithCount(n int) ConsumeOption { return func(o *consume.Options) { o.Count = max(n, 1) } }

// WithBlock sets how long a read waits for entries; a second unless told. Under a millisecond is [ErrBlock].
func WithBlock(d time.Duration) ConsumeOption { return func(o *consume.Options) { o.Block = d } }

// WithMaxAckPending sets how many entries may be in hand, read and not acknowledged; 10,000 unless told. Reading stops
// at it. As a read counts per stream, one that asks for the last free place may exceed it by one entry a stream.
func WithMaxAckPending(n int) ConsumeOption {
	return func(o *consume.Options) { o.MaxAckPending = max(n, 1) }
}

// WithAckWait sets for how long an entry may lie untouched with a consumer before another takes it over; 30 seconds
// unless told. Entries in hand are touched well before that, however long their handler takes.
func WithAckWait(d time.Duration) ConsumeOption {
	return func(o *consume.Options) { o.AckWait = d }
}

// WithSweep sets how often entries that others have left are looked for; half the ack wait unless told.
func WithSweep(every time.Duration) ConsumeOption {
	return func(o *consume.Options) { o.Sweep = max(every, time.Millisecond) }
}

// WithMaxDeliver sets after how many deliveries an event whose handler fails is dead-lettered; 10 unless told, 0 for
// never.
func WithMaxDeliver(n int) ConsumeOption { return func(o *consume.Options) { o.MaxDeliver = int64(n) } }

// WithDiscovery sets how often new streams are looked for (SCAN); half a second unless told. Streams
// that this bus itself publishes to are known at once.
func WithDiscovery(interval time.Duration) ConsumeOption {
	return func(o *consume.Options) { o.Discovery = max(interval, time.Millisecond) }
}

// WithBackoff sets how long a failed event waits for its next attempt; 100 ms to 30 s, doubling, unless told.
func WithBackoff(b wire.Backoff) ConsumeOption { return func(o *consume.Options) { o.Backoff = b } }

// WithGrace sets how long handlers may go on after Consume's context has ended; 10 seconds unless told. Their own
// context lives until then.
func WithGrace(d time.Duration) ConsumeOption {
	return func(o *consume.Options) { o.Grace = max(d, 0) }
}

// WithBatchSize sets how many messages a [BatchHandler] gets at most; 500 unless told. It gets what has come in while it
// was busy, and never waits for more.
func WithBatchSize(n int) ConsumeOption { return func(o *consume.Options) { o.Batch = max(n, 1) } }

// Backoff is how long to wait before trying again: First after the first failure, doubled after each further one up to Max, and
// each time shortened by a random part of up to a half, so that many that failed together do not all come back together.
type Backoff = wire.Backoff
