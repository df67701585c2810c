package publish

import (
	"sync"
	"time"
)

// outage reports the outages of all lanes of a writer as one: it begins when the first lane can't reach the server, and ends
// when the last one publishes again.
type outage struct {
	mu    sync.Mutex
	down  int       // lanes
	since time.Time // when the first of them went down
}

// begin records that another lane is down. It calls tell for the first one.
func (o *outage) begin(tell func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down++
	if o.down == 1 {
		o.since = time.Now()
		tell()
	}
}

// end records that a lane publishes again. For the last one it calls tell with the length of the whole outage.
func (o *outage) end(tell func(lasted time.Duration)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down--
	if o.down == 0 {
		tell(time.Since(o.since))
	}
}

// abandon records that a lane has given up on its batch.
func (o *outage) abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down--
}
