package bench

import (
	"time"

	"streamdesk/model"
)

// Report is what a [Run] found, with what decides the numbers.
type Report struct {
	// Server is what was measured against; its durability decides what an XADD costs.
	Server model.Server
	// Cores is how many cores this program may use; on one machine the server shares them.
	Cores int
	// Options are those that were asked for, with the defaults filled in.
	Options Options
	// Rows are in the order in which they were measured; only those that were measured to the end.
	Rows []Row
}

// Row is one measure, by the bus and by the raw loop.
type Row struct {
	Measure Measure
	// Groups is how many consumer groups read: 0 for publishing.
	Groups   int
	Bus, Raw Figures
}

// Figures are what one side reached over all its rounds.
type Figures struct {
	// Events were published or consumed (for Latency: published) in Elapsed.
	Events  int64
	Elapsed time.Duration
	// Allocations were made by this process meanwhile.
	Allocations uint64
	// Latency is nil where there is none to measure: how long an entry of a backlog waits says nothing but how long the
	// backlog is.
	Latency *Distribution
}

// Distribution is how latencies are spread. For Publish it is the time from the call to the server's reply, for
// PublishSync the time of the call, for Latency the time from the call to the handler in each group.
type Distribution struct {
	// Samples is how many were measured; Publish looks at one event in 61.
	Samples                  int64
	P50, P99, P999, Greatest time.Duration
}

// Rate is events a second.
func (f Figures) Rate() float64 {
	if f.Elapsed <= 0 {
		return 0
	}
	return float64(f.Events) / f.Elapsed.Seconds()
}

// AllocationsPerEvent is how many allocations each event took.
func (f Figures) AllocationsPerEvent() float64 {
	if f.Events == 0 {
		return 0
	}
	return float64(f.Allocations) / float64(f.Events)
}

// RateRatio is the bus's rate over the raw loop's, more is better; false for Latency, whose rate is set.
func (r Row) RateRatio() (ratio float64, ok bool) {
	if r.Measure == Latency || r.Raw.Rate() == 0 {
		return 0, false
	}
	return r.Bus.Rate() / r.Raw.Rate(), true
}

// P99Ratio is the bus's 99th percentile over the raw loop's, less is better; false where there are no latencies.
func (r Row) P99Ratio() (ratio float64, ok bool) {
	if r.Bus.Latency == nil || r.Raw.Latency == nil || r.Raw.Latency.P99 == 0 {
		return 0, false
	}
	return float64(r.Bus.Latency.P99) / float64(r.Raw.Latency.P99), true
}
