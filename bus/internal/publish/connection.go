package publish

import (
	"context"
	"strconv"
	"strings"

	"streamdesk/bus/internal/wire"

	"github.com/redis/go-redis/v9"
)

// connection is the one connection that events are sent on. That there is one, and that its identity at the server is
// known, is what lets the writer find out what became of events whose reply was lost.
type connection struct {
	client redis.UniversalClient
	conn   *redis.Conn // nil while there is none, and with a client that has no single connection (a cluster)
	self   identity
	former identity // of the connection before, which broke
	loose  bool     // what was sent on the former connection may yet take effect
	// reviewed: it is known that the server has what was published before the connection was made.
	reviewed bool
}

// identity is a connection as the server knows it. The number alone would not do: after a failover another server may
// have given it to somebody else.
type identity struct{ id, addr string }

// pipeliner is what events are sent through.
func (w *connection) pipeliner() redis.Pipeliner {
	if w.conn != nil {
		return w.conn.Pipeline()
	}
	return w.client.Pipeline()
}

// connect makes the connection if there is none. Nothing of a batch has been sent when it fails.
func (w *connection) connect(ctx context.Context) error {
	client, single := w.client.(*redis.Client)
	if !single || w.conn != nil {
		return nil
	}
	conn := client.EphemeralConn()
	info, err := conn.Do(ctx, "client", "info").Text()
	switch word := wire.ErrorWord(err); {
	case err == nil:
		w.self = parseIdentity(info)
	case word == "NOPERM" || word == "ERR":
		w.self = identity{} // no right to ask, or before Redis 6.2: publish without knowing
	default:
		_ = conn.Close() // it is of no use, whatever Close says
		return err
	}
	w.conn, w.reviewed = conn, false
	return nil
}

// hangUp closes the connection; unsure says that the server may yet read what was sent on it.
func (w *connection) hangUp(unsure bool) {
	if w.conn == nil {
		return
	}
	_ = w.conn.Close() // it is broken
	w.conn = nil
	if unsure {
		w.former, w.loose = w.self, true
	}
}

// parseIdentity reads id=… and addr=… out of CLIENT INFO.
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

// silence makes sure that nothing sent on the former connection takes effect any more. False means that it can't be
// known.
func (w *connection) silence(ctx context.Context) bool {
	if w.conn == nil || w.loose && w.former == (identity{}) {
		return false
	}
	if !w.loose {
		return true
	}
	err := w.conn.Do(ctx, "client", "kill", "id", w.former.id, "addr", w.former.addr, "skipme", "yes").Err()
	if err != nil {
		return false
	}
	w.loose = false
	return true
}
