package tunnel

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// far is the address of a server behind a bastion.
type far struct{ network, address string }

// Network returns tcp or unix.
func (f far) Network() string { return f.network }

// String returns host:port, or a path.
func (f far) String() string { return f.address }

// conn is a connection to a server through a session. Go-redis needs deadlines, which a channel of SSH doesn't have: two
// pipes have them in its place.
type conn struct {
	of      *session
	to      far
	channel net.Conn // of SSH
	in, out *pipe
	closing sync.Once
}

// newConn returns the connection of a channel. The session's group holds its goroutines.
func newConn(of *session, to far, channel net.Conn) *conn {
	crash := of.of.o.Crash
	c := &conn{of: of, to: to, channel: channel, in: newPipe(crash), out: newPipe(crash)}
	of.of.group.Go(crash.Guard(c.receive))
	of.of.group.Go(crash.Guard(c.send))
	return c
}

// receive fills what Read reads until the channel ends.
func (c *conn) receive() {
	err := c.in.fill(c.channel)
	if lost := c.of.lost(); lost != nil {
		err = lost
	}
	c.in.finish(err)
}

// send sends what Write writes until the connection is closed or the channel ends.
func (c *conn) send() {
	err := c.out.drain(c.channel)
	if lost := c.of.lost(); lost != nil {
		err = lost
	}
	if err != nil {
		c.out.abandon(err)
	}
	_ = c.channel.Close() // all that could be sent is sent
}

// Read reads from the server.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.in.read(b)
	return n, c.explain("read", err)
}

// Write writes to the server: it returns when there is room for all of b in the tunnel's buffers.
func (c *conn) Write(b []byte) (int, error) {
	n, err := c.out.write(b)
	return n, c.explain("write", err)
}

// explain names the connection in an error; the plain end stays what it is.
func (c *conn) explain(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &net.OpError{Op: op, Net: c.to.network, Addr: far{c.to.network, c.to.address + " via " + c.of.of.o.Host}, Err: err}
}

// Close closes the connection. What was written is still sent, as far as the bastion takes it; Close doesn't wait for that.
func (c *conn) Close() error {
	c.closing.Do(func() {
		c.in.abandon(net.ErrClosed)
		c.out.finish(net.ErrClosed)
		c.of.release(c)
	})
	return nil
}

// LocalAddr returns the bastion.
func (c *conn) LocalAddr() net.Addr { return far{c.to.network, c.of.of.Bastion()} }

// RemoteAddr returns the server's address as it was dialled.
func (c *conn) RemoteAddr() net.Addr { return c.to }

// SetDeadline sets both deadlines.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline sets the deadline of Read.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.setDeadline(t)
	return nil
}

// SetWriteDeadline sets the deadline of Write.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.setDeadline(t)
	return nil
}
