// Package report defines [Hooks], through which the bus reports its work: publishing and consuming call them, and a program
// sets them with bus.WithHooks. The counters are in bus.Stats.
package report

import (
	"time"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// Hooks are functions that the bus calls to report what it does; nil ones are skipped. They are called from the bus's own
// goroutines, by several at a time, and must return soon: a hook that blocks, blocks the bus.
type Hooks struct {
	// Unfit: an event doesn't fit its schema (bus.WithCheck) and is published nonetheless. e must not be changed or kept.
	Unfit func(e *model.Event, err *model.SchemaError)
	// Published: the server has added an event. size is the size of the payload in bytes.
	Published func(key model.Key, size int)
	// PublishFailed: a buffered event will never be published.
	PublishFailed func(err *fault.PublishError)
	// Lost: the current server never had events that its predecessor had acknowledged.
	Lost func(err *fault.LostError)
	// Delivered: an entry goes to the handler.
	Delivered func(group string, key model.Key, deliveries int64)
	// Acked: n entries of a stream were acknowledged, not counting those acknowledged before.
	Acked func(group, stream string, n int)
	// Retried: the handler failed, and the entry will be handed to it again after the delay.
	Retried func(m *model.Message, err error, after time.Duration)
	// DeadLettered: the entry was written to the dead-letter stream; it is acknowledged next.
	DeadLettered func(m *model.Message, to model.Key, reason error)
	// Claimed: n entries were claimed from consumers with which they were idle for longer than the ack wait.
	Claimed func(group, stream string, n int)
	// Gone: entries were trimmed or deleted while pending; they are acknowledged and no handler sees them.
	Gone func(group string, keys []model.Key)
	// Disconnected: a connection to the server was lost. part is "writer" or "reader".
	Disconnected func(part string, err error)
	// Reconnected: the connection is back; after is how long it was down.
	Reconnected func(part string, after time.Duration)
	// Waiting: a part of the bus has waited for the server for half a second, for any reason, or for ten more seconds since
	// the last call. It goes on waiting; see [fault.Wait] for what it waits for, why, and until when.
	Waiting func(w fault.Wait)
	// StreamError: a stream can't be consumed (WRONGTYPE, NOPERM …). It is skipped until retryIn has passed; the others go
	// on.
	StreamError func(group, stream string, err error, retryIn time.Duration)
	// Paused: a person has paused the group, and its consumers here read nothing new; or it goes on, when pause is nil.
	Paused func(group string, pause *model.Pause)
	// Moved: scheduled events were due, and are in their stream now under these IDs.
	Moved func(stream string, ids []model.Position)
	// Trimmed: n entries of a stream were removed that its retention doesn't keep, by these commands.
	Trimmed func(stream string, n int64, receipts []model.Receipt)
	// ChoreFailed: a part of the bus's periodic work failed, such as "scheduled", and is tried again in retryIn. stream is empty
	// when it is about no single one.
	ChoreFailed func(chore, stream string, err error, retryIn time.Duration)
	// Dropped: n events were lost to a local handler that was too slow.
	Dropped func(pattern string, n uint64)
	// LocalPanic: a local handler panicked; it goes on with the next event.
	LocalPanic func(pattern string, value any)
}
