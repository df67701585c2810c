package live

import (
	"time"

	"streamdesk/model"
)

// Trend is which way a number goes.
type Trend int8

// The trends; one that isn't known yet is as steady as one that stays where it is.
const (
	Falling Trend = iota - 1
	Steady
	Rising
)

const (
	// trendStep is how far apart the numbers are that are kept to compare with, trendKeep how many there are: what is
	// shown is the way of the last minute, in which a burst that is over already counts for nothing.
	trendStep = 10 * time.Second
	trendKeep = 6
	// trendShare is by which part of itself a number has to have changed to go anywhere: one that is always in motion,
	// such as the lag of a busy group, would else be rising and falling by turns.
	trendShare = 20
)

// course is what a group's lag and pending entries were, in steps, the oldest first.
type course struct {
	kept [trendKeep]waypoint
	n    int
}

type waypoint struct {
	at           time.Time
	lag, pending model.Count
}

// add takes in what the numbers are, if the last step is over.
func (c *course) add(w waypoint) {
	if c.n > 0 && w.at.Sub(c.kept[c.n-1].at) < trendStep {
		return
	}
	if c.n == trendKeep {
		copy(c.kept[:], c.kept[1:])
		c.n--
	}
	c.kept[c.n] = w
	c.n++
}

// trend compares a number with what it was about a minute ago, or when the group was first seen since.
func (c *course) trend(now time.Time, n model.Count, of func(*waypoint) model.Count) Trend {
	for i := range c.n {
		w := &c.kept[i]
		if now.Sub(w.at) > (trendKeep+1)*trendStep {
			continue // nobody looked for a while
		}
		if w.at.After(now) {
			break // the screen is paused, and what was then is no longer kept
		}
		by := n.Minus(of(w))
		switch least := max(max(n.N, of(w).N)/trendShare, 1); {
		case !by.Known:
			return Steady
		case by.N >= least:
			return Rising
		case by.N <= -least:
			return Falling
		default:
			return Steady
		}
	}
	return Steady
}

// LagTrend is which way the group's lag went in the last minute.
func (d *Data) LagTrend(key GroupKey) Trend {
	return d.trend(key, func(g *model.Group) model.Count { return g.Lag }, func(w *waypoint) model.Count { return w.lag })
}

// PendingTrend is which way the number of the group's pending entries went in the last minute.
func (d *Data) PendingTrend(key GroupKey) Trend {
	return d.trend(key, func(g *model.Group) model.Count { return model.Exactly(g.Pending) }, func(w *waypoint) model.Count { return w.pending })
}

func (d *Data) trend(key GroupKey, now func(*model.Group) model.Count, then func(*waypoint) model.Count) Trend {
	series := d.groups[key]
	if series == nil || d.Snapshot == nil {
		return Steady
	}
	s := d.Snapshot.Stream(key.Stream)
	if s == nil {
		return Steady
	}
	g := s.Group(key.Group)
	if g == nil {
		return Steady
	}
	return series.course.trend(d.Snapshot.At, now(g), then)
}
