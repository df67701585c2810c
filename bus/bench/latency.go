package bench

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"streamdesk/bus"
)

// tick is the interval at which due events are published: short enough not to show in the latencies, long enough for timers
// to keep up.
const tick = time.Millisecond

// flight is one round of a latency measure: when each event was published, and how long it took to each group.
type flight struct {
	begin  time.Time
	left   []atomic.Int64 // nanoseconds from begin until event i was published
	groups []arrivals
	ready  sync.WaitGroup // every group has seen the probe
	landed sync.WaitGroup // every group has seen every event
}

// arrivals are the events that one group has seen.
type arrivals struct {
	latencies *hdrhistogram.Histogram
	missing   int
	probed    bool
}

func newFlight(n, groups int) *flight {
	f := &flight{begin: time.Now(), left: make([]atomic.Int64, n), groups: make([]arrivals, groups)}
	for i := range f.groups {
		f.groups[i] = arrivals{latencies: newHistogram(), missing: n}
	}
	f.ready.Add(groups)
	f.landed.Add(groups)
	return f
}

// arrived records that a group's handler has received an event. Each group calls it from one goroutine at a time.
func (f *flight) arrived(group int, id string) {
	a := &f.groups[group]
	i := number(id)
	if i == probe {
		if !a.probed {
			a.probed = true
			f.ready.Done()
		}
		return
	}
	record(a.latencies, time.Since(f.begin)-time.Duration(f.left[i].Load()))
	a.missing--
	if a.missing == 0 {
		f.landed.Done()
	}
}

// depart publishes every event when it is due, those of a tick together. An event's time starts when it is handed over for
// publishing. If the publisher was held up by earlier events, it starts when the event was due; otherwise waiting for a slow
// publisher would not be measured.
func (f *flight) depart(ctx context.Context, rate int, publish func(first, end int) error) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	start := time.Since(f.begin)
	perTick := float64(rate) * tick.Seconds()
	sent := 0
	for turn := 1; sent < len(f.left); turn++ {
		due := start + time.Duration(turn)*tick
		if now := time.Since(f.begin); now < due {
			timer.Reset(due - now)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return ctx.Err()
			}
			due = max(due, time.Since(f.begin))
		} else if ctx.Err() != nil {
			return ctx.Err()
		}
		end := min(int(float64(turn)*perTick), len(f.left))
		for i := sent; i < end; i++ {
			f.left[i].Store(int64(due))
		}
		if end > sent {
			if err := publish(sent, end); err != nil {
				return err
			}
		}
		sent = end
	}
	return nil
}

// await waits for a WaitGroup, a failed consumer, or the end of ctx.
func await(ctx context.Context, done *sync.WaitGroup, failed <-chan error) error {
	all := make(chan struct{})
	go func() {
		done.Wait()
		close(all)
	}()
	select {
	case <-all:
		return nil
	case err := <-failed:
		return errors.Join(err, errStopped)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fly measures one flight. consume must run one consumer until its context ends; publish must publish the events from first
// up to end.
func (r *run) fly(
	ctx context.Context, f *flight, t *tally,
	consume func(ctx context.Context, group int) error, publish func(first, end int) error,
) error {
	ctx, cancel := context.WithCancel(ctx)
	var consumers sync.WaitGroup
	failed := make(chan error, len(f.groups))
	for i := range f.groups {
		consumers.Go(func() {
			if err := consume(ctx, i); err != nil && ctx.Err() == nil {
				failed <- err
			}
		})
	}
	err := publish(probe, probe+1)
	if err == nil {
		err = await(ctx, &f.ready, failed)
	}
	if err == nil {
		err = t.measure(len(f.left), func() error {
			if err := f.depart(ctx, r.o.Rate, publish); err != nil {
				return err
			}
			return await(ctx, &f.landed, failed)
		})
	}
	cancel()
	consumers.Wait()
	f.release()
	if err == nil {
		for i := range f.groups {
			t.latencies.Merge(f.groups[i].latencies)
		}
	}
	return err
}

// release ends the waits for events that will not come any more. No consumer may be running.
func (f *flight) release() {
	for i := range f.groups {
		if !f.groups[i].probed {
			f.ready.Done()
		}
		if f.groups[i].missing > 0 {
			f.landed.Done()
		}
	}
}

// latencyByBus measures a flight of n events through the bus.
func (r *run) latencyByBus(groups int) work {
	return func(ctx context.Context, n int, t *tally) error {
		f := newFlight(n, groups)
		return r.withBus(ctx, func(b *bus.Bus) error {
			return r.fly(ctx, f, t, func(ctx context.Context, i int) error {
				return b.Consume(ctx, group(i), func(_ context.Context, m bus.Message) error {
					f.arrived(i, m.Event.ID)
					return nil
				}, bus.WithTypes(typeNames()...))
			}, func(first, end int) error {
				for i := first; i < end; i++ {
					if err := b.Publish(ctx, r.source.event(i)); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
}

// latencyRaw measures a flight of n events through go-redis alone.
func (r *run) latencyRaw(groups int) work {
	return func(ctx context.Context, n int, t *tally) error {
		f := newFlight(n, groups)
		return r.fly(ctx, f, t, func(ctx context.Context, i int) error {
			for ctx.Err() == nil {
				if _, err := r.readRaw(ctx, group(i), func(e *wireEvent) { f.arrived(i, e.ID) }); err != nil {
					return err
				}
			}
			return nil
		}, func(first, end int) error {
			return r.addRaw(ctx, first, end, func(int) {})
		})
	}
}
