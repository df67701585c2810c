package websocket

import (
	"context"
	"sync"
	"time"

	ws "github.com/coder/websocket"
)

// Codes with which the server closes a connection, beside those of the protocol (1012 service restart when it stops, 1013
// try again later when it is too busy to catch up).
const (
	// StatusTooSlow: the client read more slowly than events came. Coming back with ?from= it gets what it missed.
	StatusTooSlow ws.StatusCode = 4008
)

const (
	// writeTimeout is how long one write to a client may take before it is given up: the network's buffers are full, and
	// have been for so long.
	writeTimeout = 5 * time.Second
	// pingTimeout is how long a client may take to answer a ping.
	pingTimeout = 10 * time.Second
	// queueBytes bounds what waits for one client, beside the number of events: those may be a megabyte each. One event is
	// always taken.
	queueBytes = 4 << 20
)

// client is one connection. The hub pushes to its queue, and its own goroutine writes to the network.
type client struct {
	filter filter
	conn   *ws.Conn
	buffer int

	mu     sync.Mutex
	queue  [][]byte
	bytes  int
	slow   bool // the queue was full: what was in it is gone, and nothing is added any more
	ending bool // the server stops
	awake  chan struct{}
}

func newClient(f filter, conn *ws.Conn, buffer int) *client {
	return &client{filter: f, conn: conn, buffer: buffer, awake: make(chan struct{}, 1)}
}

// push adds a message to the queue; false means that the client is too slow. It never waits.
func (c *client) push(message []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.slow {
		return false
	}
	if len(c.queue) >= c.buffer || (c.bytes+len(message) > queueBytes && len(c.queue) > 0) {
		c.slow, c.queue, c.bytes = true, nil, 0
	} else {
		c.queue, c.bytes = append(c.queue, message), c.bytes+len(message)
	}
	c.wake()
	return !c.slow
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
	default: // it will look anyway
	}
}

// take takes what is in the queue.
func (c *client) take() (messages [][]byte, slow, ending bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	messages, c.queue, c.bytes = c.queue, nil, 0
	return messages, c.slow, c.ending
}

func (c *client) isSlow() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.slow
}

// again empties the queue, so that the client may join once more.
func (c *client) again() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue, c.bytes, c.slow = nil, 0, false
}

// writeAll sends messages, unless the client turns out to be too slow meanwhile.
func (c *client) writeAll(ctx context.Context, messages [][]byte) error {
	for _, message := range messages {
		if c.isSlow() {
			return nil
		}
		if err := c.writeOne(ctx, message); err != nil {
			return err
		}
	}
	return nil
}

// writeOne sends a message. A client whose connection doesn't take it within writeTimeout is given up: the connection is
// closed.
func (c *client) writeOne(ctx context.Context, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return c.conn.Write(ctx, ws.MessageText, message)
}

// stream sends what is pushed until the connection or the server ends, or the client is too slow, which it returns.
func (c *client) stream(ctx context.Context) (slow bool) {
	for {
		messages, slow, ending := c.take()
		switch {
		case slow:
			_ = c.conn.Close(StatusTooSlow, "too slow: come back with ?from= the last id you have")
			return true
		case len(messages) > 0:
			if c.writeAll(ctx, messages) != nil {
				return c.isSlow() // the connection is gone
			}
			continue
		case ending:
			_ = c.conn.Close(ws.StatusServiceRestart, "the server stops: come back with ?from= the last id you have")
			return false
		}
		select {
		case <-c.awake:
		case <-ctx.Done():
			return c.isSlow()
		}
	}
}

// ping asks the client again and again whether it is there, and ends the connection when it doesn't answer.
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
			_ = c.conn.CloseNow() // nobody is there to hear of it
			return
		}
	}
}
