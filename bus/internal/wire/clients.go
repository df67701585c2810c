package wire

import (
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// ReadMargin is how much longer than its BLOCK time a blocked read may take before its connection counts as dead.
// Three seconds is go-redis's own read timeout: long enough for a server that forks or loads a script.
const ReadMargin = 3 * time.Second

// WriteTimeout is how long the writer waits for the replies of a batch. It is longer than go-redis's three seconds,
// because giving up on a stalled server means sending the events again, and so possibly twice.
const WriteTimeout = 10 * time.Second

// DeriveClient returns a new client of the bus's own, made from the options of the one it was given: the same server, user
// and TLS. Its connections belong to the bus, never repeat a command on their own, and may wait up to readTimeout for a
// reply. Connections of a Sentinel client follow the master ([masters]). Those of a cluster client are dropped when their
// node is silent and replaced ([silence]). Only a *redis.Client and a *redis.ClusterClient can be derived from; owned is
// false for any other kind, which is returned unchanged.
func (c *Conn) DeriveClient(readTimeout time.Duration, pool int) (client Client, owned bool) {
	switch given := c.Client.(type) {
	case *redis.Client:
		return redis.NewClient(singleOptions(c, given, readTimeout, pool)), true
	case *redis.ClusterClient:
		opt := clusterOptions(c, given, readTimeout, pool)
		if s, ok := c.silence.(*silence); ok {
			s.follow(opt)
		}
		return redis.NewClusterClient(opt), true
	default:
		return c.Client, false
	}
}

// singleOptions returns the options for a client of the bus's own, made from those of a client of one server.
func singleOptions(c *Conn, given *redis.Client, readTimeout time.Duration, pool int) *redis.Options {
	opt := *given.Options()
	opt.MaxRetries = -1
	opt.DialerRetries = 1 // the bus has its own backoff between attempts
	opt.Protocol = 2
	opt.ReadTimeout = readTimeout
	opt.PoolSize, opt.MinIdleConns, opt.MaxIdleConns, opt.MaxActiveConns = pool, 0, 0, 0
	opt.PipelinePoolSize = -1        // pipelines share the pool: one connection keeps the order
	opt.ContextTimeoutEnabled = true // what has a deadline keeps it
	opt.Dialer = bound(c, opt.Dialer, &opt)
	if m, ok := c.masters.(*masters); ok {
		opt.Dialer = m.follow
	}
	opt.ClientSideCacheConfig, opt.ClientSideCache = nil, nil
	opt.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &opt
}

// clusterOptions returns the options for a client of the bus's own, made from a cluster client's.
func clusterOptions(c *Conn, given *redis.ClusterClient, readTimeout time.Duration, pool int) *redis.ClusterOptions {
	opt := *given.Options()
	opt.MaxRetries = -1
	opt.DialerRetries = 1
	opt.Protocol = 2
	opt.ReadTimeout = readTimeout
	opt.PoolSize, opt.MinIdleConns, opt.MaxIdleConns, opt.MaxActiveConns = pool, 0, 0, 0
	opt.PipelinePoolSize = -1
	opt.ContextTimeoutEnabled = true // what has a deadline keeps it
	opt.Dialer = bound(c, opt.Dialer, &redis.Options{DialTimeout: opt.DialTimeout, TLSConfig: opt.TLSConfig})
	opt.ReadOnly, opt.RouteByLatency, opt.RouteRandomly = false, false, false
	opt.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &opt
}

// bound returns a client's dialer with the bus's limit on replies. A cluster's client has no dialer of its own.
func bound(c *Conn, dial dialFunc, o *redis.Options) dialFunc {
	if dial == nil {
		dial = redis.NewDialer(o)
	}
	return Bound(dial, Limits{Bytes: c.MaxReply})
}
