package bench

import (
	"time"

	"streamdesk/model"
)

// Report is the result of a [Run], with the conditions that shape it.
type Report struct {
	// Server is the measured server; its durability determines what an XADD costs.
	Server model.Server
	// Cores is the number of cores that this program may use; on one machine the server shares them.
	Cores int
	// Options are the options of the run, with defaults filled in.
	Options Options
	// Rows are the complete rows in the order of measuring.
	Rows []Row
}

// Row is one measure, by the bus and by the raw loop.
type Row struct {
	Measure Measure
	// Groups is the number of consumer groups that read: 0 for publishing.
	Groups   int
	Bus, Raw Figures
}

// Figures are the results of one side over all its rounds.
type Figures struct {
	// Events is the number of events published or consumed (for Latency: published) in Elapsed.
	Events  int64
	Elapsed time.Duration
	// Allocations is the number of this process's allocations meanwhile.
	Allocations uint64
	// Latency is nil when there is none to measure: the wait of an entry in a backlog only shows the length of the backlog.
	Latency *Distribution
}

// Distribution is a distribution of latencies. For Publish it is the time from the call to the server's reply, for
// PublishSync the time of the call, for Latency the time from the call to the handler in each group.
type Distribution struct {
	// Samples is the number of measured events; Publish measures one event in 61.
	Samples                  int64
	P50, P99, P999, Greatest time.Duration
}

// Rate returns events per second.
func (f Figures) Rate() float64 {
	if f.Elapsed <= 0 {
		return 0
	}
	return float64(f.Events) / f.Elapsed.Seconds()
}

// AllocationsPerEvent returns the number of allocations per event.
func (f Figures) AllocationsPerEvent() float64 {
	if f.Events == 0 {
		return 0
	}
	return float64(f.Allocations) / float64(f.Events)
}

// RateRatio returns the bus's rate divided by the raw loop's, more is better; false for Latency, whose rate is fixed.
func (r Row) RateRatio() (ratio float64, ok bool) {
	if r.Measure == Latency || r.Raw.Rate() == 0 {
		return 0, false
	}
	return r.Bus.Rate() / r.Raw.Rate(), true
}

// P99Ratio returns the bus's 99th percentile divided by the raw loop's, less is better; false when there are no latencies.
func (r Row) P99Ratio() (ratio float64, ok bool) {
	if r.Bus.Latency == nil || r.Raw.Latency == nil || r.Raw.Latency.P99 == 0 {
		return 0, false
	}
	return float64(r.Bus.Latency.P99) / float64(r.Raw.Latency.P99), true
}
