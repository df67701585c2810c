package fault

import (
	"errors"
	"fmt"

	"streamdesk/model"
)

// ErrClosed means that the bus was closed before the call, or while it waited.
var ErrClosed = errors.New("the bus is closed")

// ErrTooLarge means that the encoded event is over the limit of bus.WithMaxEventSize.
var ErrTooLarge = errors.New("the event is too large")

// ErrMemory means that the server is at its maxmemory and may not evict (OOM). Publishing fails fast until it adds entries
// again.
var ErrMemory = errors.New("the server is out of memory")

// ErrReplicas means that the entry was added, but fewer replicas (or append-only files) have it than bus.WithWait asks for.
var ErrReplicas = errors.New("added, but not acknowledged by enough replicas")

// ErrUnpublished means that the bus was closed with events in its buffer that the server has not added; they are lost.
var ErrUnpublished = errors.New("events were not published")

// PublishError is the failure of one event that could not be published.
type PublishError struct {
	// Index is the event's place among the arguments of bus.PublishSync; 0 for a buffered one.
	Index int
	// EventID and Stream identify the event.
	EventID, Stream string
	// Err is the server's answer, or [ErrUncertain], [ErrClosed] or the context's error.
	Err error
}

// Error returns the event, the stream and what happened.
func (e *PublishError) Error() string {
	return fmt.Sprintf("bus: publish event %s to %s: %v", e.EventID, e.Stream, e.Err)
}

// Unwrap returns Err.
func (e *PublishError) Unwrap() error { return e.Err }

// LostError means that a server acknowledged events and then lost them: after a failover, or a restart with less on disk, the
// current server never had the last of them. Hooks.Lost is called, and bus.Flush and bus.Close return it. Events published
// with bus.WithWait can't be lost this way, as long as one of the replicas that have them is promoted.
type LostError struct {
	// Stream is the key of the stream that they were added to.
	Stream string
	// After is the last of the earlier entries that the current server has; zero when it has none.
	After model.Position
	// Last is the last entry that this bus had published, the newest of the lost ones.
	Last model.Position
}

// Error returns the stream, the entries and how to repair it.
func (e *LostError) Error() string {
	from := ""
	if !e.After.IsZero() {
		from = fmt.Sprintf("after %s and ", e.After)
	}
	return fmt.Sprintf("%s: what was acknowledged with IDs %sup to %s is lost: the server that is there now never had it; publish it again, with WAIT where that must not be",
		e.Stream, from, e.Last)
}
