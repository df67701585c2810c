package wire

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// Dialer is how go-redis makes a connection.
type Dialer = func(ctx context.Context, network, addr string) (net.Conn, error)

// Bound makes dial's connections refuse replies at the limits: a read that brings such a reply fails with a [ReplyError], and
// so does every later one. A connection that is bounded already stays as it is.
func Bound(dial Dialer, l Limits) Dialer {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return boundConn(conn, l), nil
	}
}

func boundConn(conn net.Conn, l Limits) net.Conn {
	if _, already := conn.(interface{ bounded() }); already {
		return conn
	}
	b := &boundedConn{Conn: conn, scanner: NewScanner(l)}
	if raw, ok := conn.(syscall.Conn); ok {
		return &boundedRaw{boundedConn: b, raw: raw}
	}
	return b
}

// boundedConn scans what is read from a connection.
type boundedConn struct {
	net.Conn
	mu      sync.Mutex
	scanner *Scanner
	err     error // of the scanner, for good
}

func (c *boundedConn) bounded() {}

// Read reads from the connection.
func (c *boundedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil && n > 0 {
		c.err = c.scanner.Scan(b[:n])
	}
	if c.err != nil {
		_ = c.Close() // nothing of it can be understood any more
		return 0, c.err
	}
	return n, err
}

// boundedRaw is a connection whose socket go-redis looks at, to see whether the other side has closed it.
type boundedRaw struct {
	*boundedConn
	raw syscall.Conn
}

// SyscallConn is the connection's.
func (c *boundedRaw) SyscallConn() (syscall.RawConn, error) { return c.raw.SyscallConn() }
