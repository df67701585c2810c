package simulate

import "time"

const (
	// slowest is one event per hundred seconds: a slower pace looks like a standstill.
	slowest = 0.01
	// mostOverdue is the max time of a standstill (a suspended machine, a stalled server) that is caught up: more would come
	// as a burst.
	mostOverdue = 500 * time.Millisecond
	// shortestWait is the min time between two calls of due; above a thousand events per second, several are due at once.
	shortestWait = time.Millisecond
)

// pace computes how many events are due at a time, evenly spaced.
type pace struct {
	perSecond float64
	// next is when the next event is due; zero before the first.
	next time.Time
}

// due returns the number of events that are due at now, and the time until the next one.
func (p *pace) due(now time.Time) (n int, wait time.Duration) {
	if p.next.IsZero() || now.Sub(p.next) > mostOverdue {
		p.next = now
	}
	interval := float64(time.Second) / p.perSecond
	if late := now.Sub(p.next); late >= 0 {
		n = int(float64(late)/interval) + 1
		p.next = p.next.Add(time.Duration(float64(n) * interval))
	}
	return n, max(p.next.Sub(now), shortestWait)
}
