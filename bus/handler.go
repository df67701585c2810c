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

// Handler handles one event. Nil acknowledges the entry; an error has it handed over again later, [Term] and
// [RetryAfter] say how. ctx lives as long as the handler may run, which is [WithGrace] longer than Consume's.
type Handler func(ctx context.Context, m Message) error

// Consume reads the streams of the wanted types ([WithTypes]) as a consumer of the group, and calls h with each event.
// It blocks until ctx is done, and then returns nil once the handlers have finished and the acks are sent; or until
// something is wrong that time doesn't mend.
//
// Delivery is at least once: an entry is acknowledged (XACK) after its handler has returned nil, and not before. Events
// of one workflow reach the handler one after the other, in the order of their entry IDs over all its streams (as far as
// one consumer goes: a group with several shares a workflow's events out among them); an event that failed holds back the
// later ones of its workflow, and nobody else's. An event that fails [WithMaxDeliver] times, whose handler returns
// [Term], or that can't be decoded (at once: that doesn't get better) is written to the dead-letter stream with the
// reason beside it, and then acknowledged. Entries that were deleted while pending are acknowledged and counted.
//
// The group is created where it is missing (XGROUP CREATE), at the beginning of the stream; when it
// vanishes later, at the last position that is known to be acknowledged. Entries that another consumer has left for
// [WithAckWait] are taken over (XREADGROUP … CLAIM from Redis 8.4 on, or else XAUTOCLAIM or XCLAIM). Errors of single streams, WRONGTYPE and NOPERM, are told to
// [Hooks].StreamError, and the others flow on.
//
// Errors: [ErrBlock], [ErrClosed], [fault.ErrContext], [ErrHandlerStuck], [fault.ErrPatience] ([WithConsumePatience]), and [fault.ErrRequest] for a missing handler or group.
func (b *Bus) Consume(ctx context.Context, group string, h Handler, opts ...ConsumeOption) error {
	if h == nil {
		return errNoHandler
	}
	return b.consume(ctx, group, h, nil, opts)
}

// BatchHandler handles several events in one go, such as in one transaction. Nil acknowledges all of them, a [BatchError]
// all but those it names, any other error none. Messages of one workflow stand in their order.
type BatchHandler func(ctx context.Context, messages []Message) error

// ConsumeBatch is [Bus.Consume] with a handler that gets several events at a time. Events that failed are handed over
// again together with others that are due; everything else holds for each message as if it had come alone.
func (b *Bus) ConsumeBatch(ctx context.Context, group string, h BatchHandler, opts ...ConsumeOption) error {
	if h == nil {
		return errNoHandler
	}
	return b.consume(ctx, group, nil, h, opts)
}

var errNoHandler = fmt.Errorf("bus: consume: %w", fault.Request("no handler (give a function that handles an event)"))

// consume has one of the two handle the events.
func (b *Bus) consume(ctx context.Context, group string, h Handler, batch BatchHandler, opts []ConsumeOption) error {
	options := consume.Default()
	for _, opt := range opts {
		opt(&options)
	}
	return b.consumers.Run(ctx, group, h, batch, options)
}

// Term wraps a handler's error to say that trying again can't help: the event goes to the dead-letter stream at once,
// with err as its reason, and is acknowledged.
func Term(err error) error { return consume.Term(err) }

// RetryAfter wraps a handler's error to say when to try again. It is meant for faults that are not the event's, such
// as a store that is away, so it doesn't count towards [WithMaxDeliver]: an event is never dead-lettered for it.
func RetryAfter(d time.Duration, err error) error { return consume.RetryAfter(d, err) }
