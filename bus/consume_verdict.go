package bus

import (
	"errors"
	"time"
)

// termError marks an error that retrying can't mend.
type termError struct{ err error }

func (e *termError) Error() string { return e.err.Error() }
func (e *termError) Unwrap() error { return e.err }

// term wraps a handler's error to say that trying again can't help: the event goes to the dead-letter stream at once,
// with err as its reason, and is acknowledged.
func term(err error) error {
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

// retryAfter wraps a handler's error to say when to try again. It is meant for faults that are not the event's, such
// as a store that is away, so it doesn't count towards bus.WithMaxDeliver: an event is never dead-lettered for it.
func retryAfter(d time.Duration, err error) error {
	if err == nil {
		err = errors.New("asked for later by the handler")
	}
	return &retryError{max(d, 0), err}
}
