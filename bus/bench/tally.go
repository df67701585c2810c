package bench

import (
	"runtime"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Latencies are kept up to a minute, to three digits: anything slower is no matter of a benchmark.
const (
	slowest = time.Minute
	digits  = 3
)

// tally gathers one side's figures over its rounds.
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

// record puts a latency into a histogram.
func record(h *hdrhistogram.Histogram, d time.Duration) {
	_ = h.RecordValue(min(max(d, 1), slowest).Nanoseconds()) // within its bounds it can't fail
}

// measure adds a piece of work on n events, when it succeeds. The garbage of what went before is collected first, so that
// one side doesn't pay for the other's.
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
