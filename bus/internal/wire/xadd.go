package wire

import (
	"fmt"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
)

// Uncertain wraps err in [fault.ErrUncertain]: the entry may or may not be there.
func Uncertain(err error) error { return fmt.Errorf("%w: %w", fault.ErrUncertain, err) }

// HandshakeError means that a connection could not be used: the server refused AUTH, SELECT or HELLO.
type HandshakeError struct{ Err error }

// Error returns the refusal.
func (e *HandshakeError) Error() string {
	if e.Err == nil {
		return "no reply"
	}
	return e.Err.Error()
}

// Unwrap returns Err.
func (e *HandshakeError) Unwrap() error { return e.Err }

// XAdd is an XADD that go-redis must never repeat.
type XAdd struct{ *redis.StringCmd }

// NoRetry tells go-redis to leave retries to the bus.
func (XAdd) NoRetry() bool { return true }

// Arguments that every XADD shares, boxed once.
var (
	ArgXAdd   any = "xadd"
	ArgAutoID any = "*"
)
