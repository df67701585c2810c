package transfer

import "time"

// clock says when an entry is due.
type clock struct {
	speed  float64
	maxGap time.Duration
	began  bool
	last   uint64 // the recorded time of the entry before, in milliseconds
	due    time.Time
	late   time.Duration // the max delay of an entry
}

// at returns when an entry of a recorded time is due; now when speed is 0 (no pauses).
func (c *clock) at(ms uint64, now time.Time) time.Time {
	if c.speed == 0 {
		return now
	}
	if !c.began {
		c.began, c.last, c.due = true, ms, now
		return now
	}
	gap := time.Duration(float64(min(ms-min(ms, c.last), maxGapMs)) * float64(time.Millisecond) / c.speed)
	if c.maxGap > 0 {
		gap = min(gap, c.maxGap)
	}
	c.last = max(ms, c.last)
	c.due = c.due.Add(gap)
	c.late = max(c.late, now.Sub(c.due))
	return c.due
}

// maxGapMs is a hundred years: IDs that were chosen by hand may lie further apart than a duration can hold.
const maxGapMs = 100 * 365 * 24 * 3600 * 1000
