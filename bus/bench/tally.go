package bench

import (
	"runtime"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Latencies are kept up to a minute, to three digits: anything slower is beyond a benchmark.
const (
	slowest = time.Minute
	digits  = 3
)

// tally adds up one side's figures over its rounds.
type tally struct {
	events    int64
	elapsed   time.Duration
	mallocs   uint64
	latencies *hdrhistogram.Histogram
}

func newTally() *tally { return &tally{latencies: newHistogram()} }

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, slowest.Nanoseconds(), digits)
}

// record adds a latency to a histogram.
func record(h *hdrhistogram.Histogram, d time.Duration) {
	_ = h.RecordValue(min(max(d, 1), slowest).Nanoseconds()) // it can't fail within its bounds
}

// measure adds the figures of a piece of work on n events, if it succeeds. It collects earlier garbage first, so that one
// side doesn't pay for the other's.
func (t *tally) measure(n int, work func() error) error {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	if err := work(); err != nil {
		return err
	}
	t.elapsed += time.Since(start)
	runtime.ReadMemStats(&after)
	t.mallocs += after.Mallocs - before.Mallocs
	t.events += int64(n)
	return nil
}

func (t *tally) figures() Figures {
	f := Figures{Events: t.events, Elapsed: t.elapsed, Allocations: t.mallocs}
	if n := t.latencies.TotalCount(); n > 0 {
		at := func(quantile float64) time.Duration { return time.Duration(t.latencies.ValueAtQuantile(quantile)) }
		f.Latency = &Distribution{
			Samples: n, P50: at(50), P99: at(99), P999: at(99.9), Greatest: time.Duration(t.latencies.Max()),
		}
	}
	return f
}
