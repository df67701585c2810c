package consume

import (
	"errors"
	"time"
)

type termError struct{ err error }

func (e *termError) Error() string { return e.err.Error() }
func (e *termError) Unwrap() error { return e.err }

// Term marks a handler's error as one that retrying can't fix.
func Term(err error) error {
	if err == nil {
		err = errors.New("terminated by the handler")
	}
	return &termError{err}
}

type retryError struct {
	after time.Duration
	err   error
}

func (e *retryError) Error() string { return e.err.Error() }
func (e *retryError) Unwrap() error { return e.err }

// RetryAfter makes a handler's error ask for a delay of d; it doesn't count towards bus.WithMaxDeliver.
func RetryAfter(d time.Duration, err error) error {
	if err == nil {
		err = errors.New("asked for later by the handler")
	}
	return &retryError{max(d, 0), err}
}
