package bench

import (
	"context"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/model"
)

// sampleEvery is the interval, in events, of latency samples while publishing at full speed: reading the clock for each event
// would slow both sides down. It has no divisor in common with the number of types.
const sampleEvery = 61

// rawBatch is the number of XADDs that the raw loop sends in one pipeline, the same as the bus's max.
const rawBatch = 500

// samples holds when sampled events were published, and how long they took.
type samples struct {
	started []time.Time // of event i at i/sampleEvery
	seen    [len(types)]int
	took    []time.Duration
	streams [len(types)]string
}

func newSamples(n int, k *keys) *samples {
	size := n/sampleEvery + 1
	return &samples{started: make([]time.Time, size), took: make([]time.Duration, 0, size), streams: k.streams}
}

// start records that event i is published now.
func (s *samples) start(i int) {
	if i%sampleEvery == 0 {
		s.started[i/sampleEvery] = time.Now()
	}
}

// published is a hook of the bus. Events reach their stream in the order of publishing, so that the number of the stream's
// entries identifies the event.
func (s *samples) published(key model.Key, _ int) {
	stream := slices.Index(s.streams[:], key.Stream)
	i := s.seen[stream]*len(types) + stream
	s.seen[stream]++
	if i%sampleEvery == 0 {
		s.took = append(s.took, time.Since(s.started[i/sampleEvery]))
	}
}

// ended records that the events from first up to end, excluding end, were published just now.
func (s *samples) ended(first, end int) {
	now := time.Now()
	for i := (first + sampleEvery - 1) / sampleEvery * sampleEvery; i < end; i += sampleEvery {
		s.took = append(s.took, now.Sub(s.started[i/sampleEvery]))
	}
}

func (s *samples) addTo(t *tally) {
	for _, d := range s.took {
		record(t.latencies, d)
	}
}

// publishByBus publishes n events: Publish, and Flush at the end.
func (r *run) publishByBus(ctx context.Context, n int, t *tally) error {
	s := newSamples(n, r.keys)
	return r.withBus(ctx, func(b *bus.Bus) error {
		err := t.measure(n, func() error {
			for i := range n {
				s.start(i)
				if err := b.Publish(ctx, r.source.event(i)); err != nil {
					return err
				}
			}
			return flush(ctx, b)
		})
		if err != nil {
			return err // the hook may still be called for events
		}
		s.addTo(t)
		return nil
	}, bus.WithHooks(bus.Hooks{Published: s.published}))
}

// publishRaw publishes n events in pipelines.
func (r *run) publishRaw(ctx context.Context, n int, t *tally) error {
	s := newSamples(n, r.keys)
	err := t.measure(n, func() error {
		for first := 0; first < n; first += rawBatch {
			end := min(first+rawBatch, n)
			if err := r.addRaw(ctx, first, end, s.start); err != nil {
				return err
			}
			s.ended(first, end)
		}
		return nil
	})
	s.addTo(t)
	return err
}

// addRaw publishes the events from first up to end, excluding end, in one pipeline.
func (r *run) addRaw(ctx context.Context, first, end int, each func(i int)) error {
	pipe := r.client.Pipeline()
	for i := first; i < end; i++ {
		each(i)
		payload, err := r.source.encoded(i)
		if err != nil {
			return err
		}
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: r.keys.streams[i%len(types)], Values: []any{model.FieldData, payload}})
	}
	_, err := pipe.Exec(ctx)
	return err
}

// publishSyncByBus publishes n events one after the other: PublishSync.
func (r *run) publishSyncByBus(ctx context.Context, n int, t *tally) error {
	return r.withBus(ctx, func(b *bus.Bus) error {
		return oneByOne(n, t, func(i int) error {
			_, err := b.PublishSync(ctx, r.source.event(i))
			return err
		})
	})
}

// publishSyncRaw publishes n events one after the other: XADD.
func (r *run) publishSyncRaw(ctx context.Context, n int, t *tally) error {
	return oneByOne(n, t, func(i int) error {
		payload, err := r.source.encoded(i)
		if err != nil {
			return err
		}
		return r.client.XAdd(ctx, &redis.XAddArgs{
			Stream: r.keys.streams[i%len(types)], Values: []any{model.FieldData, payload},
		}).Err()
	})
}

func oneByOne(n int, t *tally, publish func(i int) error) error {
	return t.measure(n, func() error {
		for i := range n {
			start := time.Now()
			if err := publish(i); err != nil {
				return err
			}
			record(t.latencies, time.Since(start))
		}
		return nil
	})
}
