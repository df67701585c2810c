// Package embedded is a Redis inside the process, for `streamdesk demo` and for quick tests: a real TCP server on
// loopback that any client can talk to, in RESP2 or RESP3, which answers as Redis 7.0 does.
//
// This package implements streams itself: one compact type holds every stream key, and every command on it replies exactly as
// Redis does. Every other type, and scripts, are miniredis behind this package's own front end; a script's stream commands
// come back here through miniredis's pre-hook.
//
// It is not durable (nothing is written to disk), clustered, replicated or protected (no ACL, no passwords), and it has only
// one database. It does not support pub/sub and blocking list commands. Trimming with ~ trims exactly. A test of any of these
// needs package redistest and a real server.
//
// Start reading at Start, then command.go for how a command runs and stream.go for the data.
package embedded

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"streamdesk/bus/fault"
)

// Server is a running in-process Redis.
type Server struct {
	listener net.Listener
	commands map[string]command
	started  time.Time
	maxLen   int
	clock    func() time.Time
	crash    fault.Func
	closing  chan struct{} // closed by Close
	wg       sync.WaitGroup

	// mu serialises commands, as Redis's single thread does. It guards everything below and every conn's state that
	// other connections can reach.
	mu       sync.Mutex
	rest     *rest
	streams  map[string]*stream
	conns    map[int64]*conn
	lastConn int64
	waiting  map[string][]*waiter // blocked readers by key, longest waiting first
	touched  []string             // keys whose blocked readers have to be checked
	stats    stats
	lastTick time.Time
}

// Option configures Start.
type Option func(*Server)

// WithMaxLen bounds every stream: each XADD trims the stream it wrote to exactly n entries, as MAXLEN n would. Zero,
// the default, leaves streams unbounded.
func WithMaxLen(n int) Option { return func(s *Server) { s.maxLen = n } }

// WithClock replaces the clock for entry IDs, idle times and TIME.
func WithClock(now func() time.Time) Option { return func(s *Server) { s.clock = now } }

// WithCrash calls f when one of the server's own goroutines panics, before the panic ends the process.
func WithCrash(f fault.Func) Option { return func(s *Server) { s.crash = f } }

// Start starts a server on a free loopback port. The caller must call Close.
func Start(opts ...Option) (*Server, error) {
	s := &Server{
		clock:    time.Now,
		commands: newCommands(),
		closing:  make(chan struct{}),
		streams:  map[string]*stream{},
		conns:    map[int64]*conn{},
		waiting:  map[string][]*waiter{},
	}
	for _, opt := range opts {
		opt(s)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("embedded: listen on loopback: %w", err)
	}
	if s.rest, err = newRest(s.callFromScript); err != nil {
		return nil, fmt.Errorf("embedded: start miniredis: %w", err)
	}
	s.listener = listener
	s.started = s.clock()
	s.lastTick = s.started
	s.wg.Go(s.crash.Guard(s.accept))
	return s, nil
}

// Addr returns the host:port to connect to.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close disconnects all clients, blocked ones included, and returns when every goroutine of the server has ended.
// The data is gone.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.closing:
		s.mu.Unlock()
		s.wg.Wait()
		return
	default:
	}
	close(s.closing)
	_ = s.listener.Close() // it can only fail because it is closed already
	for _, c := range s.conns {
		c.hangUp()
	}
	s.mu.Unlock()
	s.wg.Wait()
	s.rest.close()
}

func (s *Server) accept() {
	for {
		socket, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		select {
		case <-s.closing:
			_ = socket.Close() // arrived while closing
		default:
			c := s.newConn(socket)
			s.wg.Go(s.crash.Guard(c.readRequests))
			s.wg.Go(s.crash.Guard(c.serve))
		}
		s.mu.Unlock()
	}
}
