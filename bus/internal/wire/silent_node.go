package wire

import (
	"context"
	"errors"
	"net"

	"github.com/redis/go-redis/v9"
)

// errReplaced is why there is no connection to a node any more.
var errReplaced = errors.New("the node doesn't answer, and the cluster has replaced it")

// errSilent is why the cluster isn't asked through a node.
var errSilent = errors.New("the node doesn't answer")

// watchedNode is one node of a cluster that the bus's own clients use.
type watchedNode struct {
	of    *silence
	asker *redis.Client // for PING only

	// The mu of the silence guards these.
	silent  bool
	life    context.Context // done while the cluster has replaced the node
	end     context.CancelFunc
	dialing int // connections that are being made
	open    map[*heldConn]struct{}
}

func newWatchedNode(of *silence, asker *redis.Client) *watchedNode {
	n := &watchedNode{of: of, asker: asker, open: make(map[*heldConn]struct{})}
	n.life, n.end = context.WithCancel(context.Background())
	return n
}

// inUse reports whether it matters that the node answers. The caller holds mu.
func (n *watchedNode) inUse() bool { return len(n.open) > 0 || n.dialing > 0 || n.life.Err() != nil }

// listen sends PING. An error that the server answers counts as an answer.
func (n *watchedNode) listen(ctx context.Context) {
	err := n.asker.Ping(ctx).Err()
	n.of.mu.Lock()
	defer n.of.mu.Unlock()
	n.silent = err != nil && ErrorWord(err) == ""
	if !n.silent && n.life.Err() != nil {
		n.life, n.end = context.WithCancel(context.Background())
	}
}

// follow returns a dialer for the bus's own clients: its connections are dropped when the node is silent and replaced.
func (n *watchedNode) follow(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		n.of.mu.Lock()
		n.of.vigil.begin(n.of.conn, n.of.watch)
		n.dialing++
		life := n.life
		n.of.mu.Unlock()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		forget := context.AfterFunc(life, n.of.conn.Guard(cancel))
		defer forget()
		conn, err := dial(ctx, network, addr)
		n.of.mu.Lock()
		defer n.of.mu.Unlock()
		n.dialing--
		switch {
		case life.Err() != nil:
			if err == nil {
				_ = conn.Close() // nothing was sent on it
			}
			return nil, &net.OpError{Op: "dial", Net: network, Err: errReplaced}
		case err != nil:
			return nil, err
		}
		return holdConn(conn, &n.of.mu, n.open), nil
	}
}

// unlessSilent returns a dialer that fails at once for a silent node.
func (n *watchedNode) unlessSilent(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		n.of.mu.Lock()
		silent := n.silent
		n.of.mu.Unlock()
		if silent {
			return nil, &net.OpError{Op: "dial", Net: network, Err: errSilent}
		}
		return dial(ctx, network, addr)
	}
}
