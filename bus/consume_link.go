package bus

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// blockingLink is one connection for reads that block. It belongs to one goroutine; only interrupt may be called from
// another.
type blockingLink struct {
	client redis.UniversalClient // whose connections are used
	owned  bool
	node   *redis.Client // the node the connection goes to; nil when the client is of a kind we don't know
	conn   *redis.Conn
	id     int64 // the connection's, at the server
}

// dial makes the connection to the node that holds key. Replies are read raw, so go-redis doesn't see a READONLY or
// MOVED in them: the reader closes the link then, and dials again.
func (l *blockingLink) dial(ctx context.Context, key string) error {
	switch client := l.client.(type) {
	case *redis.Client:
		l.node = client
	case *redis.ClusterClient:
		node, err := client.MasterForKey(ctx, key)
		if err != nil {
			return err
		}
		l.node = node
	default:
		return nil
	}
	conn := l.node.EphemeralConn()
	id, err := conn.ClientID(ctx).Result()
	if err != nil && serverErrorWord(err) == "" {
		_ = conn.Close() // the connection is broken already
		return err
	}
	l.conn, l.id = conn, id // a user without the right to CLIENT ID does without CLIENT UNBLOCK
	return nil
}

// read sends one command and returns the reply's bytes.
func (l *blockingLink) read(ctx context.Context, args []any) ([]byte, error) {
	cmd := redis.NewRawCmd(ctx, args...)
	var err error
	if l.conn != nil {
		err = l.conn.Process(ctx, cmd)
	} else {
		err = l.client.Process(ctx, onceCmd{cmd})
	}
	return cmd.Val(), err
}

// interrupt ends a read that blocks.
func (l *blockingLink) interrupt(ctx context.Context) {
	if l.node != nil && l.id != 0 {
		_ = l.node.ClientUnblock(ctx, l.id).Err() // when it doesn't get through, the link is cut
	}
}

// hangUp closes the connection.
func (l *blockingLink) hangUp() {
	if l.conn != nil {
		_ = l.conn.Close() // it is of no more use, whatever Close says
		l.conn, l.id = nil, 0
	}
}

// An interrupted read returns within a round trip. The first try may come before the read has begun to block; after
// half a second of them the server doesn't answer, and the connections are closed instead.
const (
	interruptEvery = 5 * time.Millisecond
	interruptFor   = 500 * time.Millisecond
)
