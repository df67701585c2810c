package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
)

const (
	// roundBytes is the max size of a round's data on the server before it is deleted.
	roundBytes = 64 << 20
	// roundEvents is the max number of events in a round: half a second's worth. The sides take turns so often that other
	// work of the machine affects both alike.
	roundEvents = 100_000
	// envelopeBytes is the approximate size of an event on the server without its data.
	envelopeBytes = 170
	// warmEvents is the number of unmeasured events before a side's first round: they warm up connections, caches and the
	// server.
	warmEvents = 2000
	// syncShare divides the number of events for PublishSync, which takes about that much longer per event.
	syncShare = 20
	// roundLimit is far longer than any round takes; ten times the expected time of a large one is added to it.
	roundLimit = time.Minute
	// flushStep is how often a long flush checks the reason.
	flushStep = 500 * time.Millisecond
	// closeTimeout is the max time for a bus to send what it has begun.
	closeTimeout = 3 * time.Second
)

// work is one round by one side: n events, whose figures are added to the tally.
type work func(ctx context.Context, n int, t *tally) error

// contest is a measure in which both sides take turns.
type contest struct {
	measure Measure
	groups  int
	events  int     // per side
	pace    float64 // expected events per second, for the progress
	sides   [2]side
}

type side struct {
	by   string
	work work
}

// run is one [Run].
type run struct {
	client     redis.UniversalClient
	o          Options
	keys       *keys
	source     *source
	newEntries []string // the streams, and ">" for each
}

// Run measures what o asks for, one measure after the other, in rounds in which the bus and the raw loop take turns. It
// writes to keys of its own under [KeyPrefix], a few tens of megabytes at most, and deletes them after each round, also when
// it fails or ctx ends. The keys expire if this program is killed.
//
// The report has the complete rows even with an error. Errors: one that wraps [ErrOptions] before anything was sent; ctx's;
// the server's.
func Run(ctx context.Context, client redis.UniversalClient, o Options) (Report, error) {
	report := Report{Cores: runtime.GOMAXPROCS(0), Options: o.withDefaults()}
	if err := o.Validate(); err != nil {
		return report, fmt.Errorf("bench: %w", err)
	}
	r := &run{client: client, o: report.Options, keys: newKeys(client), source: newSource(report.Options.Payload)}
	r.newEntries = append(r.newEntries, r.keys.streams[:]...)
	r.newEntries = append(r.newEntries, slices.Repeat([]string{">"}, len(types))...)
	err := r.withBus(ctx, func(b *bus.Bus) (err error) {
		report.Server, err = b.Reader().Server(ctx)
		return err
	})
	if err != nil {
		return report, fmt.Errorf("bench: %w", err)
	}
	contests := r.contests()
	total, over := 0.0, 0.0
	for _, c := range contests {
		total += c.expected(2 * c.events)
	}
	for _, c := range contests {
		row, err := r.hold(ctx, c, func(by string, seconds float64) {
			r.o.Progress(Progress{Measure: c.measure, Groups: c.groups, By: by, Done: over / total})
			over += seconds
		})
		if err != nil {
			return report, err
		}
		report.Rows = append(report.Rows, row)
	}
	return report, nil
}

// contests returns the requested measures in order.
func (r *run) contests() []contest {
	all := []contest{
		{Publish, 0, r.o.Events, 250_000, [2]side{{"bus", r.publishByBus}, {"raw", r.publishRaw}}},
		{PublishSync, 0, max(r.o.Events/syncShare, 1), 10_000, [2]side{{"bus", r.publishSyncByBus}, {"raw", r.publishSyncRaw}}},
		{Consume, 1, r.o.Events, 100_000, [2]side{{"bus", r.consumeByBus}, {"raw", r.consumeRaw}}},
	}
	for _, groups := range r.o.Groups {
		all = append(all, contest{
			Latency, groups, max(int(float64(r.o.Rate)*r.o.Duration.Seconds()), 1), float64(r.o.Rate),
			[2]side{{"bus", r.latencyByBus(groups)}, {"raw", r.latencyRaw(groups)}},
		})
	}
	return slices.DeleteFunc(all, func(c contest) bool { return !slices.Contains(r.o.Only, c.measure) })
}

