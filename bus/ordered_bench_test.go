package bus_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/observe/tail"
	"streamdesk/model"
)

// BenchmarkOrderedTail adds events one by one, a few hundred a second to one stream after the other, and reports how long it takes
// until an ordered tail as websocket_workers have it yields each, beside a bare XADD, and what that costs this process's CPU:
//
//	go test ./bus -run '^$' -bench OrderedTail -benchtime 1000x
func BenchmarkOrderedTail(b *testing.B) {
	s := onRedis(b)
	keys := model.KnownTypes()
	ctx, cancel := context.WithCancel(b.Context())
	came := make(chan time.Time, b.N)
	ended := make(chan struct{})
	ready := make(chan struct{})
	go func() {
		defer close(ended)
		begun := false
		o := tail.Options{Interval: time.Millisecond, Quiet: 5 * time.Millisecond, Lossless: true, Ordered: true}
		for _, t := range keys {
			o.Types = append(o.Types, string(t))
		}
		for batch, err := range s.Reader().Tail(ctx, o) {
			now := time.Now()
			for range batch.Entries {
				came <- now
			}
			if err == nil && !begun {
				begun = true
				close(ready)
			}
		}
	}()
	<-ready
	var bare, took []time.Duration
	began, cpu := time.Now(), processTime()
	for i := range b.N {
		added := time.Now()
		if err := s.client.XAdd(ctx, &redis.XAddArgs{Stream: "events:" + string(keys[i%len(keys)]), Values: []any{"data", "{}"}}).Err(); err != nil {
			b.Fatal(err)
		}
		bare = append(bare, time.Since(added))
		took = append(took, (<-came).Sub(added))
	}
	cpu = processTime() - cpu
	passed := time.Since(began)
	cancel()
	<-ended
	slices.Sort(bare)
	slices.Sort(took)
	for name, all := range map[string][]time.Duration{"": took, "bare-": bare} {
		b.ReportMetric(float64(all[len(all)/10].Microseconds())/1000, name+"p10-ms")
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, name+"p50-ms")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, name+"p99-ms")
	}
	b.ReportMetric(float64(cpu.Microseconds())/float64(b.N), "cpu-µs/event")
	b.ReportMetric(cpu.Seconds()/passed.Seconds()*100, "cpu-%")
}
