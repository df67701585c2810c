package wire

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// Dialer is the type of go-redis's dialers.
type Dialer = func(ctx context.Context, network, addr string) (net.Conn, error)

// Bound returns a dialer whose connections refuse replies beyond the limits: a read of such a reply fails with a
// [ReplyError], and so do all later reads. A connection that is already bounded stays unchanged.
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

// boundedConn scans the bytes read from a connection.
type boundedConn struct {
	net.Conn
	mu      sync.Mutex
	scanner *Scanner
	err     error // the scanner's, permanent
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
		_ = c.Close() // the rest can't be parsed any more
		return 0, c.err
	}
	return n, err
}

// boundedRaw is a connection whose socket go-redis checks to see whether the other side has closed it.
type boundedRaw struct {
	*boundedConn
	raw syscall.Conn
}

// SyscallConn returns the connection's socket.
func (c *boundedRaw) SyscallConn() (syscall.RawConn, error) { return c.raw.SyscallConn() }
