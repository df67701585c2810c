package websocket

import (
	"context"
	"sync"
	"time"

	ws "github.com/coder/websocket"

	"streamdesk/model"
)

// Codes with which the server closes a connection, beside those of the protocol (1012 service restart when it stops, 1013
// try again later when it is too busy to catch up).
const (
	// StatusTooSlow: the client read more slowly than events came, for too long. Coming back with ?from= it gets what it
	// missed. One that reads nothing at all can't be told.
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

	mu    sync.Mutex
	queue [][]byte
	bytes int
	// behind is where the broadcast was when the queue was full: from there on, the streams have what the client lacks. Nil
	// while the client is live, or catches up for the first time.
	behind map[string]model.Position
	ending bool // the server stops
	awake  chan struct{}
}

func newClient(f filter, conn *ws.Conn, buffer int) *client {
	return &client{filter: f, conn: conn, buffer: buffer, awake: make(chan struct{}, 1)}
}

// push adds a message to the queue; false means that it is full. It never waits.
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

// fallBehind tells the client that it isn't live any more, and where the broadcast is.
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
	default: // it will look anyway
	}
}

// take takes what is in the queue, and when that is nothing, where the client has fallen behind.
func (c *client) take() (messages [][]byte, behind map[string]model.Position, ending bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	messages, c.queue, c.bytes = c.queue, nil, 0
	if len(messages) == 0 {
		behind, c.behind = c.behind, nil
	}
	return messages, behind, c.ending
}

// write sends a message. A client whose connection doesn't take it within writeTimeout is given up: the connection is
// closed.
func (c *client) write(ctx context.Context, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return c.conn.Write(ctx, ws.MessageText, message)
}

// stream sends what is pushed until the connection or the server ends. catchUp is called when the queue was full.
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
