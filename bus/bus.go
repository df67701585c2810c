package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/internal/consume"
	"streamdesk/bus/internal/publish"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/payload"
)

// DefaultPrefix starts the key of every stream of the bus.
const DefaultPrefix = "events:"

// Bus is one program's connection to the event bus. Make one with [Open], share it between goroutines, and [Bus.Close]
// it when done.
type Bus struct {
	conn    *wire.Conn
	reader  *observe.Reader
	changes *change.Writer
	decoder *payload.Decoder // nil reads our own wire format alone
	// deadLetterKey names dead-letter streams; nil for [model.DeadLetterKey].
	deadLetterKey func(stream string) string

	publishing publish.Config
	writer     *publish.Writer
	consumers  *consume.Consumers
	local      localHandlers
	hooks      Hooks
	closed     atomic.Bool
}

// Option sets one thing about a [Bus].
type Option func(*Bus)

// WithPrefix sets what the keys of the bus's streams start with; [DefaultPrefix] unless told.
func WithPrefix(prefix string) Option { return func(b *Bus) { b.conn.Prefix = prefix } }

// WithDecoder has entries read as events by d, which knows what other producers write, what is compressed, and what settings
// say of single streams. Without it they are read in our own wire format ([payload.Wire]).
func WithDecoder(d *payload.Decoder) Option { return func(b *Bus) { b.decoder = d } }

// WithHooks has the bus tell what it does.
func WithHooks(h Hooks) Option { return func(b *Bus) { b.hooks = h } }

// WithCrash has f told when one of the bus's own goroutines panics, before the process ends of
// it: the panic goes on when f returns, for a broken bus must not. f must not call the bus. It hears of panics in hooks, too,
// and not of those in handlers, which are errors ([fault.PanicError], [Hooks].LocalPanic).
func WithCrash(f fault.Func) Option { return func(b *Bus) { b.conn.Crash = f } }

// WithClock sets where the bus takes the time from that it writes into events without one; time.Now unless told.
func WithClock(now func() time.Time) Option { return func(b *Bus) { b.publishing.Now = now } }

// Open makes a bus on a client that the caller has made and goes on to own: Close never closes it. The bus makes
// connections of its own, with the same options, for publishing and for blocking reads, so that neither starves the
// client's pool. Hooks added to the client with AddHook don't see what goes over those. It sends PING, and returns
// an error that names the address when the server doesn't answer (that it denies PING is an answer); or one that names the
// option that asks for what can't be. A *redis.Client of one node of a Redis Cluster is refused with a [*ClusterNodeError]
// (HELLO): it would see a part of the streams.
// Every method that takes a context returns [fault.ErrContext] for a nil one.
func Open(ctx context.Context, client redis.UniversalClient, opts ...Option) (*Bus, error) {
	if err := cmp.Or(fault.NeedContext(ctx), needClient(client)); err != nil {
		return nil, fmt.Errorf("bus: open: %w", err)
	}
	c := &wire.Conn{Client: client, Prefix: DefaultPrefix}
	b := &Bus{conn: c, publishing: publish.Default}
	for _, opt := range opts {
		opt(b)
	}
	to, err := publish.NewStreams(c.Prefix, b.publishing.Partitions)
	if err := cmp.Or(err, b.checkDeadLetterKey()); err != nil {
		return nil, err
	}
	b.reader = observe.New(c.Look(), b.decoder, b.deadLetterKey)
	b.changes = change.NewWriter(c, b.reader)
	b.consumers = consume.New(c, b.reader, &b.hooks)
	b.conn.Waiting = b.hooks.Waiting
	opening := b.conn.WatchWait(fault.WaitOpen, "")
	opening.Begin()
	err = client.Ping(ctx).Err()
	opening.Over()
	if refusal := asClusterNode(ctx, client, err); refusal != nil {
		return nil, fmt.Errorf("bus: open: %w", refusal)
	}
	if err != nil && !wire.RefusesCommand(err) {
		return nil, fmt.Errorf("bus: open: %w", err)
	}
	if _, cluster := client.(*redis.ClusterClient); cluster && b.publishing.Waits() {
		return nil, errors.New("bus: open: WAIT and WAITAOF can't be asked of a cluster: they answer for one node only")
	}
	b.conn.Follow()
	b.writer = publish.New(c, b.publishing, to, &b.hooks, b.consumers.Notice, b.local.notify)
	return b, nil
}

func needClient(client redis.UniversalClient) error {
	if client == nil {
		return fault.Request("no client (make one with redis.NewClient)")
	}
	return nil
}

// Guard is work that tells the function of [WithCrash] when it panics; without one it is work itself. Every goroutine of
// the bus starts through it, and so may those that a program runs beside it, such as the one that calls [Bus.Consume].
func (b *Bus) Guard(work func()) func() { return b.conn.Guard(work) }

// StreamKey is the key of the stream that events of type t go to: of the first one, when it has partitions
// ([WithPartitions]).
func (b *Bus) StreamKey(t model.Type) string { return b.conn.Prefix + string(t) }

// Close stops the bus, in this order: consumers stop reading, finish what their handlers have begun and flush their
// acks; buffered events are published; local handlers run empty. It goes on until all that is done or ctx is, and
// returns what went wrong: [ErrUnpublished] with the number of events the server never took, [ErrHandlerStuck], [LostError], the
// failures that [Bus.Flush] would have told. The client given to [Open] stays open. A second call returns [ErrClosed].
func (b *Bus) Close(ctx context.Context) error {
	if err := fault.NeedContext(ctx); err != nil {
		return fmt.Errorf("bus: close: %w", err)
	}
	if b.closed.Swap(true) {
		return ErrClosed
	}
	errs := append(b.consumers.Close(ctx), b.writer.Close(ctx), b.local.close(ctx, b.conn.Crash))
	b.conn.Close(ctx)
	return errors.Join(errs...)
}

// Reader looks at the bus's streams, groups and entries without changing any.
func (b *Bus) Reader() *observe.Reader { return b.reader }

// Writer sends the changes that a person asks for.
func (b *Bus) Writer() *change.Writer { return b.changes }
