package wire

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff is the wait before a retry: First after the first failure, doubled after each further one up to Max. Each wait is
// shortened at random by up to a half, so that many failures at once don't all retry at once.
type Backoff struct {
	First, Max time.Duration
}

// DefaultRetry paces a handler's retries. 100 ms outlasts a lock or a short stall; half a minute is often enough to
// notice that a store is back, and seldom enough to leave it alone while it comes up.
var DefaultRetry = Backoff{First: 100 * time.Millisecond, Max: 30 * time.Second}

// ReconnectBackoff paces attempts to reach the server again. 10 ms makes a restart on the same machine invisible; a
// second keeps a fleet of consumers from hammering a server that is loading its data.
var ReconnectBackoff = Backoff{First: 10 * time.Millisecond, Max: time.Second}

// clusterBackoff paces attempts to reach a node of a cluster. A failed attempt finds out which node has the slot now, and the
// next one uses that node: two of them must fit into the second by which the bus may lag behind the cluster.
var clusterBackoff = Backoff{First: 10 * time.Millisecond, Max: 250 * time.Millisecond}

// Reconnecting returns the backoff for attempts to reach the server again.
func (c *Conn) Reconnecting() Backoff {
	if c.Clustered() {
		return clusterBackoff
	}
	return ReconnectBackoff
}

// StreamBackoff paces attempts at a stream that answers with WRONGTYPE or NOPERM, which only a person can fix.
var StreamBackoff = Backoff{First: 250 * time.Millisecond, Max: time.Minute}

// After returns the wait after the n-th failure in a row, n from 1.
func (b Backoff) After(n int) time.Duration {
	d := b.First
	for ; n > 1 && d < b.Max; n-- {
		d *= 2
	}
	d = min(d, b.Max)
	if d <= 1 {
		return d
	}
	return d - rand.N(d/2)
}

// Pause waits for d, and reports whether ctx is still alive.
func Pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
