package database

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// outageFirst outlasts a lock or a connection that was cut.
	outageFirst = 100 * time.Millisecond
	// outageMax is often enough to go on soon after the database is back, and seldom enough to leave it alone while it
	// comes up.
	outageMax = 5 * time.Second
)

// outage is the time during which the database can't be written to. While it lasts, one attempt is made now and then, and
// everything else waits without one.
type outage struct {
	mu       sync.Mutex
	err      error // nil while all is well
	since    time.Time
	failures int
	until    time.Time // when the next attempt may be made
	idle     bool      // nothing was to be written: the database was only asked whether it is there
}

// wait is how long to wait with the next attempt, and because of what; 0 when one may be made now.
func (o *outage) wait(now time.Time) (time.Duration, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		return 0, nil
	}
	return max(o.until.Sub(now), 0), o.err
}

// failed notes an attempt that has failed, and says whether it was the first. idle tells that it was only a look whether the
// database is there.
func (o *outage) failed(now time.Time, err error, idle bool) (began bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	began = o.err == nil
	switch {
	case began:
		o.since, o.failures, o.idle = now, 0, idle
	case idle:
		return false // whoever has something to write sets the pace
	default:
		o.idle = false
	}
	pause := min(outageFirst<<min(o.failures, 10), outageMax)
	pause -= rand.N(pause / 2) // several processes don't come back in step
	o.err, o.until = err, now.Add(pause)
	o.failures++
	return began
}

// over notes that the database answers, and says for how long it hadn't; 0 when it had. A look alone doesn't end what a
// write has found: a full disk answers too.
func (o *outage) over(now time.Time, idle bool) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil || idle && !o.idle {
		return 0
	}
	o.err = nil
	return max(now.Sub(o.since), 1)
}

// health is nil while all is well.
func (o *outage) health() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		return nil
	}
	return fmt.Errorf("the database can't be written to since %s; events stay pending: %w", o.since.UTC().Format(time.RFC3339), o.err)
}
