package series_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model/series"
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
		kept := series.New(step, series.Resolution{Steps: 1, Keep: limit})
		plain := plainSeries{values: map[int64]float64{}, limit: int64(limit)}
		at := int64(7000)
		for range rapid.IntRange(0, 30).Draw(t, "sets") {
			at += rapid.Int64Range(-2, 15).Draw(t, "ahead")
			within := time.Duration(rapid.Int64Range(0, int64(step)-1).Draw(t, "within"))
			v := float64(rapid.Int16().Draw(t, "v"))
			kept.Set(time.Unix(0, at*int64(step)).Add(within), v)
			plain.set(at, v)
			at = max(at, plain.head)

			if last, ok := kept.Last(); !ok || last != plain.values[plain.head] {
				t.Fatalf("Last() = %v, %v, want %v", last, ok, plain.values[plain.head])
			}
			if kept.Len() > limit {
				t.Fatalf("%d steps kept of at most %d", kept.Len(), limit)
			}
			now := plain.head + rapid.Int64Range(-3, 3).Draw(t, "now")
			steps := rapid.Int64Range(1, 20).Draw(t, "steps")
			got := make([]float64, rapid.IntRange(1, 25).Draw(t, "columns"))
			kept.Window(got, time.Unix(0, now*int64(step)), time.Duration(steps)*step)
			if got, want := kept.Mean(time.Unix(0, now*int64(step)), time.Duration(steps)*step), plain.mean(now-steps+1, now+1); !same(got, want) {
				t.Fatalf("mean of %d steps to %d = %v, want %v", steps, now, got, want)
			}
			for i := range got {
				from, to := share(i, len(got), now, steps)
				if want := plain.mean(from, to); !same(got[i], want) {
					t.Fatalf("column %d of %d (steps %d to %d) = %v, want %v", i, len(got), from, to, got[i], want)
				}
			}
		}
	})
}

// share counts shares from time 0 up to the one that now is in, as one would without arithmetic, and returns the steps of the i-th of n.
func share(i, n int, now, steps int64) (from, to int64) {
	begin := func(k int64) int64 { return k * steps / int64(n) }
	k := now * int64(n) / steps // not after the newest
	for begin(k+1) <= now {
		k++
	}
	k += int64(i) - int64(n) + 1
	return begin(k), max(min(begin(k+1), now+1), begin(k)+1)
}

// Each value but the newest is what it was a moment before, one place further to the right or where it was: a chart moves, and keeps its shape.
func TestAWindowKeepsItsShapeWhileItMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept := series.New(time.Second, series.Resolution{Steps: 1, Keep: 2000})
		for at := range int64(1500) {
			kept.Set(time.Unix(50_000+at, 0), float64(at*at%977))
		}
		span := time.Duration(rapid.Int64Range(1, 900).Draw(t, "span")) * time.Second
		columns := rapid.IntRange(2, 200).Draw(t, "columns")
		now := rapid.Int64Range(51_000, 51_400).Draw(t, "now")
		before, after := make([]float64, columns), make([]float64, columns)
		kept.Window(before, time.Unix(now, 0), span)
		kept.Window(after, time.Unix(now+1, 0), span)
		moved := int((now+2)*int64(columns)-1)/int(span/time.Second) - int((now+1)*int64(columns)-1)/int(span/time.Second)
		for i := range max(columns-1-moved, 0) {
			if !same(after[i], before[i+moved]) {
				t.Fatalf("column %d is %v, and was %v in column %d", i, after[i], before[i+moved], i+moved)
			}
		}
	})
}

func TestSeriesTellsAGapFromAZero(t *testing.T) {
	kept := series.New(time.Second, series.Resolution{Steps: 1, Keep: 10})
	if _, ok := kept.Last(); ok {
		t.Error("an empty series has a last value")
	}
	kept.Set(time.Unix(100, 0), 0)
	kept.Set(time.Unix(103, 0), 5)
	got := make([]float64, 5)
	kept.Window(got, time.Unix(104, 0), 5*time.Second)
	for i, want := range []float64{0, math.NaN(), math.NaN(), 5, math.NaN()} {
		if !same(got[i], want) {
			t.Errorf("step %d = %v, want %v", i, got[i], want)
		}
	}
	if kept.Len() != 4 {
		t.Errorf("%d steps", kept.Len())
	}
}

