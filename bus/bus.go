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
	"streamdesk/bus/internal/chores"
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
	decoder *payload.Decoder // nil: only our own wire format is read
	// deadLetterKey names dead-letter streams; nil means [model.DeadLetterKey].
	deadLetterKey func(stream string) string

	publishing publish.Config
	writer     *publish.Writer
	consumers  *consume.Consumers
	local      localHandlers
	chores     chores.Config
	duties     *chores.Runner
	hooks      Hooks
	tracer     Tracer // nil without one
	closed     atomic.Bool
}

// Option sets one option of a [Bus].
type Option func(*Bus)

// WithPrefix sets the prefix of the keys of the bus's streams; default [DefaultPrefix].
func WithPrefix(prefix string) Option { return func(b *Bus) { b.conn.Prefix = prefix } }

// WithDecoder sets the decoder that reads entries as events: it handles other producers' formats, compression, and settings
// of single streams. Default: our own wire format ([payload.Wire]).
func WithDecoder(d *payload.Decoder) Option { return func(b *Bus) { b.decoder = d } }

// WithHooks sets the hooks that the bus calls to report what it does.
func WithHooks(h Hooks) Option { return func(b *Bus) { b.hooks = h } }

// WithCrash sets the function that is called when one of the bus's own goroutines panics. When f returns, the panic goes on
// and ends the process, because a broken bus must not go on. f must not call the bus. It is also called for panics in hooks,
// but not for those in handlers, which are errors ([fault.PanicError], [Hooks].LocalPanic).
func WithCrash(f fault.Func) Option { return func(b *Bus) { b.conn.Crash = f } }

// WithClock sets the clock for events without a timestamp; default time.Now.
func WithClock(now func() time.Time) Option { return func(b *Bus) { b.publishing.Now = now } }

// Open returns a new bus on a client that the caller owns: Close never closes it. The bus makes its own connections with the
// same options, for publishing and for blocking reads, so that neither uses up the client's pool. Hooks added to the client
// with AddHook don't see the traffic on these connections. Open sends PING, and returns an error that names the address when
// the server doesn't answer (an answer that denies PING is enough), or an error that names the option that can't be met. It
// refuses a *redis.Client of one node of a Redis Cluster with a [*ClusterNodeError] (HELLO), because that client would see
// only a part of the streams. Every method with a context returns [fault.ErrContext] when it is nil.
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
	if err := cmp.Or(err, b.checkDeadLetterKey(), b.checkRetention()); err != nil {
		return nil, err
	}
	b.reader = observe.New(c.Look(), b.decoder, b.deadLetterKey, b.publishing.Check)
	b.changes = change.NewWriter(c, b.reader, b.tracer)
	b.consumers = consume.New(c, b.reader, &b.hooks, b.tracer)
	b.chores.MaxLen, b.chores.Approx, b.chores.Added = b.publishing.MaxLen, b.publishing.Approx, b.consumers.Notice
	b.duties = chores.New(c, b.reader, b.changes, &b.hooks, b.chores)
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
	b.writer = publish.New(c, b.publishing, to, &b.hooks, b.tracer, b.consumers.Notice, b.local.notify)
	return b, nil
}

func needClient(client redis.UniversalClient) error {
	if client == nil {
		return fault.Request("no client (make one with redis.NewClient)")
	}
	return nil
}

// Guard returns work wrapped so that its panic is reported to the function of [WithCrash]; without that function it returns
// work itself. Every goroutine of the bus starts through it. A program may use it for its own goroutines too, such as the one
// that calls [Bus.Consume].
func (b *Bus) Guard(work func()) func() { return b.conn.Guard(work) }

// StreamKey returns the key of the stream for events of type t. When t has partitions ([WithPartitions]), it is the key of
// the first one.
func (b *Bus) StreamKey(t model.Type) string { return b.conn.Prefix + string(t) }

// Close stops the bus, in this order: consumers stop reading, finish the handlers that run and flush their acks; buffered
// events are published; local handlers finish their queues. It returns when all is done or ctx is done. Its error holds what
// went wrong: [ErrUnpublished] with the number of events that the server never added, [ErrHandlerStuck], [LostError], and the
// failures that [Bus.Flush] would have returned. The client given to [Open] stays open. A second call returns [ErrClosed].
func (b *Bus) Close(ctx context.Context) error {
	if err := fault.NeedContext(ctx); err != nil {
		return fmt.Errorf("bus: close: %w", err)
	}
	if b.closed.Swap(true) {
		return ErrClosed
	}
	stuck := b.consumers.Close(ctx)
	b.duties.Close(ctx)
	unwritten, unheard := b.writer.Close(ctx), b.local.close(ctx, b.conn.Crash)
	b.conn.Close(ctx)
	return errors.Join(append(stuck, unwritten, unheard)...)
}

// Reader returns the reader of the bus's streams, groups and entries, which never changes them.
func (b *Bus) Reader() *observe.Reader { return b.reader }

// Writer returns the writer that sends the changes that a person asks for.
func (b *Bus) Writer() *change.Writer { return b.changes }
