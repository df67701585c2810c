package bus

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// DefaultPrefix starts the key of every stream of the bus.
const DefaultPrefix = "events:"

// Bus is one program's connection to the event bus. Make one with [Open], share it between goroutines, and [Bus.Close]
// it when done.
type Bus struct {
	client   redis.UniversalClient
	prefix   string
	envelope model.Envelope
}

// Option sets one thing about a [Bus].
type Option func(*Bus)

// WithPrefix sets what the keys of the bus's streams start with; [DefaultPrefix] unless told.
func WithPrefix(prefix string) Option { return func(b *Bus) { b.prefix = prefix } }

// WithEnvelope says where entries keep what our wire format keeps in "data".
func WithEnvelope(v model.Envelope) Option { return func(b *Bus) { b.envelope = v } }

// Open makes a bus on a client that the caller has made and goes on to own: Close never closes it. It sends PING,
// and returns an error that names the address when the server doesn't answer.
func Open(ctx context.Context, client redis.UniversalClient, opts ...Option) (*Bus, error) {
	b := &Bus{client: client, prefix: DefaultPrefix}
	for _, opt := range opts {
		opt(b)
	}
	if err := client.Ping(ctx).Err(); err != nil {
		return nil, fmt.Errorf("bus: open: %w", err)
	}
	return b, nil
}

// Prefix is what the keys of the bus's streams start with.
func (b *Bus) Prefix() string { return b.prefix }

// StreamKey is the key of the stream that events of type t go to.
func (b *Bus) StreamKey(t model.Type) string { return b.prefix + string(t) }

// Decode reads an entry's envelope as this bus's streams keep it.
func (b *Bus) Decode(e model.Entry) model.Record { return b.envelope.Decode(e, b.prefix) }
