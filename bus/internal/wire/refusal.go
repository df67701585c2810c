package wire

import (
	"bytes"
	"fmt"
	"strconv"

	"streamdesk/bus/fault"
)

// ReplyError is that of a reply which is refused at a limit, or is none: whoever answers speaks another protocol. The
// connection is of no use any more.
type ReplyError struct {
	// Came is what was read, in words.
	Came string
	// Limit is what it breaks; empty for what is no reply.
	Limit string
}

// Is says that it is an [fault.ErrReply]. It doesn't wrap that: go-redis takes the innermost error for the cause of a connection that
// can't be made.
func (e *ReplyError) Is(target error) bool { return target == fault.ErrReply }

// Error says what came, and which limit it breaks.
func (e *ReplyError) Error() string {
	if e.Limit == "" {
		return fmt.Sprintf("the reply is none that Redis gives: %s", e.Came)
	}
	return fmt.Sprintf("the reply is refused: %s, and the limit is %s", e.Came, e.Limit)
}

// excerpt shows the beginning of bytes that may be anything.
func excerpt(b []byte) string {
	const shown = 40
	line, _, _ := bytes.Cut(b, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) > shown {
		return strconv.QuoteToASCII(string(line[:shown])) + "…"
	}
	return strconv.QuoteToASCII(string(line))
}

// amount is a number of bytes in words.
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
