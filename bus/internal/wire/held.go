package wire

import (
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// heldConn is a connection of the bus's own that may be dropped while somebody waits for an answer on it.
type heldConn struct {
	net.Conn
	mu    *sync.Mutex            // guards among
	among map[*heldConn]struct{} // those that are open, it included
	why   atomic.Pointer[error]  // it was dropped; nil while it wasn't
}

// holdConn enters a connection among others, and is what go-redis is to use. The caller holds mu.
func holdConn(conn net.Conn, mu *sync.Mutex, among map[*heldConn]struct{}) net.Conn {
	held := &heldConn{Conn: conn, mu: mu, among: among}
	among[held] = struct{}{}
	if raw, ok := conn.(syscall.Conn); ok {
		return heldSocket{held, raw}
	}
	return held
}

// Read reads from the connection. The error of a dropped one says why it was.
func (c *heldConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if why := c.why.Load(); err != nil && why != nil {
		err = &net.OpError{Op: "read", Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: *why}
	}
	return n, err
}

// Close closes the connection.
func (c *heldConn) Close() error {
	c.mu.Lock()
	delete(c.among, c)
	c.mu.Unlock()
	return c.Conn.Close()
}

// drop closes the connection under whoever uses it, who gets an error and connects again. The caller doesn't hold mu.
func (c *heldConn) drop(why error) {
	c.why.Store(&why)
	_ = c.Close() // whatever Close says, it is not used any more
}

// heldSocket is a heldConn that go-redis can look at before it uses it again.
type heldSocket struct {
	*heldConn
	raw syscall.Conn
}

// SyscallConn is the socket's.
func (s heldSocket) SyscallConn() (syscall.RawConn, error) { return s.raw.SyscallConn() }
