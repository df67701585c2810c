package bus

import "streamdesk/model/payload"

// Reader looks at streams, groups and entries. It sends only commands that change nothing, and never creates a key, a group or
// a consumer.
type Reader struct {
	conn    *conn
	decoder *payload.Decoder // nil reads our own wire format alone
	lags    lags             // whose read counters were found to be right
	// deadLetterKey names dead-letter streams; nil for [DeadLetterKey].
	deadLetterKey func(stream string) string
}
