package bus

import (
	"context"
	"fmt"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/consume"
	"streamdesk/model"
)

// Message is an entry on its way to a handler.
type Message = model.Message

// Handler handles one event. nil acknowledges the entry; after an error the entry is delivered again later, see [Term] and
// [RetryAfter]. ctx ends [WithGrace] after Consume's context.
type Handler func(ctx context.Context, m Message) error

// Consume reads the streams of the types in [WithTypes] as a consumer of the group, and calls h with each event. It blocks
// until ctx is done, and then returns nil once the handlers have finished and the acks are sent. It returns earlier on an
// error that retrying doesn't fix.
//
// Delivery is at least once: an entry is acknowledged (XACK) only after its handler has returned nil. Events of one workflow
// reach the handler one by one, in the order of their entry IDs over all its streams. This order holds within one consumer; a
// group with several distributes a workflow's events among them. A failed event holds back only the later ones of its
// workflow. An event is dead-lettered when it has failed [WithMaxDeliver] times, when its handler returns [Term], or at once
// when it can't be decoded. It is written to the dead-letter stream with the reason, and then acknowledged. Entries that were
// deleted while pending are acknowledged and counted.
//
// A missing group is created (XGROUP CREATE) at the beginning of the stream; one that vanishes later is created again at the
// last position that is known to be acknowledged. Entries idle with another consumer for [WithAckWait] are claimed
// (XREADGROUP … CLAIM from Redis 8.4 on, or else XAUTOCLAIM or XCLAIM). Errors of single streams, WRONGTYPE and NOPERM, are
// reported to [Hooks].StreamError; the other streams go on.
//
// Errors: [ErrBlock], [ErrClosed], [fault.ErrContext], [ErrHandlerStuck], [fault.ErrPatience] ([WithConsumePatience]), and
// [fault.ErrRequest] for a missing handler or group.
func (b *Bus) Consume(ctx context.Context, group string, h Handler, opts ...ConsumeOption) error {
	if h == nil {
		return errNoHandler
	}
	return b.consume(ctx, group, h, nil, opts)
}

// BatchHandler handles several events in one call, for example in one transaction. nil acknowledges all of them, a
// [BatchError] all but those it names, any other error none. Messages of one workflow are in their order.
type BatchHandler func(ctx context.Context, messages []Message) error

// ConsumeBatch is [Bus.Consume] with a handler that gets several events at a time. Failed events are delivered again together
// with others that are due; all other rules hold for each message as if it had come alone.
func (b *Bus) ConsumeBatch(ctx context.Context, group string, h BatchHandler, opts ...ConsumeOption) error {
	if h == nil {
		return errNoHandler
	}
	return b.consume(ctx, group, nil, h, opts)
}

var errNoHandler = fmt.Errorf("bus: consume: %w", fault.Request("no handler (give a function that handles an event)"))

// consume handles the events with h or batch; the other is nil.
func (b *Bus) consume(ctx context.Context, group string, h Handler, batch BatchHandler, opts []ConsumeOption) error {
	if err := b.conn.NeedWrite(); err != nil {
		return fmt.Errorf("bus: consume: %w", err)
	}
	options := consume.Default()
	for _, opt := range opts {
		opt(&options)
	}
	leave := b.duties.Join()
	defer leave()
	return b.consumers.Run(ctx, group, h, batch, options)
}

// Term wraps a handler's error when retrying can't help: the event goes to the dead-letter stream at once, with err as its
// reason, and is acknowledged.
func Term(err error) error { return consume.Term(err) }

// RetryAfter wraps a handler's error with the delay until the next attempt. It is for faults outside the event, such as a
// store that is down, so it doesn't count towards [WithMaxDeliver]: it never causes a dead letter.
func RetryAfter(d time.Duration, err error) error { return consume.RetryAfter(d, err) }
