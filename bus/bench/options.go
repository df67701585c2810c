package bench

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Measure names one thing that is measured.
type Measure string

// The measures, in the order in which they run.
const (
	// Publish: events in a buffer, written in batches. The raw loop pipelines XADD by 500, encoded by encoding/json.
	Publish Measure = "publish"
	// PublishSync: one event after the other, each waiting for the server's entry ID.
	PublishSync Measure = "publish-sync"
	// Consume: a stream read to its end: decode, handler, ack. The raw loop sends XREADGROUP COUNT 1000, decodes with
	// encoding/json and acknowledges each read with one pipeline of XACK.
	Consume Measure = "consume"
	// Latency: the time from publishing an event to its handler, at a set rate, with each number of groups.
	Latency Measure = "latency"
)

// Measures returns all measures in their order.
func Measures() []Measure { return []Measure{Publish, PublishSync, Consume, Latency} }

// Options are the settings of a [Run]. The zero value of each means its default.
type Options struct {
	// Only are the measures to run; empty means all.
	Only []Measure
	// Events is the number of events published and consumed per measure and side; a twentieth of them for PublishSync.
	Events int
	// Duration is how long each side's latency is measured, per number of groups.
	Duration time.Duration
	// Rate is the number of events per second that Latency publishes.
	Rate int
	// Groups are the numbers of consumer groups that Latency is measured with.
	Groups []int
	// Payload is the size of an event's data in bytes; its envelope adds about 170.
	Payload int
	// Progress is called with what runs next and how much is done, from Run's own goroutine. It may be nil.
	Progress func(Progress)
}

// Progress is the progress of a [Run].
type Progress struct {
	// Measure and Groups are what runs next; By is the side that runs it: "bus" or "raw".
	Measure Measure
	Groups  int
	By      string
	// Done is the elapsed share of the expected time, from 0 to 1.
	Done float64
}

// Defaults and limits.
const (
	// DefaultEvents take each side one to four seconds on a small machine: long enough to even out a hiccup.
	DefaultEvents = 400_000
	// DefaultDuration at the default rate gives 50,000 latencies per group, 50 of them beyond p99.9.
	DefaultDuration = 5 * time.Second
	// DefaultRate is the rate that the bus is designed for.
	DefaultRate = 10_000
	// DefaultPayload makes an event of about 211 bytes, a usual size.
	DefaultPayload = 40
	// MinPayload holds the three members that every event's data has.
	MinPayload = 32
	// MaxPayload is well under the megabyte that an event may have.
	MaxPayload = 512 << 10
	// MaxGroups leaves the raw loop's blocking reads enough connections of go-redis's pool.
	MaxGroups = 16
)

// ErrOptions is wrapped by the errors about invalid options.
var ErrOptions = errors.New("can't be measured")

func (o Options) withDefaults() Options {
	if len(o.Only) == 0 {
		o.Only = Measures()
	}
	if o.Events == 0 {
		o.Events = DefaultEvents
	}
	if o.Duration == 0 {
		o.Duration = DefaultDuration
	}
	if o.Rate == 0 {
		o.Rate = DefaultRate
	}
	if len(o.Groups) == 0 {
		o.Groups = []int{1, 4}
	}
	if o.Payload == 0 {
		o.Payload = DefaultPayload
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	return o
}

// Validate returns an error that wraps [ErrOptions] when an option is out of its bounds.
func (o Options) Validate() error {
	o = o.withDefaults()
	for _, m := range o.Only {
		if !slices.Contains(Measures(), m) {
			return fmt.Errorf("%q %w: want publish, publish-sync, consume or latency", string(m), ErrOptions)
		}
	}
	for _, n := range o.Groups {
		if n < 1 || n > MaxGroups {
			return fmt.Errorf("%d groups %w: want 1 to %d", n, ErrOptions, MaxGroups)
		}
	}
	switch {
	case o.Events < 1:
		return fmt.Errorf("%d events %w: want 1 or more", o.Events, ErrOptions)
	case o.Rate < 1 || o.Rate > 1_000_000:
		return fmt.Errorf("a rate of %d a second %w: want 1 to 1000000", o.Rate, ErrOptions)
	case o.Duration < time.Millisecond:
		return fmt.Errorf("a duration of %s %w: want a millisecond or more", o.Duration, ErrOptions)
	case o.Payload < MinPayload || o.Payload > MaxPayload:
		return fmt.Errorf("a payload of %d bytes %w: want %d to %d", o.Payload, ErrOptions, MinPayload, MaxPayload)
	}
	return nil
}
