package bus

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
)

// ConsumeOption sets one thing about a [Bus.Consume].
type ConsumeOption func(*consumeOptions)

type consumeOptions struct {
	types         []string
	consumer      string
	leave         bool // the consumer is deleted at the end, if it has nothing pending
	concurrency   int
	count         int
	batch         int
	block         time.Duration
	maxAckPending int
	ackWait       time.Duration
	sweep         time.Duration
	maxDeliver    int64
	discovery     time.Duration
	backoff       wire.Backoff
	grace         time.Duration
	patience      time.Duration // 0: for ever
}

// The defaults, with the reason for each number.
const (
	// defaultCount entries of each stream a read: reading pays from about 256, and stops paying at 1,000.
	defaultCount = 500
	// defaultBlock: a new stream is read at the latest after it, and a dead connection noticed soon after it.
	defaultBlock = time.Second
	// defaultMaxAckPending holds a second of the highest rate the design names, about 5 MB of events.
	defaultMaxAckPending = 10000
	// defaultAckWait is what NATS and SQS take for it too: longer than a handler's usual worst case.
	defaultAckWait = 30 * time.Second
	// defaultMaxDeliver with the default backoff gives an event about a minute to succeed.
	defaultMaxDeliver = 10
	// defaultDiscovery is how late the first event of a new type may be read. A SCAN of a thousand keys costs the
	// server a quarter of a millisecond, and discovery never takes more than a fiftieth of the time.
	defaultDiscovery = 500 * time.Millisecond
	// defaultGrace is a third of what Kubernetes and systemd leave a program to stop.
	defaultGrace = 10 * time.Second
)

func newConsumeOptions(opts []ConsumeOption) (consumeOptions, error) {
	o := consumeOptions{
		types: []string{"*"}, concurrency: 1, count: defaultCount, batch: defaultCount, block: defaultBlock,
		maxAckPending: defaultMaxAckPending, ackWait: defaultAckWait, maxDeliver: defaultMaxDeliver,
		discovery: defaultDiscovery, backoff: wire.DefaultRetry, grace: defaultGrace,
	}
	for _, opt := range opts {
		opt(&o)
	}
	if o.consumer == "" {
		o.consumer, o.leave = defaultConsumer(), true
	}
	if len(o.types) == 0 {
		o.types = []string{"*"}
	}
	if o.sweep == 0 {
		o.sweep = o.ackWait / sweepsPerWait
	}
	if o.block < time.Millisecond {
		return o, fmt.Errorf("%w: %s", fault.ErrBlock, o.block)
	}
	return o, nil
}

// defaultConsumer names a consumer after the host and the process, with a random end: two of the same name would read
// each other's pending entries.
func defaultConsumer() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "consumer"
	}
	var random [3]byte
	_, _ = rand.Read(random[:]) // never fails
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), hex.EncodeToString(random[:]))
}

// WithTypes sets which event types are consumed: globs as [model.MatchGlob] reads them, all types unless told. The
// stream of a type that is named in full is created when it doesn't exist (XGROUP CREATE … MKSTREAM); streams that
// match a pattern, and further partitions of a type ([WithPartitions]), are looked for again and again
// ([WithDiscovery]), and read from their beginning when they appear. A type with a partition's number behind it, such as
// workflow.started:3, names that one stream.
func WithTypes(globs ...string) ConsumeOption { return func(o *consumeOptions) { o.types = globs } }

// WithConsumer names the consumer in the group. No two that run at the same time may have the same name; a program that
// comes back under its old name gets its pending entries at once rather than after the ack wait. The default is made
// of the host, the process and a random end; nobody comes back under such a name, so when Consume ends in good order the
// consumer is deleted from the groups where it holds nothing pending. A name that was given stays, unless [WithLeave] is.
func WithConsumer(name string) ConsumeOption { return func(o *consumeOptions) { o.consumer = name } }

// WithLeave has a consumer with a name of its own ([WithConsumer]) deleted from the groups where it holds nothing
// pending, when Consume ends in good order.
func WithLeave() ConsumeOption { return func(o *consumeOptions) { o.leave = true } }

// WithConsumePatience has [Bus.Consume] end with [fault.ErrPatience] and the reason, once it could not read from the server for d. 0, the default,
// has it go on for as long as its context lives, as a service wants it; [Hooks].Waiting tells what it waits for.
func WithConsumePatience(d time.Duration) ConsumeOption {
	return func(o *consumeOptions) { o.patience = max(d, 0) }
}

// WithConcurrency sets how many handlers run at a time; 1 unless told. Events of one workflow always go to the same
// one, in their order.
func WithConcurrency(n int) ConsumeOption {
	return func(o *consumeOptions) { o.concurrency = max(n, 1) }
}

// WithCount sets how many entries of each stream one read may return; 500 unless told.
func WithCount(n int) ConsumeOption { return func(o *consumeOptions) { o.count = max(n, 1) } }

// WithBlock sets how long a read waits for entries; a second unless told. Under a millisecond is [ErrBlock].
func WithBlock(d time.Duration) ConsumeOption { return func(o *consumeOptions) { o.block = d } }

// WithMaxAckPending sets how many entries may be in hand, read and not acknowledged; 10,000 unless told. Reading stops
// at it. As a read counts per stream, one that asks for the last free place may exceed it by one entry a stream.
func WithMaxAckPending(n int) ConsumeOption {
	return func(o *consumeOptions) { o.maxAckPending = max(n, 1) }
}

// WithAckWait sets for how long an entry may lie untouched with a consumer before another takes it over; 30 seconds
// unless told. Entries in hand are touched well before that, however long their handler takes.
func WithAckWait(d time.Duration) ConsumeOption {
	return func(o *consumeOptions) { o.ackWait = max(d, minAckWait) }
}

// WithSweep sets how often entries that others have left are looked for; half the ack wait unless told.
func WithSweep(every time.Duration) ConsumeOption {
	return func(o *consumeOptions) { o.sweep = max(every, time.Millisecond) }
}

// minAckWait keeps the touching of entries, at a quarter of the ack wait, apart from the time a touch takes.
const minAckWait = 20 * time.Millisecond

// WithMaxDeliver sets after how many deliveries an event whose handler fails is dead-lettered; 10 unless told, 0 for
// never.
func WithMaxDeliver(n int) ConsumeOption { return func(o *consumeOptions) { o.maxDeliver = int64(n) } }

// WithDiscovery sets how often new streams are looked for (SCAN); half a second unless told. Streams
// that this bus itself publishes to are known at once.
func WithDiscovery(interval time.Duration) ConsumeOption {
	return func(o *consumeOptions) { o.discovery = max(interval, time.Millisecond) }
}

// WithBackoff sets how long a failed event waits for its next attempt; 100 ms to 30 s, doubling, unless told.
func WithBackoff(b wire.Backoff) ConsumeOption { return func(o *consumeOptions) { o.backoff = b } }

// WithGrace sets how long handlers may go on after Consume's context has ended; 10 seconds unless told. Their own
// context lives until then.
func WithGrace(d time.Duration) ConsumeOption { return func(o *consumeOptions) { o.grace = max(d, 0) } }