// A series at two resolutions is one at the finest as far as that goes back; before that it is the mean of each longer
// time, for whatever part of it is asked for.
func TestSeriesKeepsOldTimesAsMeans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every, fine, coarse := rapid.IntRange(2, 5).Draw(t, "every"), rapid.IntRange(1, 8).Draw(t, "fine"), rapid.IntRange(1, 8).Draw(t, "coarse")
		kept := series.New(time.Second, series.Resolution{Steps: 1, Keep: fine}, series.Resolution{Steps: every, Keep: coarse})
		values := map[int64]float64{} // of every step ever
		first, head := int64(0), int64(9000)
		fresh, cut := true, false
		for range rapid.IntRange(1, 40).Draw(t, "sets") {
			ahead := rapid.Int64Range(0, 9).Draw(t, "ahead")
			if fresh || ahead > int64(fine) {
				first, cut = head+ahead, cut || !fresh // the finest begins anew
			}
			head, fresh = head+ahead, false
			cut = cut || head-int64(fine) >= first
			values[head] = float64(rapid.Int8().Draw(t, "v"))
			kept.Set(time.Unix(head, 0), values[head])
			first = max(first, head-int64(fine)+1)
		}
		steps := rapid.Int64Range(1, 40).Draw(t, "steps")
		got := make([]float64, rapid.IntRange(1, 40).Draw(t, "columns"))
		kept.Window(got, time.Unix(head, 0), time.Duration(steps)*time.Second)
		for i := range got {
			from, to := share(i, len(got), head, steps)
			want := mean(values, from, to, 1)
			if cut && from < first {
				oldest := head/int64(every) - int64(coarse) + 1
				want = mean(values, max(from, oldest*int64(every)), to, int64(every))
			}
			if !near(got[i], want) {
				t.Fatalf("column %d of %d (steps %d to %d of %v) = %v, want %v", i, len(got), from, to, values, got[i], want)
			}
		}
	})
}

// mean is the mean over steps of which so many at a time are known by their mean alone.
func mean(values map[int64]float64, from, to, every int64) float64 {
	sum, n := 0.0, 0.0
	for at := from; at < to; at++ {
		whole, parts := 0.0, 0.0
		for part := at / every * every; part < (at/every+1)*every; part++ {
			if v, ok := values[part]; ok {
				whole += v
				parts++
			}
		}
		if parts > 0 {
			sum += whole / parts
			n++
		}
	}
	return sum / n
}

func near(a, b float64) bool { return same(a, b) || math.Abs(a-b) < 1e-3 }

func TestSeriesWithoutDetailIsCoarseAndCanBecomeFineAgain(t *testing.T) {
	kept := series.New(time.Second, series.Resolution{Steps: 1, Keep: 60}, series.Resolution{Steps: 10, Keep: 60})
	set := func(from, to int64) {
		for at := from; at < to; at++ {
			kept.Set(time.Unix(at, 0), float64(at%10))
		}
	}
	kept.Detail(false)
	set(1000, 1100)
	if kept.Len() != 10 {
		t.Errorf("%d values are kept for 100 seconds, want one in ten seconds", kept.Len())
	}
	got := make([]float64, 10)
	kept.Window(got, time.Unix(1099, 0), 10*time.Second)
	for i := range got {
		if got[i] != 4.5 {
			t.Errorf("second %d is %v, want the mean of its ten", i, got[i])
		}
	}
	kept.Detail(true)
	set(1100, 1110)
	kept.Window(got, time.Unix(1109, 0), 10*time.Second)
	for i := range got {
		if got[i] != float64(i) {
			t.Errorf("second %d is %v after detail was asked for", i, got[i])
		}
	}
	kept.Detail(false)
	if kept.Len() != 11 {
		t.Errorf("%d values are kept after detail was given up, want 11", kept.Len())
	}
}
