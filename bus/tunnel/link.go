package tunnel

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// link is the network connection to the bastion. It keeps the first reason why it ended, which is known here before SSH
// tells anybody of the end.
type link struct {
	net.Conn
	patience time.Duration // the max time for the network to take what is written

	mu  sync.Mutex
	why error
}

// errEnded is why a connection ended that the other side closed.
var errEnded = errors.New("it closed the connection")

// Read reads from the bastion.
func (l *link) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if err != nil {
		l.note(err)
	}
	return n, err
}

// Write writes to the bastion.
func (l *link) Write(b []byte) (int, error) {
	_ = l.Conn.SetWriteDeadline(time.Now().Add(l.patience)) // a closed connection fails in Write
	n, err := l.Conn.Write(b)
	if err != nil {
		l.fail(err)
	}
	return n, err
}

func (l *link) note(err error) {
	if errors.Is(err, io.EOF) {
		err = errEnded
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.why == nil {
		l.why = err
	}
}

// fail closes the connection for a reason.
func (l *link) fail(err error) {
	l.note(err)
	_ = l.Conn.Close() // it is given up
}

// failure returns why the connection has ended; nil while it lives.
func (l *link) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.why
}
