package bus

import (
	"context"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
	"streamdesk/model/payload"
)

// Reader looks at streams, groups and entries. It sends only commands that change nothing, and never creates a key, a group or
// a consumer.
type Reader struct {
	conn    *wire.Conn
	decoder *payload.Decoder // nil reads our own wire format alone
	lags    lags             // whose read counters were found to be right
	// deadLetterKey names dead-letter streams; nil for [model.DeadLetterKey].
	deadLetterKey func(stream string) string
}

// Can says what the server can do: COMMAND INFO, COMMAND DOCS, and questions about a stream that doesn't exist. It is asked
// once per [Bus], in a cluster of one node.
func (rd *Reader) Can(ctx context.Context) (model.Capabilities, error) {
	return rd.conn.Capabilities(ctx)
}
