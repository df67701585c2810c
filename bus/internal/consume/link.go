package consume

import (
	"context"
	"sync/atomic"
	"time"

	"streamdesk/bus/internal/wire"

	"github.com/redis/go-redis/v9"
)

// blockingLink is one connection for blocking reads. It belongs to one goroutine; others may only call interrupt.
type blockingLink struct {
	client wire.Client // whose connections are used
	owned  bool
	conn   wire.Client // nil while there is none, and with an unknown kind of client
	buffer wire.Buffer
	place  atomic.Pointer[blockedPlace]
}

// blockedPlace is where a read may be blocked: the node and the ID of the connection there.
type blockedPlace struct {
	node wire.Unblocker
	id   int64
}

// dial connects to the node that holds key. Replies are read raw, so go-redis doesn't see a READONLY or MOVED in them: the
// reader then closes the link, and dials again.
func (l *blockingLink) dial(ctx context.Context, key string) error {
	conn, node, err := wire.ConnectTo(ctx, l.client, key)
	if conn == nil {
		return err
	}
	id := redis.NewIntCmd(ctx, "client", "id")
	err = conn.Process(ctx, id)
	switch word := wire.ErrorWord(err); {
	case err == nil:
		l.place.Store(&blockedPlace{node, id.Val()})
	case word == "NOPERM" || word == "ERR":
		// No right to ask: the connection is cut, because the read can't be unblocked.
	default:
		_ = conn.Close() // it is unusable, so Close's error doesn't matter
		return err
	}
	l.conn = conn
	return nil
}

// read sends one command and returns the reply's bytes.
func (l *blockingLink) read(ctx context.Context, args []any) ([]byte, error) {
	cmd := redis.NewRawWriteToCmd(ctx, &l.buffer, args...)
	var err error
	if l.conn != nil {
		err = l.conn.Process(ctx, cmd)
	} else {
		err = l.client.Process(ctx, cmd)
	}
	return l.buffer.Take(), err
}

// interrupt unblocks a read.
func (l *blockingLink) interrupt(ctx context.Context) {
	if place := l.place.Load(); place != nil {
		_ = place.node.ClientUnblock(ctx, place.id).Err() // if it fails, the link is cut
	}
}

// hangUp closes the connection.
func (l *blockingLink) hangUp() {
	l.place.Store(nil)
	if l.conn != nil {
		_ = l.conn.Close() // it is unusable, so Close's error doesn't matter
		l.conn = nil
	}
}

// An interrupted read returns within a round trip. The first try may come before the read blocks. When tries fail for half a
// second, the server doesn't answer, and the connections are closed instead.
const (
	interruptEvery = 5 * time.Millisecond
	interruptFor   = 500 * time.Millisecond
)
