package database

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// outageFirst is longer than a lock or a cut connection lasts.
	outageFirst = 100 * time.Millisecond
	// outageMax is short enough to resume soon after the database is back, and long enough not to disturb it while it starts.
	outageMax = 5 * time.Second
)

// outage is the time during which the database can't be written to. While it lasts, an attempt is made now and then, and all
// other writes wait.
type outage struct {
	mu       sync.Mutex
	err      error // nil when there is no outage
	since    time.Time
	failures int
	until    time.Time // when the next attempt may be made
	idle     bool      // only pings have failed: there was nothing to write
}

// wait returns the time until the next attempt and the reason to wait; 0 when one may be made now.
func (o *outage) wait(now time.Time) (time.Duration, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		return 0, nil
	}
	return max(o.until.Sub(now), 0), o.err
}

// failed records a failed attempt and reports whether it was the first. idle means that the attempt was only a ping.
func (o *outage) failed(now time.Time, err error, idle bool) (began bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	began = o.err == nil
	switch {
	case began:
		o.since, o.failures, o.idle = now, 0, idle
	case idle:
		return false // the writes set the pace
	default:
		o.idle = false
	}
	pause := min(outageFirst<<min(o.failures, 10), outageMax)
	pause -= rand.N(pause / 2) // so that several processes don't retry in step
	o.err, o.until = err, now.Add(pause)
	o.failures++
	return began
}

// over records that the database answers, and returns how long it didn't; 0 when it had. A ping alone doesn't end an outage
// that a write has found: a full disk answers too.
func (o *outage) over(now time.Time, idle bool) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil || idle && !o.idle {
		return 0
	}
	o.err = nil
	return max(now.Sub(o.since), 1)
}

// health returns nil when there is no outage.
func (o *outage) health() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		return nil
	}
	return fmt.Errorf("the database can't be written to since %s; events stay pending: %w", o.since.UTC().Format(time.RFC3339), o.err)
}
