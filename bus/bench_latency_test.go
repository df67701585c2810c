package bus_test

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// BenchmarkPropagation publishes 10,000 events a second into four groups, and reports how long an event takes from the
// call that publishes it to the handler, beside a raw loop at the same rate:
//
//	go test -run '^$' -bench Propagation -benchtime 30000x ./bus/
func BenchmarkPropagation(b *testing.B) {
	s := redistest.Start(b)
	groups := []string{"websocket_workers", "db_writers", "metrics_collectors", "log_aggregators"}
	var rawP99 time.Duration
	b.Run("raw", func(b *testing.B) {
		s.Client().FlushAll(b.Context())
		var times latencies
		ctx, cancel := context.WithCancel(b.Context())
		var readers sync.WaitGroup
		for _, group := range groups {
			s.Client().XGroupCreateMkStream(ctx, "events:a.b", group, "0")
			readers.Go(func() { rawReader(ctx, s, group, &times) })
		}
		client := s.Client()
		paced(b, func(n int) {
			pipe := client.Pipeline()
			for range n {
				payload, _ := json.Marshal(wireEvent{Type: "a.b", WorkflowID: "wf", Timestamp: time.Now()})
				pipe.XAdd(ctx, &redis.XAddArgs{Stream: "events:a.b", Values: []any{"data", payload}})
			}
			_, _ = pipe.Exec(ctx)
		})
		redistest.Eventually(b, time.Minute, func() bool { return times.count() == len(groups)*b.N })
		cancel()
		readers.Wait()
		rawP99 = times.report(b, 0)
	})
	b.Run("bus", func(b *testing.B) {
		s.Client().FlushAll(b.Context())
		eb := openBus(b, s)
		var times latencies
		for _, group := range groups {
			consume(b, eb, group, func(_ context.Context, m bus.Message) error {
				times.add(time.Since(m.Event.Timestamp))
				return nil
			}, bus.WithTypes("a.b"))
		}
		redistest.Eventually(b, time.Minute, func() bool { // groups are there
			return len(s.Client().XInfoGroups(b.Context(), "events:a.b").Val()) == len(groups)
		})
		paced(b, func(n int) {
			for range n {
				_ = eb.Publish(b.Context(), model.Event{ID: benchID, Type: "a.b", WorkflowID: "wf", Timestamp: time.Now()})
			}
		})
		redistest.Eventually(b, time.Minute, func() bool { return times.count() == len(groups)*b.N })
		times.report(b, rawP99)
	})
}

// paced calls publish with ten events every millisecond, b.N in all.
func paced(b *testing.B, publish func(n int)) {
	b.Helper()
	b.ResetTimer()
	began := time.Now()
	for sent := 0; sent < b.N; {
		if due := min(int(time.Since(began)/(100*time.Microsecond)), b.N); due > sent {
			publish(due - sent)
			sent = due
		}
		pace(b.Context(), time.Millisecond)
	}
}

func rawReader(ctx context.Context, s *redistest.Server, group string, times *latencies) {
	client := redis.NewClient(s.Options())
	defer func() { _ = client.Close() }()
	for ctx.Err() == nil {
		read, err := client.XReadGroup(ctx, &redis.XReadGroupArgs{
			Group: group, Consumer: "raw", Streams: []string{"events:a.b", ">"}, Count: 1000, Block: 100 * time.Millisecond,
		}).Result()
		if err != nil {
			continue // nothing for a while, or over
		}
		ids := make([]string, 0, len(read[0].Messages))
		for _, m := range read[0].Messages {
			var e wireEvent
			text, _ := m.Values["data"].(string)
			if json.Unmarshal([]byte(text), &e) == nil {
				times.add(time.Since(e.Timestamp))
			}
			ids = append(ids, m.ID)
		}
		client.XAck(ctx, "events:a.b", group, ids...)
	}
}

// latencies collects lengths of time.
type latencies struct {
	mu  sync.Mutex
	all []time.Duration
}

func (l *latencies) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, d)
}

func (l *latencies) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// report tells the percentiles, and the ratio of the 99th to that of the raw loop.
func (l *latencies) report(b *testing.B, against time.Duration) time.Duration {
	b.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.Sort(l.all)
	at := func(percent int) time.Duration { return l.all[min(len(l.all)*percent/100, len(l.all)-1)] }
	for _, percent := range []int{50, 99} {
		b.ReportMetric(float64(at(percent))/float64(time.Millisecond), "p"+strconv.Itoa(percent)+"-ms")
	}
	if against > 0 {
		b.ReportMetric(float64(at(99))/float64(against), "p99-x-raw")
	}
	return at(99)
}
