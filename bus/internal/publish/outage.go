package publish

import (
	"sync"
	"time"
)

// outage tells of all lanes of a writer as one: that the server can't be reached when the first lane finds out, and that it is
// back when the last one has published again.
type outage struct {
	mu    sync.Mutex
	down  int       // lanes
	since time.Time // when the first of them went down
}

// begin notes that another lane is down. tell is called for the first.
func (o *outage) begin(tell func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down++
	if o.down == 1 {
		o.since = time.Now()
		tell()
	}
}

// end notes that a lane publishes again. tell is called for the last, with how long there was one that didn't.
func (o *outage) end(tell func(lasted time.Duration)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down--
	if o.down == 0 {
		tell(time.Since(o.since))
	}
}

// abandon notes that a lane has given up on what it had.
func (o *outage) abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down--
}