func (c contest) expected(events int) float64 { return float64(events) / c.pace }

// rounds returns the sizes of a side's rounds: at least two when there is more than one event.
func (c contest) rounds(payload int) []int {
	most := min(roundEvents, max(roundBytes/(payload+envelopeBytes), 1))
	if c.measure == Latency {
		most = min(most, max(int(c.pace*maxFlight.Seconds()), 1))
	}
	n := max((c.events+most-1)/most, min(c.events, 2))
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i] = c.events*(i+1)/n - c.events*i/n
	}
	return sizes
}

// warm returns the number of events before the first round.
func (c contest) warm() int {
	n := min(warmEvents, c.events/10)
	if c.measure == Latency {
		n = min(n, int(c.pace*warmFlight.Seconds()))
	}
	return max(n, 1)
}

// warmFlight is the warm-up time of [Latency].
const warmFlight = 200 * time.Millisecond

// maxFlight is the max time of a round of [Latency]. Percentiles show every hiccup of the machine, so the sides take turns
// often; starting a round takes a twentieth of it.
const maxFlight = time.Second

// hold makes the sides take turns, with the order reversed each time, so that drift affects both alike.
func (r *run) hold(ctx context.Context, c contest, next func(by string, seconds float64)) (Row, error) {
	var tallies [2]*tally
	for i, s := range c.sides {
		tallies[i] = newTally()
		next(s.by, 0)
		if err := r.round(ctx, c, s, c.warm(), newTally()); err != nil {
			return Row{}, err
		}
	}
	for turn, n := range c.rounds(r.o.Payload) {
		for i := range c.sides {
			at := (i + turn) % len(c.sides)
			next(c.sides[at].by, c.expected(n))
			if err := r.round(ctx, c, c.sides[at], n, tallies[at]); err != nil {
				return Row{}, err
			}
		}
	}
	return Row{Measure: c.measure, Groups: c.groups, Bus: tallies[0].figures(), Raw: tallies[1].figures()}, nil
}

// round runs one side's turn, on streams that are created for it and deleted after it.
func (r *run) round(ctx context.Context, c contest, s side, n int, t *tally) error {
	limit := roundLimit + time.Duration(10*c.expected(n)*float64(time.Second))
	limited, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w within %s", errSlow, limit))
	defer cancel()
	err := r.keys.prepare(limited, c.groups)
	if err == nil {
		if err = s.work(limited, n, t); err != nil {
			if cause := context.Cause(limited); ctx.Err() == nil && cause != nil {
				err = errors.Join(cause, err)
			}
			err = fmt.Errorf("bench: %s by %s: %w", c.measure, s.by, err)
		}
	}
	return errors.Join(err, r.keys.clear(ctx))
}

// errSlow means that a round didn't end within many times its expected time: the server is gone or stalled.
var errSlow = errors.New("the server didn't take it all")

// flush waits until everything is published. It fails when the server is out of memory, instead of waiting for ever.
func flush(ctx context.Context, b *bus.Bus) error {
	for {
		step, cancel := context.WithTimeout(ctx, flushStep)
		err := b.Flush(step)
		cancel()
		if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if strings.Contains(err.Error(), "OOM ") {
			return fmt.Errorf("%w: %w", bus.ErrMemory, err)
		}
	}
}

// withBus calls do with a bus on the run's keys and closes the bus: when it returns, everything has been sent.
func (r *run) withBus(ctx context.Context, do func(*bus.Bus) error, opts ...bus.Option) error {
	b, err := bus.Open(ctx, r.client, append([]bus.Option{bus.WithPrefix(r.keys.prefix)}, opts...)...)
	if err != nil {
		return err
	}
	err = do(b)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	return errors.Join(err, b.Close(ctx))
}
