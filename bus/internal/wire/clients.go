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

// DeriveClient makes a client of the bus's own from the options of the one it was given: the same server, the same
// user, the same TLS, but connections that belong to the bus, that are never used for a repeated command behind its
// back, and whose reads may take as long as readTimeout. Those of a client of Sentinel's follow the master ([masters]), and those
// of a cluster's are dropped when their node is silent and replaced ([silence]). Only a *redis.Client
// and a *redis.ClusterClient can be derived from; owned is false for any other kind, which is then used as it is.
func (c *Conn) DeriveClient(readTimeout time.Duration, pool int) (client redis.UniversalClient, owned bool) {
	switch given := c.Client.(type) {
	case *redis.Client:
		opt := *given.Options()
		opt.MaxRetries = -1
		opt.DialerRetries = 1 // the bus has its own backoff between attempts
		opt.Protocol = 2
		opt.ReadTimeout = readTimeout
		opt.PoolSize, opt.MinIdleConns, opt.MaxIdleConns, opt.MaxActiveConns = pool, 0, 0, 0
		opt.PipelinePoolSize = -1        // pipelines share the pool: one connection keeps the order
		opt.ContextTimeoutEnabled = true // what has a deadline keeps it
		if opt.Dialer = c.bound(opt.Dialer, &opt); c.masters != nil {
			opt.Dialer = c.masters.follow
		}
		opt.ClientSideCacheConfig, opt.ClientSideCache = nil, nil
		opt.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
		return redis.NewClient(&opt), true
	case *redis.ClusterClient:
		opt := c.clusterOptions(given, readTimeout, pool)
		c.silence.follow(opt)
		return redis.NewClusterClient(opt), true
	default:
		return c.Client, false
	}
}

// clusterOptions are those of a client of the bus's own, made from a cluster's.
func (c *Conn) clusterOptions(given *redis.ClusterClient, readTimeout time.Duration, pool int) *redis.ClusterOptions {
	opt := *given.Options()
	opt.MaxRetries = -1
	opt.DialerRetries = 1
	opt.Protocol = 2
	opt.ReadTimeout = readTimeout
	opt.PoolSize, opt.MinIdleConns, opt.MaxIdleConns, opt.MaxActiveConns = pool, 0, 0, 0
	opt.PipelinePoolSize = -1
	opt.ContextTimeoutEnabled = true // what has a deadline keeps it
	opt.Dialer = c.bound(opt.Dialer, &redis.Options{DialTimeout: opt.DialTimeout, TLSConfig: opt.TLSConfig})
	opt.ReadOnly, opt.RouteByLatency, opt.RouteRandomly = false, false, false
	opt.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &opt
}

// bound is the dialer of a client with the bus's limit on replies. A cluster's client has none of its own.
func (c *Conn) bound(dial dialFunc, o *redis.Options) dialFunc {
	if dial == nil {
		dial = redis.NewDialer(o)
	}
	return Bound(dial, Limits{Bytes: c.MaxReply})
}
