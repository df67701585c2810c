// Package report is what the bus tells of its work while it goes on: [Hooks], which publishing and consuming call, and which
// a program sets with bus.WithHooks. What it counts is bus.Stats.
package report

import (
	"time"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// Hooks are told what the bus does, each where it is not nil. They are called from the bus's own goroutines, by several at a
// time, and must return soon: a hook that blocks, blocks the bus.
type Hooks struct {
	// Published: the server has added an event. size is the payload's in bytes.
	Published func(key model.Key, size int)
	// PublishFailed: a buffered event will never be published.
	PublishFailed func(err *fault.PublishError)
	// Lost: the server that is there now never had events that the one before had acknowledged.
	Lost func(err *fault.LostError)
	// Delivered: an entry goes to the handler.
	Delivered func(group string, key model.Key, deliveries int64)
	// Acked: n entries of a stream were acknowledged; those that had been acknowledged before are not counted.
	Acked func(group, stream string, n int)
	// Retried: the handler failed, and the entry will be handed to it again after the delay.
	Retried func(m *model.Message, err error, after time.Duration)
	// DeadLettered: the entry was written to the dead-letter stream; it is acknowledged next.
	DeadLettered func(m *model.Message, to model.Key, reason error)
	// Claimed: n entries were taken over from consumers that had left them for longer than the ack wait.
	Claimed func(group, stream string, n int)
	// Gone: entries were trimmed or deleted while pending; they are acknowledged and no handler sees them.
	Gone func(group string, keys []model.Key)
	// Disconnected: a connection to the server was lost. part is "writer" or "reader".
	Disconnected func(part string, err error)
	// Reconnected: it is back, after having been away for so long.
	Reconnected func(part string, after time.Duration)
	// Waiting: a part of the bus has waited for the server for half a second, for whatever reason, or for ten seconds more since it
	// last told. It goes on waiting; see [fault.Wait] for what it waits for, why, and until when.
	Waiting func(w fault.Wait)
	// StreamError: a stream can't be consumed (WRONGTYPE, NOPERM …). It is left out until retryIn has passed; the
	// others flow on.
	StreamError func(group, stream string, err error, retryIn time.Duration)
	// Dropped: n events were lost to a local handler that was too slow.
	Dropped func(pattern string, n uint64)
	// LocalPanic: a local handler panicked; it goes on with the next event.
	LocalPanic func(pattern string, value any)
}
