package live

import (
	"time"

	"streamdesk/model"
)

// Trend is the direction in which a number moves.
type Trend int8

// The trends; an unknown one is Steady.
const (
	Falling Trend = iota - 1
	Steady
	Rising
)

const (
	// trendStep is the interval between the numbers kept to compare with, trendKeep how many are kept: the trend is
	// that of the last minute, so that a burst that is already over doesn't count.
	trendStep = 10 * time.Second
	trendKeep = 6
	// trendShare is the part of a number, a 20th, by which it must change to rise or fall: one that always moves, such
	// as the lag of a busy group, would otherwise rise and fall by turns.
	trendShare = 20
)

// course is the history of a group's lag and pending entries, in steps, the oldest first.
type course struct {
	kept [trendKeep]waypoint
	n    int
}

type waypoint struct {
	at           time.Time
	lag, pending model.Count
}

// add adds the current numbers if the last step is over.
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

// trend compares a number with what it was about a minute ago, or with the oldest one since.
func (c *course) trend(now time.Time, n model.Count, of func(*waypoint) model.Count) Trend {
	for i := range c.n {
		w := &c.kept[i]
		if now.Sub(w.at) > (trendKeep+1)*trendStep {
			continue // too old: no snapshot came for a while
		}
		if w.at.After(now) {
			break // the screen is paused, and the numbers of that time are no longer kept
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

// LagTrend returns the trend of the group's lag in the last minute.
func (d *Data) LagTrend(key GroupKey) Trend {
	return d.trend(key, func(g *model.Group) model.Count { return g.Lag }, func(w *waypoint) model.Count { return w.lag })
}

// PendingTrend returns the trend of the number of the group's pending entries in the last minute.
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
