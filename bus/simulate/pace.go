package simulate

import "time"

const (
	// slowest is one event in a hundred seconds: any slower looks like a standstill.
	slowest = 0.01
	// mostOverdue is how much of a standstill (a suspended machine, a stalled server) is made up for: more would come
	// as a burst.
	mostOverdue = 500 * time.Millisecond
	// shortestWait bounds how often the pace is asked; above a thousand events a second several are due at once.
	shortestWait = time.Millisecond
)

// pace says when how many events are due, evenly spaced.
type pace struct {
	perSecond float64
	// next is when the next event is due; zero before the first.
	next time.Time
}

// due is how many events are due at now, and how long it is until the next one.
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
