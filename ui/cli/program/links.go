package program

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/model/config"
)

// links are the program's connections to servers. They are closed some time after the program was asked to end, because
// a read that waits for a server can't be cancelled in another way.
type links struct {
	mu   sync.Mutex
	open map[*link]struct{}
	cut  bool
	gone chan struct{} // closed when they are cut
}

// owedTime is the max time for a server to answer while groups stop. Blocked reads are cancelled first, so none of them
// waits by then, and an ack takes one round trip.
const owedTime = time.Second

// errLinksCut is the error of connecting after the links were cut.
var errLinksCut = errors.New("the program is ending")

// dialer returns a dial function like go-redis's that works as long as the program runs, within the profile's limits. way leads
// through a bastion, and is nil without one.
func dialer(p *Program, o *redis.Options, way dialFunc, profile config.Profile) dialFunc {
	dial := newDialer(o, way)
	if profile.ReadOnly {
		dial = bus.OnlyReads(dial)
	}
	dial = bus.BoundReplies(dial, MaxReply(profile))
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		stop := make(chan struct{})
		defer close(stop)
		type dialed struct {
			conn net.Conn
			err  error
		}
		result := make(chan dialed)
		go func() { // a TLS handshake ignores the context
			conn, err := dial(ctx, network, address)
			select {
			case result <- dialed{conn, err}:
			case <-stop:
				if err == nil {
					_ = conn.Close() // nobody has used it
				}
			}
		}()
		select {
		case d := <-result:
			if d.err != nil {
				return nil, d.err
			}
			return p.links.add(d.conn)
		case <-p.links.gone:
			return nil, errLinksCut
		}
	}
}

func (l *links) add(conn net.Conn) (net.Conn, error) {
	k := &link{Conn: conn, of: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return nil, errors.Join(errLinksCut, conn.Close())
	}
	if l.open == nil {
		l.open = map[*link]struct{}{}
	}
	l.open[k] = struct{}{}
	if raw, ok := conn.(syscall.Conn); ok {
		return rawLink{k, raw}, nil // go-redis checks whether an idle connection was closed
	}
	return k, nil
}

// cutAfter cuts all links some time after interrupted is closed: after graceTime, or, when the command has work to
// finish, once an answer of the server is overdue by owedTime.
func (l *links) cutAfter(interrupted, ended <-chan struct{}, finishes func() bool) {
	select {
	case <-interrupted:
	case <-ended:
		return
	}
	from := time.Now()
	look := time.NewTicker(graceTime)
	defer look.Stop()
	for {
		select {
		case <-look.C:
		case <-ended:
			return
		}
		then := time.Now().Add(-owedTime)
		if !finishes() || then.After(from) && l.owed(then) {
			l.cutAll()
			return
		}
	}
}

// owed reports whether an answer to something that was sent before then is still missing.
func (l *links) owed(then time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k := range l.open {
		if asked := k.asked.Load(); asked != 0 && asked < then.UnixNano() {
			return true
		}
	}
	return false
}

func (l *links) cutAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	close(l.gone)
	for k := range l.open {
		_ = k.Conn.Close() // it is cut, not used
	}
	clear(l.open)
}

// link is one connection.
type link struct {
	net.Conn
	of    *links
	asked atomic.Int64 // when the oldest unanswered data was sent, in nanoseconds since 1970; 0 when all is answered
}

// Read reads an answer.
func (k *link) Read(b []byte) (int, error) {
	n, err := k.Conn.Read(b)
	if n > 0 {
		k.asked.Store(0)
	}
	return n, err
}

// Write sends a request.
func (k *link) Write(b []byte) (int, error) {
	k.asked.CompareAndSwap(0, time.Now().UnixNano())
	return k.Conn.Write(b)
}

// Close closes the connection.
func (k *link) Close() error {
	k.of.mu.Lock()
	delete(k.of.open, k)
	k.of.mu.Unlock()
	return k.Conn.Close()
}

// rawLink is a link whose file descriptor can be inspected.
type rawLink struct {
	*link
	raw syscall.Conn
}

// SyscallConn returns the connection's own.
func (k rawLink) SyscallConn() (syscall.RawConn, error) { return k.raw.SyscallConn() }
