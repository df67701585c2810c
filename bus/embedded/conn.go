package embedded

import (
	"bufio"
	"net"
	"sync"
	"time"
)

const (
	// pipelineDepth is how many requests of one connection are read ahead of execution: enough to answer a pipeline in few
	// writes, and so few that a client cannot fill memory.
	pipelineDepth = 128
	// flushSize is how many bytes of a pipeline's replies are collected before they are sent.
	flushSize = 64 << 10
)

// conn is one client. One goroutine reads requests ahead and another executes them, so that the server notices when a client
// hangs up during a blocking command.
type conn struct {
	srv      *Server
	id       int64
	socket   net.Conn
	requests chan []string
	gone     chan struct{} // closed when nothing more can be read from the client
	ended    chan struct{} // closed when execution has ended
	once     sync.Once
	quit     bool // set by QUIT and CLIENT KILL of itself; read by the executing goroutine only
	out      reply
	context  any // miniredis's state of this connection
	tx       *transaction
	watched  []watched

	// Guarded by the server's mutex: other clients can see or change them.
	name, libName, libVersion string
	created, active           time.Time
	lastCommand               string
	waiter                    *waiter
}

// newConn registers a client. The server's mutex is held.
func (s *Server) newConn(socket net.Conn) *conn {
	s.lastConn++
	now := s.clock()
	c := &conn{
		srv: s, id: s.lastConn, socket: socket,
		requests: make(chan []string, pipelineDepth),
		gone:     make(chan struct{}), ended: make(chan struct{}),
		created: now, active: now,
	}
	s.conns[c.id] = c
	s.stats.connections++
	return c
}

// hangUp closes the socket, which ends both goroutines. An error would mean it is closed already.
func (c *conn) hangUp() { c.once.Do(func() { _ = c.socket.Close() }) }

func (c *conn) readRequests() {
	defer close(c.requests)
	defer close(c.gone)
	in := bufio.NewReaderSize(c.socket, flushSize)
	for {
		args, err := readRequest(in)
		if err != nil {
			return
		}
		if len(args) == 0 {
			continue
		}
		select {
		case c.requests <- args:
		case <-c.ended:
			return
		}
	}
}

func (c *conn) serve() {
	defer c.leave()
	for args := range c.requests {
		w := c.srv.execute(c, args)
		if w != nil {
			if !c.flush() {
				return
			}
			c.await(w)
		}
		if (len(c.requests) == 0 || len(c.out.buf) >= flushSize || c.quit) && !c.flush() {
			return
		}
		if c.quit {
			return
		}
	}
}

func (c *conn) flush() bool {
	if len(c.out.buf) == 0 {
		return true
	}
	_, err := c.socket.Write(c.out.buf)
	c.out.clear()
	return err == nil
}

func (c *conn) leave() {
	close(c.ended)
	c.hangUp()
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	delete(c.srv.conns, c.id)
}
