package bus

import (
	"errors"
	"fmt"
	"time"
)

// Errors that a caller decides on. They come wrapped, with what was being done and to which key.
var (
	// ErrClosed: the bus was closed before the call, or while it waited.
	ErrClosed = errors.New("the bus is closed")
	// ErrTooLarge: the encoded event is over the limit of [WithMaxEventSize].
	ErrTooLarge = errors.New("the event is too large")

	// ErrMemory: the server is at its maxmemory and may not evict (OOM). Publishing fails fast until it takes entries again.
	ErrMemory = errors.New("the server is out of memory")
	// ErrReplicas: the entry was added, and fewer replicas (or append-only files) than [WithWait] asks for have it.
	ErrReplicas = errors.New("added, but not acknowledged by enough replicas")
	// ErrBlock: a block time under a millisecond would reach Redis as BLOCK 0, which waits forever.
	ErrBlock = errors.New("block must be at least a millisecond")
	// ErrHandlerStuck: a handler had not returned when the grace period was over. Its entries stay pending.
	ErrHandlerStuck = errors.New("a handler did not return in time")
	// ErrUnpublished: the bus was closed with events in its buffer that the server has not taken; they are lost.
	ErrUnpublished = errors.New("events were not published")
)

// PublishError is what became of one event that could not be published.
type PublishError struct {
	// Index is the event's place among the arguments of [Bus.PublishSync]; 0 for a buffered one.
	Index int
	// EventID and Stream identify the event.
	EventID, Stream string
	// Err is the server's answer, or [fault.ErrUncertain], [ErrClosed] or the context's error.
	Err error
}

// Error names the event, the stream and what happened.
func (e *PublishError) Error() string {
	return fmt.Sprintf("bus: publish event %s to %s: %v", e.EventID, e.Stream, e.Err)
}

// Unwrap is Err.
func (e *PublishError) Unwrap() error { return e.Err }

// termError marks an error that retrying can't mend.
type termError struct{ err error }

func (e *termError) Error() string { return e.err.Error() }
func (e *termError) Unwrap() error { return e.err }

// Term wraps a handler's error to say that trying again can't help: the event goes to the dead-letter stream at once,
// with err as its reason, and is acknowledged.
func Term(err error) error {
	if err == nil {
		err = errors.New("terminated by the handler")
	}
	return &termError{err}
}

// retryError asks for a certain delay.
type retryError struct {
	after time.Duration
	err   error
}

func (e *retryError) Error() string { return e.err.Error() }
func (e *retryError) Unwrap() error { return e.err }

// RetryAfter wraps a handler's error to say when to try again. It is meant for faults that are not the event's, such
// as a store that is away, so it doesn't count towards [WithMaxDeliver]: an event is never dead-lettered for it.
func RetryAfter(d time.Duration, err error) error {
	if err == nil {
		err = errors.New("asked for later by the handler")
	}
	return &retryError{max(d, 0), err}
}
