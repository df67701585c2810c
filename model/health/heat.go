package health

import (
	"time"

	"streamdesk/model"
)

// Heat is how much of its limit the worst number of the group takes: lag, pending, age and idle time of the oldest pending entry,
// its deliveries. 1 is the limit itself; numbers that aren't known, or aren't judged, count nothing.
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
