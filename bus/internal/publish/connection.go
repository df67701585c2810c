package publish

import (
	"context"
	"strconv"
	"strings"

	"streamdesk/bus/internal/wire"

	"github.com/redis/go-redis/v9"
)

// connection is the one connection that events are sent on. Because there is only one, and its identity at the server is
// known, the writer can find out what happened to events whose reply was lost.
type connection struct {
	client wire.Client
	lines  *wire.Lines
	conn   wire.Client // nil while there is none, and with a client that has no single connection (a cluster)
	line   *wire.Line  // the socket of conn; nil when go-redis sends the batches
	self   identity
	former identity // of the previous connection, which broke
	loose  bool     // commands sent on the former connection may still take effect
	// reviewed: the server is known to have the events published before this connection.
	reviewed bool
}

// identity identifies a connection at the server. The number alone isn't enough: after a failover another server may have
// given it to another connection.
type identity struct{ id, addr string }

// pipeliner returns the pipeline that events are sent through.
func (w *connection) pipeliner() redis.Pipeliner {
	if w.conn != nil {
		return w.conn.Pipeline()
	}
	return w.client.Pipeline()
}

// connect opens the connection if there is none. When it fails, nothing of a batch has been sent.
func (w *connection) connect(ctx context.Context) error {
	if w.conn != nil {
		return nil
	}
	conn, line, info, err := w.lines.Open(ctx, w.client)
	if conn == nil {
		return err
	}
	w.self = parseIdentity(info) // without one, events are published without knowing
	w.conn, w.line, w.reviewed = conn, line, false
	return nil
}

// hangUp closes the connection. unsure means that the server may still read what was sent on it.
func (w *connection) hangUp(unsure bool) {
	if w.conn == nil {
		return
	}
	_ = w.conn.Close() // it is broken
	w.conn, w.line = nil, nil
	if unsure {
		w.former, w.loose = w.self, true
	}
}

// parseIdentity parses id=… and addr=… in CLIENT INFO.
func parseIdentity(info string) identity {
	var i identity
	for field := range strings.FieldsSeq(info) {
		switch name, value, _ := strings.Cut(field, "="); name {
		case "id":
			i.id = value
		case "addr":
			i.addr = value
		}
	}
	if _, err := strconv.ParseInt(i.id, 10, 64); err != nil || i.addr == "" {
		return identity{}
	}
	return i
}

// silence ensures that nothing sent on the former connection takes effect any more. It returns false when that can't be
// known.
func (w *connection) silence(ctx context.Context) bool {
	if w.conn == nil || w.loose && w.former == (identity{}) {
		return false
	}
	if !w.loose {
		return true
	}
	kill := redis.NewCmd(ctx, "client", "kill", "id", w.former.id, "addr", w.former.addr, "skipme", "yes")
	if w.conn.Process(ctx, kill) != nil {
		return false
	}
	w.loose = false
	return true
}
