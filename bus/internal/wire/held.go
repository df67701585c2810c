package wire

import (
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// heldConn is a connection of the bus's own that may be dropped while a caller waits for an answer on it.
type heldConn struct {
	net.Conn
	mu    *sync.Mutex            // guards among
	among map[*heldConn]struct{} // the open ones, this one included
	why   atomic.Pointer[error]  // why it was dropped; nil when it wasn't
}

// holdConn adds a connection to among, and returns the connection for go-redis to use. The caller holds mu.
func holdConn(conn net.Conn, mu *sync.Mutex, among map[*heldConn]struct{}) net.Conn {
	held := &heldConn{Conn: conn, mu: mu, among: among}
	among[held] = struct{}{}
	if raw, ok := conn.(syscall.Conn); ok {
		return heldSocket{held, raw}
	}
	return held
}

// Read reads from the connection. After a drop its error says why.
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

// drop closes the connection while it is in use; the user gets an error and connects again. The caller doesn't hold mu.
func (c *heldConn) drop(why error) {
	c.why.Store(&why)
	_ = c.Close() // it is no longer used, so Close's error doesn't matter
}

// heldSocket is a heldConn whose socket go-redis can check before it uses it again.
type heldSocket struct {
	*heldConn
	raw syscall.Conn
}

// SyscallConn returns the connection's socket.
func (s heldSocket) SyscallConn() (syscall.RawConn, error) { return s.raw.SyscallConn() }
