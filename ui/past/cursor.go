// Package past moves the desk through recorded time: the moment that is shown, steps, and playing. Start reading at [Cursor].
package past

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"streamdesk/bus/recording"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/feed"
)

// Cursor is the place in recorded time that the desk shows. The zero Cursor is in the present.
type Cursor struct {
	// Span is what the recording held at the last reading.
	Span recording.Span
	// Standing and Ended are the alerts of the moment, and those that ended in the hour before it.
	Standing, Ended []health.Alert

	rewind *feed.Rewind // nil in the present
	cancel context.CancelFunc
	at     time.Time // the moment that is shown; zero while the first is read
	want   time.Time // the time that was asked for last
	speed  int       // index into speeds
	played time.Time // the local time to which it was played; zero while it stands still
}

// speeds are how many times as fast as life the past can be played; usual is the index of the first one used.
var speeds = [...]int{1, 2, 5, 10, 30, 60}

const usual = 3

// Enter goes to a time of the past. What reads it ends with ctx, or with [Cursor.Leave].
func (c *Cursor) Enter(ctx context.Context, r *feed.Rewind, to time.Time) {
	c.Leave()
	ctx, cancel := context.WithCancel(ctx)
	*c = Cursor{rewind: r, cancel: cancel, speed: usual}
	r.Start(ctx)
	c.Go(to)
}

// Leave returns to the present.
func (c *Cursor) Leave() {
	if c.rewind != nil {
		c.cancel()
	}
	*c = Cursor{}
}

// Active reports whether the past is shown, or is being read.
func (c *Cursor) Active() bool { return c.rewind != nil }

// At returns the moment that is shown; false before the first was read.
func (c *Cursor) At() (time.Time, bool) { return c.at, c.Active() && !c.at.IsZero() }

// Go goes to a time.
func (c *Cursor) Go(to time.Time) {
	c.want = to
	c.rewind.Seek(to)
}

// Step goes to the recorded moment before the one that is shown, or to the next one.
func (c *Cursor) Step(later bool, now time.Time) {
	from := c.want
	if !c.at.IsZero() && c.at.Before(from) {
		from = c.at
	}
	apart := recording.Resolution(now.Sub(from))
	if !later {
		c.Go(from.Add(-apart))
		return
	}
	c.want = from.Add(apart)
	c.rewind.Onward(c.want)
}

// Shift goes by a time, backwards if it is negative, but not over the ends of the recording.
func (c *Cursor) Shift(by time.Duration, now time.Time) {
	to := c.want.Add(by)
	if to.Before(c.Span.First) {
		to = c.Span.First
	}
	if to.After(now) {
		to = now
	}
	if !to.Equal(c.want) {
		c.Go(to)
	}
}

// Play begins to play, or stops.
func (c *Cursor) Play(now time.Time) {
	if c.played.IsZero() {
		c.played = now
	} else {
		c.played = time.Time{}
	}
}

// Playing returns how many times as fast as life the past is played; 0 while it stands still.
func (c *Cursor) Playing() int {
	if c.played.IsZero() {
		return 0
	}
	return speeds[c.speed]
}

// Faster plays faster, or slower if by is negative. It returns the speed.
func (c *Cursor) Faster(by int) int {
	c.speed = min(max(c.speed+by, 0), len(speeds)-1)
	return speeds[c.speed]
}

// Frame plays on, and returns what was read since the last frame.
func (c *Cursor) Frame(now time.Time) feed.Moment {
	if !c.played.IsZero() {
		c.Shift(now.Sub(c.played)*time.Duration(speeds[c.speed]), now)
		c.played = now
		if !c.want.Before(now) {
			c.played = time.Time{} // it has come to the present
		}
	}
	m := c.rewind.Take()
	if !m.At.IsZero() {
		c.at, c.Span, c.Standing, c.Ended = m.At, m.Span, m.Standing, m.Ended
	}
	return m
}

// Gap says how long before the time asked for the moment that is shown is, when nobody recorded in between; else it is empty.
func (c *Cursor) Gap(now time.Time) string {
	// A recorder may be late, a large bus is recorded less often, and so is one by a desk that looks less often.
	const several, least = 3, 10 * time.Second
	if gap := c.want.Sub(c.at); !c.at.IsZero() && gap > max(several*recording.Resolution(now.Sub(c.want)), least) {
		return " · nobody recorded in the " + words.Age(gap) + " before the time asked for"
	}
	return ""
}

// Label says which moment is shown, such as "03:12:40, 10h 51m ago". The date is added when it isn't today.
func (c *Cursor) Label(now time.Time, in *time.Location) string {
	at := c.at
	if at.IsZero() {
		return "reading " + Clock(c.want, now, in) + "…"
	}
	return fmt.Sprintf("%s, %s ago", Clock(at, now, in), words.Age(now.Sub(at)))
}

// Badge is the label with the speed at which it is played; short leaves out how long ago it was.
func (c *Cursor) Badge(now time.Time, in *time.Location, short bool) string {
	label := c.Label(now, in)
	if short {
		label, _, _ = strings.Cut(label, ",")
	}
	if n := c.Playing(); n > 0 {
		label += fmt.Sprintf(" ▶ %d×", n)
	}
	return label
}

// Clock formats a time, with its date when that isn't today's.
func Clock(t, now time.Time, in *time.Location) string {
	t, now = t.In(in), now.In(in)
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format(time.TimeOnly)
	}
	return t.Format(time.DateTime)
}

// Explain says why the past can't be shown.
func Explain(err error, now time.Time, in *time.Location) string {
	if before, ok := errors.AsType[*feed.BeforeError](err); ok {
		return "nothing was recorded at " + Clock(before.Asked, now, in) + ": the recording begins at " + Clock(before.First, now, in)
	}
	if errors.Is(err, recording.ErrNone) {
		return "nothing was recorded yet: a desk that is open records, and so does streamdesk record"
	}
	return "the past can't be shown: " + err.Error()
}
