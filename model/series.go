package model

import (
	"math"
	"time"
)

// Series keeps one number per step of time, newest last, up to a fixed number of steps. A step that nothing was
// measured in is a gap (NaN), which is not a zero. It isn't safe for concurrent use.
type Series struct {
	step   time.Duration
	limit  int
	head   int64 // the step number of the newest value
	values []float32
}

// NewSeries makes a series of at most limit steps, each step long.
func NewSeries(step time.Duration, limit int) *Series {
	return &Series{step: step, limit: max(limit, 1)}
}

// Step is the length of one step.
func (s *Series) Step() time.Duration { return s.step }

// Len is how many steps are kept, gaps included.
func (s *Series) Len() int { return len(s.values) }

// Set records v for the step that t falls in. The steps between the newest one and t become gaps; a second value
// for the newest step replaces the first; a t before the newest step is ignored.
func (s *Series) Set(t time.Time, v float64) {
	at := t.UnixNano() / int64(s.step)
	switch missing := at - s.head; {
	case len(s.values) == 0 || missing > int64(s.limit):
		s.values = append(s.values[:0], float32(v))
	case missing < 0:
		return
	case missing == 0:
		s.values[len(s.values)-1] = float32(v)
	default:
		for range missing - 1 {
			s.push(float32(math.NaN()))
		}
		s.push(float32(v))
	}
	s.head = at
}

func (s *Series) push(v float32) {
	if len(s.values) == s.limit {
		copy(s.values, s.values[1:])
		s.values[len(s.values)-1] = v
		return
	}
	s.values = append(s.values, v)
}

// Last is the newest value, and whether there is one.
func (s *Series) Last() (float64, bool) {
	if len(s.values) == 0 {
		return 0, false
	}
	v := float64(s.values[len(s.values)-1])
	return v, !math.IsNaN(v)
}

// Window fills into with the steps that end at now, newest last, each the mean of the steps that fall in its share
// of span. A share with no value is NaN.
func (s *Series) Window(into []float64, now time.Time, span time.Duration) {
	steps := int64(span / s.step)
	end := now.UnixNano() / int64(s.step)
	first := s.head - int64(len(s.values)) + 1
	for i := range into {
		from := end - steps + 1 + steps*int64(i)/int64(len(into))
		to := max(end-steps+1+steps*int64(i+1)/int64(len(into)), from+1)
		sum, n := 0.0, 0
		for at := max(from, first); at < min(to, s.head+1); at++ {
			if v := float64(s.values[at-first]); !math.IsNaN(v) {
				sum += v
				n++
			}
		}
		into[i] = math.NaN()
		if n > 0 {
			into[i] = sum / float64(n)
		}
	}
}
