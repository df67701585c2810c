package wire

import (
	"fmt"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
)

// Uncertain says that err has left open whether the entry is there.
func Uncertain(err error) error { return fmt.Errorf("%w: %w", fault.ErrUncertain, err) }

// HandshakeError is why a connection could not be used: the server refused AUTH, SELECT or HELLO.
type HandshakeError struct{ Err error }

// Error is the refusal.
func (e *HandshakeError) Error() string {
	if e.Err == nil {
		return "no reply"
	}
	return e.Err.Error()
}

// Unwrap is Err.
func (e *HandshakeError) Unwrap() error { return e.Err }

// XAdd is an XADD that go-redis must never repeat.
type XAdd struct{ *redis.StringCmd }

// NoRetry tells go-redis to leave the repeating to the bus.
func (XAdd) NoRetry() bool { return true }

// Arguments that every XADD shares, boxed once.
var (
	ArgXAdd   any = "xadd"
	ArgAutoID any = "*"
)
