package model_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
)

// plainSeries is a Series as one would write it without a care for memory: a value for each step number.
type plainSeries struct {
	values map[int64]float64
	head   int64
	limit  int64
}

func (s *plainSeries) set(at int64, v float64) {
	if len(s.values) > 0 && at < s.head {
		return
	}
	s.values[at], s.head = v, at
	for old := range s.values {
		if old <= s.head-s.limit {
			delete(s.values, old)
		}
	}
}

func (s *plainSeries) mean(from, to int64) float64 {
	sum, n := 0.0, 0
	for at := from; at < to; at++ {
		if v, ok := s.values[at]; ok {
			sum += v
			n++
		}
	}
	return sum / float64(n) // NaN when there was none
}

func same(a, b float64) bool { return a == b || (math.IsNaN(a) && math.IsNaN(b)) }

func TestSeriesAgreesWithAMapOfSteps(t *testing.T) {
	const step = 250 * time.Millisecond
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 12).Draw(t, "limit")
		series := model.NewSeries(step, limit)
		plain := plainSeries{values: map[int64]float64{}, limit: int64(limit)}
		at := int64(7000)
		for range rapid.IntRange(0, 30).Draw(t, "sets") {
			at += rapid.Int64Range(-2, 15).Draw(t, "ahead")
			within := time.Duration(rapid.Int64Range(0, int64(step)-1).Draw(t, "within"))
			v := float64(rapid.Int16().Draw(t, "v"))
			series.Set(time.Unix(0, at*int64(step)).Add(within), v)
			plain.set(at, v)
			at = max(at, plain.head)

			if last, ok := series.Last(); !ok || last != plain.values[plain.head] {
				t.Fatalf("Last() = %v, %v, want %v", last, ok, plain.values[plain.head])
			}
			if series.Len() > limit {
				t.Fatalf("%d steps kept of at most %d", series.Len(), limit)
			}
			now := plain.head + rapid.Int64Range(-3, 3).Draw(t, "now")
			steps := rapid.Int64Range(1, 20).Draw(t, "steps")
			got := make([]float64, rapid.IntRange(1, 25).Draw(t, "columns"))
			series.Window(got, time.Unix(0, now*int64(step)), time.Duration(steps)*step)
			for i := range got {
				from := now - steps + 1 + steps*int64(i)/int64(len(got))
				to := max(now-steps+1+steps*int64(i+1)/int64(len(got)), from+1)
				if want := plain.mean(from, to); !same(got[i], want) {
					t.Fatalf("column %d of %d (steps %d to %d) = %v, want %v", i, len(got), from, to, got[i], want)
				}
			}
		}
	})
}

func TestSeriesTellsAGapFromAZero(t *testing.T) {
	series := model.NewSeries(time.Second, 10)
	if _, ok := series.Last(); ok {
		t.Error("an empty series has a last value")
	}
	series.Set(time.Unix(100, 0), 0)
	series.Set(time.Unix(103, 0), 5)
	got := make([]float64, 5)
	series.Window(got, time.Unix(104, 0), 5*time.Second)
	for i, want := range []float64{0, math.NaN(), math.NaN(), 5, math.NaN()} {
		if !same(got[i], want) {
			t.Errorf("step %d = %v, want %v", i, got[i], want)
		}
	}
	if series.Len() != 4 || series.Step() != time.Second {
		t.Errorf("%d steps of %v", series.Len(), series.Step())
	}
}
