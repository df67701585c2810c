package wire

import (
	"bytes"
	"fmt"
	"strconv"

	"streamdesk/bus/fault"
)

// ReplyError is the error of a reply that exceeds a limit, or that isn't a reply, because the server speaks another protocol.
// The connection is unusable afterwards.
type ReplyError struct {
	// Came is what was read, in words.
	Came string
	// Limit is the exceeded limit; empty when it isn't a reply.
	Limit string
}

// Is reports true for [fault.ErrReply]. ReplyError doesn't wrap that error, because go-redis treats the innermost error as
// the cause of a failed connection.
func (e *ReplyError) Is(target error) bool { return target == fault.ErrReply }

// Error returns what came, and which limit it exceeds.
func (e *ReplyError) Error() string {
	if e.Limit == "" {
		return fmt.Sprintf("the reply is none that Redis gives: %s", e.Came)
	}
	return fmt.Sprintf("the reply is refused: %s, and the limit is %s", e.Came, e.Limit)
}

// excerpt returns the beginning of arbitrary bytes.
func excerpt(b []byte) string {
	const shown = 40
	line, _, _ := bytes.Cut(b, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) > shown {
		return strconv.QuoteToASCII(string(line[:shown])) + "…"
	}
	return strconv.QuoteToASCII(string(line))
}

// amount returns a number of bytes in words.
func amount(n int64) string {
	const k = 1024
	switch {
	case n >= k*k*k:
		return fmt.Sprintf("%.1f GB", float64(n)/(k*k*k))
	case n >= k*k:
		return fmt.Sprintf("%d MB", n/(k*k))
	case n >= k:
		return fmt.Sprintf("%d KB", n/k)
	}
	return fmt.Sprintf("%d bytes", n)
}
