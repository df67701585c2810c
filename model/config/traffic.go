package config

import "time"

const (
	// DefaultAckWait is longer than any handler of a healthy group takes, and short enough that a dead consumer's
	// entries move on while somebody is still looking.
	DefaultAckWait = Duration(30 * time.Second)
	// MinAckWait leaves room for the keep-alive, which runs several times within it.
	MinAckWait = Duration(time.Second)
	// MaxAckWait is a day; more is a mistyped unit.
	MaxAckWait = Duration(24 * time.Hour)

	// DefaultMaxDeliver is the bus's default: with its growing pauses an event has about a minute to succeed, which is
	// enough for a store that restarts.
	DefaultMaxDeliver = 10
	// MaxMaxDeliver bounds the tries; an event that failed a thousand times will fail again.
	MaxMaxDeliver = 1_000

	// DefaultMaxAckPending is the bus's default: a second of traffic at the rate it is built for, about 5 MB.
	DefaultMaxAckPending = 10_000
	// MaxMaxAckPending bounds what a crash leaves behind for others to claim.
	MaxMaxAckPending = 1_000_000

	// DefaultConcurrency is the bus's default: one handler at a time is never wrong; more is for handlers that wait.
	DefaultConcurrency = 1
	// MaxConcurrency is where more workers only wait for each other.
	MaxConcurrency = 1_024

	// DefaultDeadLetter is the key of model.DeadLetterKey: outside the prefix of the events, so that a consumer of
	// every stream under that prefix never reads a dead letter as an event.
	DefaultDeadLetter = "dead:{stream}"
)

// Publish is how events are written.
type Publish struct {
	// MaxLen trims each stream to about this many entries while writing; 0 never trims. It also removes entries that
	// groups have not acknowledged yet, so it is opt-in.
	MaxLen int `toml:"max_len"`
	// Approximate lets Redis trim by whole nodes (MAXLEN ~), which costs nearly nothing.
	Approximate bool `toml:"approximate"`
}

// Consume is how a consumer group works through its streams.
type Consume struct {
	// AckWait is how long an entry may be pending before another consumer may take it over.
	AckWait Duration `toml:"ack_wait"`
	// MaxDeliver is how many times an entry is tried before it becomes a dead letter.
	MaxDeliver int `toml:"max_deliver"`
	// MaxAckPending is how many entries a consumer holds at once.
	MaxAckPending int `toml:"max_ack_pending"`
	// Concurrency is the number of handlers that run at once; events of one workflow stay in order.
	Concurrency int `toml:"concurrency"`
	// DeadLetter is the name of the dead-letter stream; {stream} stands for the stream that the entry comes from.
	DeadLetter string `toml:"dead_letter"`
}

func defaultPublish() Publish {
	return Publish{MaxLen: 0, Approximate: true}
}

func defaultConsume() Consume {
	return Consume{
		AckWait:       DefaultAckWait,
		MaxDeliver:    DefaultMaxDeliver,
		MaxAckPending: DefaultMaxAckPending,
		Concurrency:   DefaultConcurrency,
		DeadLetter:    DefaultDeadLetter,
	}
}
