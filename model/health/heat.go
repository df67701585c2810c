package health

import (
	"time"

	"streamdesk/model"
)

// Heat returns the highest ratio of a number of the group to its limit. The numbers are lag, pending, and the age, idle
// time and deliveries of the oldest pending entry. 1 is the limit itself. Unknown or unjudged numbers don't count.
func Heat(s *model.Stream, g *model.Group, now time.Time, l Limits) (worst float64) {
	for kind := range measured {
		a, _, _ := l.measure(s, g, now, kind)
		if a.Limit > 0 && a.Value.Known {
			worst = max(worst, float64(a.Value.N)/float64(a.Limit))
		}
		if a.AgeLimit > 0 {
			worst = max(worst, float64(a.Age)/float64(a.AgeLimit))
		}
		if a.IdleLimit > 0 {
			worst = max(worst, float64(a.Idle)/float64(a.IdleLimit))
		}
	}
	return worst
}
