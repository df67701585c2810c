package websocket

import (
	"context"
	"sync"
	"time"

	ws "github.com/coder/websocket"

	"streamdesk/model"
)

// Codes with which the server closes a connection, in addition to those of the protocol (1012 service restart when it stops,
// 1013 try again later when it is too busy to catch up).
const (
	// StatusTooSlow: the client read more slowly than events came, for too long. When it reconnects with ?from= it gets what
	// it missed. A client that reads nothing at all doesn't get the code.
	StatusTooSlow ws.StatusCode = 4008
)

const (
	// writeTimeout is the max time of one write to a client. A write takes so long only while the network's buffers stay
	// full.
	writeTimeout = 5 * time.Second
	// pingTimeout is the max time until a client answers a ping.
	pingTimeout = 10 * time.Second
	// queueBytes is the max size of a client's queue, in addition to the max number of events, which may be a megabyte each.
	// One event always fits.
	queueBytes = 4 << 20
)

// client is one connection. The hub pushes to its queue, and its own goroutine writes to the network.
type client struct {
	filter filter
	conn   *ws.Conn
	buffer int

	mu    sync.Mutex
	queue [][]byte
	bytes int
	// behind is the broadcast's position when the queue was full: the client lacks the entries of the streams from there on.
	// It is nil while the client is live, or catches up for the first time.
	behind map[string]model.Position
	ending bool // the server stops
	awake  chan struct{}
}

func newClient(f filter, conn *ws.Conn, buffer int) *client {
	return &client{filter: f, conn: conn, buffer: buffer, awake: make(chan struct{}, 1)}
}

// push adds a message to the queue, and returns false when it is full. It never waits.
func (c *client) push(message []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) >= c.buffer || (c.bytes+len(message) > queueBytes && len(c.queue) > 0) {
		return false
	}
	c.queue, c.bytes = append(c.queue, message), c.bytes+len(message)
	c.wake()
	return true
}

// fallBehind tells the client that it is no longer live, and the broadcast's position.
func (c *client) fallBehind(at map[string]model.Position) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.behind = at
	c.wake()
}

// end tells the client's goroutine that the server stops.
func (c *client) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending = true
	c.wake()
}

func (c *client) wake() {
	select {
	case c.awake <- struct{}{}:
	default: // a wake-up is already pending
	}
}

// take removes and returns the queue, and when that is empty, the position from which the client is behind.
func (c *client) take() (messages [][]byte, behind map[string]model.Position, ending bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	messages, c.queue, c.bytes = c.queue, nil, 0
	if len(messages) == 0 {
		behind, c.behind = c.behind, nil
	}
	return messages, behind, c.ending
}

// write sends a message. When the connection doesn't accept it within writeTimeout, the connection is closed.
func (c *client) write(ctx context.Context, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return c.conn.Write(ctx, ws.MessageText, message)
}

// stream sends pushed messages until the connection or the server ends. It calls catchUp when the queue was full.
func (c *client) stream(ctx context.Context, catchUp func(behind map[string]model.Position) error) error {
	for {
		messages, behind, ending := c.take()
		for _, message := range messages {
			if err := c.write(ctx, message); err != nil {
				return err
			}
		}
		switch {
		case len(messages) > 0:
			continue
		case ending:
			_ = c.conn.Close(ws.StatusServiceRestart, "the server stops: come back with ?from= the last id you have")
			return nil
		case behind != nil:
			if err := catchUp(behind); err != nil {
				return err
			}
			continue
		}
		select {
		case <-c.awake:
		case <-ctx.Done():
			return nil // the connection is gone
		}
	}
}

// ping pings the client at the interval, and closes the connection when it doesn't answer.
func (c *client) ping(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		answer, cancel := context.WithTimeout(ctx, pingTimeout)
		err := c.conn.Ping(answer)
		cancel()
		if err != nil {
			_ = c.conn.CloseNow() // no client is there to get a code
			return
		}
	}
}
