package bus

import (
	"errors"
	"time"

	"streamdesk/bus/fault"
)

// Errors that a caller decides on. They come wrapped, with what was being done and to which key. They are those of package
// fault, which has the others as well.
var (
	// ErrClosed is [fault.ErrClosed]: the bus was closed before the call, or while it waited.
	ErrClosed = fault.ErrClosed
	// ErrTooLarge is [fault.ErrTooLarge]: the encoded event is over the limit of [WithMaxEventSize].
	ErrTooLarge = fault.ErrTooLarge
	// ErrMemory is [fault.ErrMemory]: the server is at its maxmemory and may not evict (OOM).
	ErrMemory = fault.ErrMemory
	// ErrReplicas is [fault.ErrReplicas]: the entry was added, and fewer replicas than [WithWait] asks for have it.
	ErrReplicas = fault.ErrReplicas
	// ErrBlock is [fault.ErrBlock]: a block time under a millisecond would reach Redis as BLOCK 0, which waits forever.
	ErrBlock = fault.ErrBlock
	// ErrHandlerStuck is [fault.ErrHandlerStuck]: a handler had not returned when the grace period was over.
	ErrHandlerStuck = fault.ErrHandlerStuck
	// ErrUnpublished is [fault.ErrUnpublished]: the bus was closed with events that the server has not taken; they are lost.
	ErrUnpublished = fault.ErrUnpublished
)

type (
	// PublishError is what became of one event that could not be published.
	PublishError = fault.PublishError
	// LostError is that a server took events, acknowledged them, and is gone with them.
	LostError = fault.LostError
	// BatchError is a [BatchHandler]'s error about some of the messages, by their index; the others have succeeded.
	BatchError = fault.BatchError
)

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
