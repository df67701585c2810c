package live

import (
	"slices"
	"time"
)

// tripsKeep is how many round trips are kept: one a second for 15 minutes, which is the chart's usual window. They take
// 29 kB.
const tripsKeep = 900

// trips are how long the server's newest answers took.
type trips struct {
	ring [tripsKeep]trip
	next int
	full bool
}

type trip struct {
	at   time.Time
	took time.Duration
}

func (t *trips) add(at time.Time, took time.Duration) {
	t.ring[t.next] = trip{at, took}
	t.next = (t.next + 1) % tripsKeep
	t.full = t.full || t.next == 0
}

// RoundTripP99 returns the time within which 99 of 100 answers came in the span up to the newest of them; with fewer
// than 100 answers, the longest. Whole is unset when the span began before the oldest answer that is still known. The
// time is 0 when there was no answer.
func (d *Data) RoundTripP99(span time.Duration) (p99 time.Duration, whole bool) {
	t := &d.trips
	kept := t.ring[:t.next]
	if t.full {
		kept = t.ring[:]
	}
	from := t.ring[(t.next+tripsKeep-1)%tripsKeep].at.Add(-span)
	took := make([]time.Duration, 0, len(kept))
	for i := range kept {
		if kept[i].at.After(from) {
			took = append(took, kept[i].took)
		}
	}
	if len(took) == 0 {
		return 0, true
	}
	slices.Sort(took)
	const share = 100
	return took[len(took)-1-len(took)/share], !t.full || !t.ring[t.next].at.After(from)
}
