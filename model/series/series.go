// Package series keeps numbers and things over time in bounded memory.
package series

import (
	"math"
	"time"
)

// Series keeps one number per step of time, newest last, at one or more resolutions: recent values in full, older ones
// as means over longer times, each up to a fixed number. A time without a measurement is a gap (NaN), not a zero. It
// isn't safe for concurrent use.
type Series struct {
	step   time.Duration
	head   int64   // the number of the newest step
	last   float64 // its value
	some   bool
	levels []level // finest first
	coarse bool    // the first level isn't kept
}

// Resolution is how much of a series is kept in what detail.
type Resolution struct {
	// Steps is how many steps one value is the mean of, at least 1.
	Steps int
	// Keep is how many values are kept, at least 1.
	Keep int
}

// New returns a new series with steps of that length, kept at these resolutions, finest first.
func New(step time.Duration, resolutions ...Resolution) *Series {
	s := &Series{step: step}
	for _, r := range resolutions {
		s.levels = append(s.levels, level{every: int64(max(r.Steps, 1)), limit: int64(max(r.Keep, 1))})
	}
	return s
}

// Len returns the number of values kept at all resolutions, including gaps.
func (s *Series) Len() int {
	n := 0
	for i := range s.levels {
		n += len(s.levels[i].values)
	}
	return n
}

// Detail sets whether the finest of several resolutions is kept too. If not, its values are dropped.
func (s *Series) Detail(keep bool) {
	s.coarse = !keep && len(s.levels) > 1
	if s.coarse {
		s.levels[0].values, s.levels[0].cut = nil, true
	}
}

// Set records v for the step that t falls in. The steps between the newest one and t become gaps; a second value
// for the newest step replaces the first; a t before the newest step is ignored.
func (s *Series) Set(t time.Time, v float64) {
	at := t.UnixNano() / int64(s.step)
	if s.some && at < s.head {
		return
	}
	again := s.some && at == s.head
	for i := range s.levels {
		if i == 0 && s.coarse {
			continue
		}
		if l := &s.levels[i]; again && len(l.values) > 0 {
			l.change(v - s.last)
		} else {
			l.add(at, v)
		}
	}
	s.head, s.last, s.some = at, v, true
}

// Last is the newest value, and whether there is one.
func (s *Series) Last() (float64, bool) { return s.last, s.some }

// Window fills into with the span that ends at now, newest last, each value the mean of the steps that fall in its share
// of the span, from the finest resolution that goes back so far. A share with no value is NaN. The shares begin at fixed
// times, so that a later window of the same span has the same values further to the left; the newest one may not be over yet.
func (s *Series) Window(into []float64, now time.Time, span time.Duration) {
	steps, n, at := max(int64(span/s.step), 1), int64(len(into)), now.UnixNano()/int64(s.step)
	if n == 0 {
		return
	}
	newest := ((at+1)*n - 1) / steps // the number of the last share that begins at now or before
	for i := range into {
		share := newest - n + 1 + int64(i)
		from := share * steps / n
		to := max(min((share+1)*steps/n, at+1), from+1)
		into[i] = s.between(from, to)
	}
}

// Mean returns the mean over the span that ends at now, from the finest resolution that goes back so far, or NaN when it has no
// value.
func (s *Series) Mean(now time.Time, span time.Duration) float64 {
	end := now.UnixNano()/int64(s.step) + 1
	return s.between(end-max(int64(span/s.step), 1), end)
}

// between returns the mean over the steps from "from" (inclusive) up to "to" (exclusive).
func (s *Series) between(from, to int64) float64 {
	for i := range s.levels {
		if l := &s.levels[i]; len(l.values) > 0 && (!l.cut || l.first() <= from || i == len(s.levels)-1) {
			return l.mean(from, to)
		}
	}
	return math.NaN()
}

// level is a series at one resolution.
type level struct {
	every, limit int64
	head         int64 // the number of the newest value
	values       []float32
	sum          float64 // what the newest value is the mean of
	n            int
	cut          bool // something older was let go of
}

// first is the first step that is kept.
func (l *level) first() int64 { return (l.head - int64(len(l.values)) + 1) * l.every }

// add takes in the value of a step that comes after all others.
func (l *level) add(step int64, v float64) {
	at := step / l.every
	switch missing := at - l.head; {
	case len(l.values) == 0 || missing > l.limit:
		l.cut = l.cut || len(l.values) > 0
		l.values = append(l.values[:0], float32(v))
	case missing == 0:
		l.sum += v
		l.n++
		l.values[len(l.values)-1] = float32(l.sum / float64(l.n))
		return
	default:
		for range missing - 1 {
			l.push(float32(math.NaN()))
		}
		l.push(float32(v))
	}
	l.head, l.sum, l.n = at, v, 1
}

// change adds by to the newest step's value.
func (l *level) change(by float64) {
	l.sum += by
	l.values[len(l.values)-1] = float32(l.sum / float64(l.n))
}

func (l *level) push(v float32) {
	if int64(len(l.values)) == l.limit {
		l.cut = true
		copy(l.values, l.values[1:])
		l.values[len(l.values)-1] = v
		return
	}
	l.values = append(l.values, v)
}

// mean returns the mean over the steps from "from" (inclusive) up to "to" (exclusive). Each value counts for as many of them as it
// represents.
func (l *level) mean(from, to int64) float64 {
	oldest := l.head - int64(len(l.values)) + 1
	sum, weight := 0.0, 0.0
	for at := max(from/l.every, oldest); at <= min((to-1)/l.every, l.head); at++ {
		if v := float64(l.values[at-oldest]); !math.IsNaN(v) {
			w := float64(min(to, (at+1)*l.every) - max(from, at*l.every))
			sum += w * v
			weight += w
		}
	}
	return sum / weight // NaN when nothing was measured
}
