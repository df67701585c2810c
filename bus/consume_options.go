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

// consumeOptions are how a consumer consumes, as a program has set it.
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

// minAckWait keeps the touching of entries, at a quarter of the ack wait, apart from the time a touch takes.
const minAckWait = 20 * time.Millisecond

// defaultConsuming is what holds unless a program says otherwise.
func defaultConsuming() consumeOptions {
	return consumeOptions{
		types: []string{"*"}, concurrency: 1, count: defaultCount, batch: defaultCount, block: defaultBlock,
		maxAckPending: defaultMaxAckPending, ackWait: defaultAckWait, maxDeliver: defaultMaxDeliver,
		discovery: defaultDiscovery, backoff: wire.DefaultRetry, grace: defaultGrace,
	}
}

// complete fills in what follows from other options, and refuses what can't be.
func (o *consumeOptions) complete() error {
	if o.consumer == "" {
		o.consumer, o.leave = defaultConsumer(), true
	}
	if len(o.types) == 0 {
		o.types = []string{"*"}
	}
	o.ackWait = max(o.ackWait, minAckWait)
	if o.sweep == 0 {
		o.sweep = o.ackWait / sweepsPerWait
	}
	if o.block < time.Millisecond {
		return fmt.Errorf("%w: %s", fault.ErrBlock, o.block)
	}
	return nil
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
