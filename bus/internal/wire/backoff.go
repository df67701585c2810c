package wire

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff is how long to wait before trying again: First after the first failure, doubled after each further one up
// to Max, and each time shortened by a random part of up to a half, so that many that failed together do not all
// come back together.
type Backoff struct {
	First, Max time.Duration
}

// DefaultRetry paces a handler's retries. 100 ms outlasts a lock or a short stall; half a minute is often enough to
// notice that a store is back, and seldom enough to leave it alone while it comes up.
var DefaultRetry = Backoff{First: 100 * time.Millisecond, Max: 30 * time.Second}

// ReconnectBackoff paces attempts to reach the server again. 10 ms makes a restart on the same machine invisible; a
// second keeps a fleet of consumers from hammering a server that is loading its data.
var ReconnectBackoff = Backoff{First: 10 * time.Millisecond, Max: time.Second}

// clusterBackoff paces attempts to reach a node of a cluster. An attempt that fails finds out who holds the slot now, and the
// next one goes there: two of them have to fit into the second by which the bus may be behind the cluster.
var clusterBackoff = Backoff{First: 10 * time.Millisecond, Max: 250 * time.Millisecond}

// Reconnecting is the pace of attempts to reach the server again.
func (c *Conn) Reconnecting() Backoff {
	if c.Clustered() {
		return clusterBackoff
	}
	return ReconnectBackoff
}

// StreamBackoff paces attempts at a stream that answers with WRONGTYPE or NOPERM, which only a person can mend.
var StreamBackoff = Backoff{First: 250 * time.Millisecond, Max: time.Minute}

// After is the wait after the n-th failure in a row, n from 1.
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

// Pause waits, and says whether ctx is still alive.
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
