package consume

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
)

// Options holds a program's settings for a consumer.
type Options struct {
	Types         []string
	Consumer      string
	Leave         bool // the consumer is deleted at the end, if it has nothing pending
	Concurrency   int
	Count         int
	Batch         int
	Block         time.Duration
	MaxAckPending int
	AckWait       time.Duration
	Sweep         time.Duration
	MaxDeliver    int64
	Discovery     time.Duration
	Backoff       wire.Backoff
	Grace         time.Duration
	Limit         float64       // events per second; 0: none that it begins with
	Patience      time.Duration // 0: for ever
}

// The defaults, with the reason for each number.
const (
	// defaultCount is the number of entries per stream and read: more entries per read help up to about 1,000, from about 256
	// on.
	defaultCount = 500
	// defaultBlock is the max delay until a new stream is read; a dead connection is noticed soon after it.
	defaultBlock = time.Second
	// defaultMaxAckPending holds a second of the highest rate the design names, about 5 MB of events.
	defaultMaxAckPending = 10000
	// defaultAckWait is also the default of NATS and SQS: longer than a handler's usual worst case.
	defaultAckWait = 30 * time.Second
	// defaultMaxDeliver with the default backoff gives an event about a minute to succeed.
	defaultMaxDeliver = 10
	// defaultDiscovery is how late the first event of a new type may be read. A SCAN of a thousand keys costs the
	// server a quarter of a millisecond, and discovery never takes more than a fiftieth of the time.
	defaultDiscovery = 500 * time.Millisecond
	// defaultGrace is a third of what Kubernetes and systemd leave a program to stop.
	defaultGrace = 10 * time.Second
)

// minAckWait keeps the interval of XCLAIMs that reset idle times, a quarter of the ack wait, longer than the time one takes.
const minAckWait = 20 * time.Millisecond

// Default returns the default options.
func Default() Options {
	return Options{
		Types: []string{"*"}, Concurrency: 1, Count: defaultCount, Batch: defaultCount, Block: defaultBlock,
		MaxAckPending: defaultMaxAckPending, AckWait: defaultAckWait, MaxDeliver: defaultMaxDeliver,
		Discovery: defaultDiscovery, Backoff: wire.DefaultRetry, Grace: defaultGrace,
	}
}

// complete sets options that depend on others, and returns an error for invalid ones.
func (o *Options) complete() error {
	if o.Consumer == "" {
		o.Consumer, o.Leave = defaultConsumer(), true
	}
	if len(o.Types) == 0 {
		o.Types = []string{"*"}
	}
	o.AckWait = max(o.AckWait, minAckWait)
	if o.Sweep == 0 {
		o.Sweep = o.AckWait / sweepsPerWait
	}
	if o.Block < time.Millisecond {
		return fmt.Errorf("%w: %s", fault.ErrBlock, o.Block)
	}
	return nil
}

// defaultConsumer returns a consumer name made of the host, the process and a random end: two consumers with the same name
// would read each other's pending entries.
func defaultConsumer() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "consumer"
	}
	var random [3]byte
	_, _ = rand.Read(random[:]) // never fails
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), hex.EncodeToString(random[:]))
}
