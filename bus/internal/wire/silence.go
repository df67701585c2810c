package wire

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// silence drops connections to nodes of a cluster that don't answer and that the cluster has replaced: a frozen process, a
// machine that is cut off. A connection to one neither fails nor answers, so its users wait for the time limit in every
// attempt, while another node already has the slots. So the nodes that the bus's own clients are connected to are checked
// with PING. When one doesn't answer, the cluster is asked for its masters (CLUSTER SLOTS). The connections to a silent node
// that isn't a master are closed, and no new ones are made until it answers again.
type silence struct {
	conn *Conn

	mu     sync.Mutex
	nodes  map[string]*watchedNode // by address
	vigil  vigil
	look   *redis.ClusterClient // the client of looks; nil before the first
	closed bool
}

const (
	// silentAfter is the max time for a node's answer to PING before the cluster is asked about it. That is a small query, so
	// a server that is only slow doesn't matter. Two such waits fit into the second by which the bus may lag behind the
	// cluster.
	silentAfter = 200 * time.Millisecond
	// silenceAsked is the time between two PINGs: ten tiny commands a second are negligible for a node.
	silenceAsked = 100 * time.Millisecond
	// mastersAsked is the max time for the cluster to name its masters.
	mastersAsked = time.Second
	// maxMastersAsked is the max number of nodes asked, each picked anew.
	maxMastersAsked = 8
)

// newSilence returns nil for a client without a cluster.
func newSilence(c *Conn) *silence {
	if !c.Clustered() {
		return nil
	}
	return &silence{conn: c, nodes: make(map[string]*watchedNode)}
}

// follow makes the bus watch the nodes of a client that is about to be created.
func (s *silence) follow(opt *redis.ClusterOptions) {
	newClient := opt.NewClient
	opt.NewClient = func(o *redis.Options) *redis.Client {
		node := s.node(o)
		o.Dialer = node.follow(o.Dialer)
		return newClient(o)
	}
}

// looking returns the client for looks. In a cluster it is the bus's own, so that looks don't wait for a node that is silent
// and replaced either. Without a cluster, and once the bus is closed, it is the one that the bus was given.
func (c *Conn) looking() Client {
	s, ok := c.silence.(*silence)
	if !ok {
		return c.Client
	}
	s.mu.Lock()
	made, closed := s.look, s.closed
	s.mu.Unlock()
	switch {
	case closed:
		return c.Client
	case made != nil:
		return made
	}
	given := c.Client.(*redis.ClusterClient) //nolint:forcetypeassert // see newSilence
	opt := clusterOptions(c, given, cmp.Or(given.Options().ReadTimeout, -1), given.Options().PoolSize)
	s.follow(opt)
	client := redis.NewClusterClient(opt) // mu is free: it makes its nodes at once
	s.mu.Lock()
	if s.look == nil && !s.closed {
		s.look = client
		s.mu.Unlock()
		return client
	}
	s.mu.Unlock()
	_ = client.Close() // nothing was sent on it
	return c.looking()
}

// node returns the watched node for a client with these options.
func (s *silence) node(o *redis.Options) *watchedNode {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.nodes[o.Addr]
	if n == nil {
		asking := *o
		asking.DialTimeout, asking.ReadTimeout, asking.WriteTimeout = silentAfter, silentAfter, silentAfter
		asking.PoolSize = 1
		n = newWatchedNode(s, redis.NewClient(&asking))
		s.nodes[o.Addr] = n
	}
	return n
}

// watch looks for silent nodes until ctx is done.
func (s *silence) watch(ctx context.Context) {
	cluster := s.asker()
	for Pause(ctx, silenceAsked) {
		if !s.listen(ctx) {
			continue
		}
		if masters, err := mastersOf(ctx, cluster); err == nil {
			s.drop(masters)
		}
	}
	_ = cluster.Close() // nothing is on its way any more
}

// asker returns a new client for asking the cluster about its masters. It doesn't connect to silent nodes.
func (s *silence) asker() *redis.ClusterClient {
	opt := clusterOptions(s.conn, s.conn.Client.(*redis.ClusterClient), silentAfter, 1) //nolint:forcetypeassert // see newSilence
	opt.DialTimeout = silentAfter
	newClient := opt.NewClient
	opt.NewClient = func(o *redis.Options) *redis.Client {
		node := s.node(o)
		o.Dialer = node.unlessSilent(o.Dialer)
		return newClient(o)
	}
	return redis.NewClusterClient(opt)
}

// mastersOf returns the addresses of a cluster's masters.
func mastersOf(ctx context.Context, cluster *redis.ClusterClient) (map[string]struct{}, error) {
	ctx, cancel := context.WithTimeout(ctx, mastersAsked)
	defer cancel()
	var mu sync.Mutex
	masters := make(map[string]struct{})
	err := cluster.ForEachMaster(ctx, func(_ context.Context, node *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		masters[node.Options().Addr] = struct{}{}
		return nil
	})
	return masters, err
}

// listen sends PING to the nodes in use. It reports whether one doesn't answer that isn't known to be replaced.
func (s *silence) listen(ctx context.Context) bool {
	var inUse []*watchedNode
	s.mu.Lock()
	for _, n := range s.nodes {
		if n.inUse() {
			inUse = append(inUse, n)
		}
	}
	s.mu.Unlock()
	var all sync.WaitGroup
	for _, n := range inUse {
		all.Go(s.conn.Guard(func() { n.listen(ctx) }))
	}
	all.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range inUse {
		if n.silent && n.life.Err() == nil {
			return true
		}
	}
	return false
}

// drop closes the connections to silent nodes that aren't masters.
func (s *silence) drop(masters map[string]struct{}) {
	var dropped []*heldConn
	s.mu.Lock()
	for addr, n := range s.nodes {
		if _, master := masters[addr]; n.silent && !master {
			n.end()
			for conn := range n.open {
				dropped = append(dropped, conn)
			}
		}
	}
	s.mu.Unlock()
	for _, conn := range dropped {
		conn.drop(errReplaced)
	}
}

// close ends the watch, and waits for its end until ctx is done.
func (s *silence) close(ctx context.Context) {
	s.mu.Lock()
	v, look := s.vigil, s.look
	s.closed = true
	s.mu.Unlock()
	v.end(ctx)
	if look != nil {
		_ = look.Close() // nothing of a look is kept
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.nodes {
		_ = n.asker.Close() // nothing is on its way any more
	}
}
