package wire

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// masters keeps the connections of the bus's own clients at the master that Sentinel names. A master that was replaced on
// command accepts writes for some ten more seconds, until Sentinel makes it a replica, and then loses them. go-redis learns
// of the new master (+switch-master) and closes the connections of the client made with NewFailoverClient, but not those of
// clients that use its options and its dialer. So the bus keeps one connection of that client (the canary) in use with
// endless reads. When it is closed, the bus asks Sentinel for the master through the dialer, and closes its own connections
// to any other server.
type masters struct {
	conn   *Conn
	client *redis.Client // the one given to Open
	dial   dialFunc      // its dialer

	mu      sync.Mutex
	open    map[*heldConn]struct{}
	present string // the master's address, as connections show it; "" before it is known
	vigil   vigil
}

// failoverAddress is go-redis's address for a client that asks Sentinel.
const failoverAddress = "FailoverClient"

// newMasters returns nil for a client whose server doesn't change.
func newMasters(c *Conn) *masters {
	client, ok := c.Client.(*redis.Client)
	if !ok || client.Options().Addr != failoverAddress || client.Options().Dialer == nil {
		return nil
	}
	return &masters{conn: c, client: client, dial: bound(c, client.Options().Dialer, client.Options()), open: make(map[*heldConn]struct{})}
}

// follow is the dialer of the bus's own clients: its connections are closed when another server becomes the master.
func (m *masters) follow(ctx context.Context, network, addr string) (net.Conn, error) {
	m.mu.Lock()
	before := m.present
	m.mu.Unlock()
	conn, err := m.dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.present != before && conn.RemoteAddr().String() != m.present {
		_ = conn.Close() // nothing was sent on it
		return nil, &net.OpError{Op: "dial", Net: network, Addr: conn.RemoteAddr(), Err: errSwitched}
	}
	m.vigil.begin(m.conn, m.watch)
	return holdConn(conn, &m.mu, m.open), nil
}

var errSwitched = errors.New("another server has become the master")

// watch follows the master until ctx is done.
func (m *masters) watch(ctx context.Context) {
	reader := m.client.WithTimeout(canaryBlock + ReadMargin)
	for failures := 1; ctx.Err() == nil; failures++ {
		canary := reader.EphemeralConn()
		err := canary.Process(ctx, onceCmd{redis.NewRawCmd(ctx, "PING")}) // connects; what it answers doesn't matter
		m.settle(ctx)
		if err == nil {
			failures = 0
			m.hold(ctx, canary)
		}
		_ = canary.Close() // it is broken, or of no more use
		if failures > 0 {
			Pause(ctx, ReconnectBackoff.After(failures))
		}
	}
}

const (
	// canaryBlock is how long one read of the canary takes, and so the max wait for it when a bus is closed: ten tiny
	// commands a second are negligible for a server.
	canaryBlock = 100 * time.Millisecond
	// canaryRest is the pause between two reads that the server doesn't let block.
	canaryRest = 50 * time.Millisecond
	// masterAsked is how often Sentinel is asked for the master, in case its message about a new one was missed. It makes a
	// connection on which nothing is sent.
	masterAsked = time.Second
	// masterAnswer is the max time for that answer: go-redis's own time for making a connection.
	masterAnswer = 5 * time.Second
)

// hold reads on the canary until it is closed or ctx is done.
func (m *masters) hold(ctx context.Context, canary *redis.Conn) {
	asked := time.Now()
	for ctx.Err() == nil {
		// The key doesn't exist. A user without the right to read it gets an answer too, and any answer shows that the
		// connection lives.
		read := redis.NewRawCmd(ctx, "XREAD", "BLOCK", canaryBlock.Milliseconds(), "STREAMS", m.conn.Prefix+probeKey, "$")
		if canary.Process(ctx, onceCmd{read}) != nil {
			return
		}
		switch answer := string(read.Val()); {
		case strings.HasPrefix(answer, "-UNBLOCKED"): // the master has become a replica
			return
		case strings.HasPrefix(answer, "-"):
			Pause(ctx, canaryRest)
		}
		if time.Since(asked) >= masterAsked {
			asked = time.Now()
			_, _ = m.ask(ctx) // go-redis closes the canary when the answer is news to it
		}
	}
}

// ask returns the address of the master that Sentinel names now, even when that master can't be reached.
func (m *masters) ask(ctx context.Context) (string, bool) {
	limited, cancel := context.WithTimeout(ctx, masterAnswer)
	defer cancel()
	conn, err := m.dial(limited, "tcp", failoverAddress)
	if err == nil {
		defer func() { _ = conn.Close() }() // nothing was sent on it
		return conn.RemoteAddr().String(), true
	}
	// The error of the connection itself, not that of one to a sentinel, which comes wrapped.
	if op, ok := err.(*net.OpError); ok && op.Op == "dial" && op.Addr != nil { //nolint:errorlint // see above
		return op.Addr.String(), true
	}
	return "", false
}

// settle closes the connections to servers that aren't the master. A caller that waits for an answer on one of them gets an
// error and connects again.
func (m *masters) settle(ctx context.Context) {
	address, known := m.ask(ctx)
	if !known {
		return
	}
	m.mu.Lock()
	m.present = address
	var stale []*heldConn
	for conn := range m.open {
		if conn.RemoteAddr().String() != address {
			stale = append(stale, conn)
		}
	}
	m.mu.Unlock()
	for _, conn := range stale {
		conn.drop(errSwitched)
	}
}

// close ends the watch, and waits for its end until ctx is done.
func (m *masters) close(ctx context.Context) {
	m.mu.Lock()
	v := m.vigil
	m.mu.Unlock()
	v.end(ctx)
}
