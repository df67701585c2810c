// Package serve is an SSH server that lets people with known keys in and gives each a terminal session: no password, no
// forwarding, no command, no file. What a session shows is up to the caller; this package knows neither Redis nor the desk.
// Start reading at [Server].
package serve

import (
	"context"
	"net"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"streamdesk/bus/fault"
)

// Server lets people in. All fields but Idle must be set; [Server.Serve] may be called once.
type Server struct {
	// Host is the server's own key.
	Host ssh.Signer
	// Keys says who may come in.
	Keys *Keys
	// Sessions is the max number of sessions at a time.
	Sessions int
	// Idle is how long a session may go without a key or a move of the mouse; 0 means for ever.
	Idle time.Duration
	// Show shows a session until its person leaves or ctx ends. It runs beside others; a panic of it ends its session alone.
	Show func(ctx context.Context, s *Session) error
	// Say is called with lines for whoever runs the server: who came, left and was refused. Names in them may hold any characters.
	Say func(format string, args ...any)

	mu     sync.Mutex
	open   map[*Session]func(why string) // ends the session
	conns  map[net.Conn]struct{}
	closed bool
}

const (
	// loginTime is the max time of a handshake, and for which a connection may be without a session: longer than any network needs.
	loginTime = 10 * time.Second
	// strangers is the max number of connections beyond those of the sessions: people who come in, and others who try.
	strangers = 32
	// aliveEvery is how often a client is asked whether it is there, and aliveFor how long its answer is waited for. What a
	// client that is gone held is free after a minute.
	aliveEvery, aliveFor = 15 * time.Second, 45 * time.Second
	// leaveTime is how long a session that was told to end may take to draw its last screen before it is cut.
	leaveTime = time.Second
)

// Serve accepts connections until ctx ends. Then it tells the sessions, waits for them at most a few seconds, and returns nil; any other end
// is an error. It closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	s.open, s.conns = map[*Session]func(string){}, map[net.Conn]struct{}{}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group sync.WaitGroup
	group.Go(func() { s.Keys.watch(ctx, s.review, s.Say) })
	group.Go(func() {
		<-ctx.Done()
		_ = l.Close()
		s.shut()
	})
	room := make(chan struct{}, s.Sessions+strangers)
	var err error
	for {
		var conn net.Conn
		if conn, err = l.Accept(); err != nil {
			break
		}
		select {
		case room <- struct{}{}:
			group.Go(func() {
				defer func() { <-room }()
				s.admit(ctx, conn)
			})
		default:
			_ = conn.Close() // somebody floods
		}
	}
	if ctx.Err() != nil {
		err = nil
	}
	cancel()
	group.Wait()
	return err
}

// shut tells every session that the server ends, and cuts the connections of those that don't end by themselves.
func (s *Server) shut() {
	s.mu.Lock()
	s.closed = true
	for _, end := range s.open {
		end("the server is being stopped; come back later")
	}
	lonely := len(s.open) == 0
	s.mu.Unlock()
	cut := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for conn := range s.conns {
			_ = conn.Close() // nobody reads from it any more
		}
	}
	if lonely {
		cut()
		return
	}
	time.AfterFunc(leaveTime, cut)
}

// review ends the sessions of people who may not be here any more, or not as what they came.
func (s *Server) review() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for session, end := range s.open {
		if why := s.outdated(session); why != "" {
			end(why)
		}
	}
}

// outdated returns why a session may not be here any more; empty when it may.
func (s *Server) outdated(session *Session) string {
	now, known := s.Keys.Find(session.key)
	switch {
	case !known:
		return "your key was taken away"
	case now != session.Person:
		return "your key's name or role was changed; come in again"
	}
	return ""
}

// begin counts a session, and returns why it can't be let in; empty when it was.
func (s *Server) begin(session *Session, end func(why string)) (why string, now int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return "the server is being stopped; come back later", 0
	case len(s.open) >= s.Sessions:
		return "as many sessions are open as may be; try again later", 0
	}
	if why := s.outdated(session); why != "" { // the connection stood already when its key was changed
		return why, 0
	}
	s.open[session] = end
	return "", len(s.open)
}

func (s *Server) over(session *Session) (left int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, session)
	return len(s.open)
}

// track keeps a connection, so that it can be cut; false when the server ends.
func (s *Server) track(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.conns[conn] = struct{}{}
	}
	return !s.closed
}

func (s *Server) untrack(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

// show calls Show, and returns its panic as an error.
func (s *Server) show(ctx context.Context, session *Session) (err error) {
	defer fault.Func(func(p *fault.PanicError) { err = p }).Catch()
	return s.Show(ctx, session)
}
