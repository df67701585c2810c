package bus_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// The benchmarks stand beside a loop that does the same with go-redis alone, in the same run and on the same server, so
// that their ratio means something on any machine:
//
//	go test -run '^$' -bench 'Publish|Consume' -benchtime 300000x ./bus/

// wireEvent is the envelope as somebody would write it who has no bus.
type wireEvent struct {
	ID          string         `json:"id"`
	Type        string         `json:"type"`
	WorkflowID  string         `json:"workflow_id"`
	Timestamp   time.Time      `json:"timestamp"`
	Data        map[string]any `json:"data"`
	SourceAgent string         `json:"source_agent"`
}

const benchID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"

var benchTypes = [...]model.Type{model.WorkflowProgress, model.GenerationProgress, model.AuditProgress, model.TestingProgress}

func benchEvent(i int) model.Event {
	return model.Event{
		ID: benchID, Type: benchTypes[i%len(benchTypes)], WorkflowID: "wf-" + fmt.Sprint(i%1000), Timestamp: benchTime,
		Data: benchData, SourceAgent: "coordinator",
	}
}

var (
	benchTime = time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.UTC)
	benchData = json.RawMessage(`{"step":17,"of":42,"note":"compiling"}`)
)

// raw are the rates of the raw loops, in events a second, for the ratio.
var raw struct{ publish, consume float64 }

func report(b *testing.B, against float64) float64 {
	b.Helper()
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "events/s")
	if against > 0 {
		b.ReportMetric(rate/against, "x-raw")
	}
	return rate
}

func BenchmarkPublish(b *testing.B) {
	s := redistest.Start(b)
	flush := func() { s.Client().FlushAll(context.Background()) }
	b.Run("raw", func(b *testing.B) {
		flush()
		b.ReportAllocs()
		client, ctx := s.Client(), b.Context()
		data := map[string]any{"step": 17, "of": 42, "note": "compiling"}
		for i := 0; i < b.N; {
			pipe := client.Pipeline()
			for n := 0; n < 500 && i < b.N; n++ {
				of := string(benchTypes[i%len(benchTypes)])
				payload, err := json.Marshal(wireEvent{
					ID: benchID, Type: of, WorkflowID: "wf-" + fmt.Sprint(i%1000), Timestamp: benchTime, Data: data, SourceAgent: "coordinator",
				})
				if err != nil {
					b.Fatal(err)
				}
				pipe.XAdd(ctx, &redis.XAddArgs{Stream: "events:" + of, Values: []any{"data", payload}})
				i++
			}
			if _, err := pipe.Exec(ctx); err != nil {
				b.Fatal(err)
			}
		}
		raw.publish = report(b, 0)
	})
	b.Run("bus", func(b *testing.B) {
		flush()
		eb := openBus(b, s)
		b.ReportAllocs()
		b.ResetTimer()
		for i := range b.N {
			if err := eb.Publish(b.Context(), benchEvent(i)); err != nil {
				b.Fatal(err)
			}
		}
		if err := eb.Flush(b.Context()); err != nil {
			b.Fatal(err)
		}
		report(b, raw.publish)
	})
	flush()
}

func BenchmarkConsume(b *testing.B) {
	s := redistest.Start(b)
	fill := func(b *testing.B) {
		b.Helper()
		s.Client().FlushAll(context.Background())
		eb := openBus(b, s)
		for i := range b.N {
			if err := eb.Publish(b.Context(), benchEvent(i)); err != nil {
				b.Fatal(err)
			}
		}
		if err := eb.Close(b.Context()); err != nil {
			b.Fatal(err)
		}
		for _, of := range benchTypes {
			s.Client().XGroupCreateMkStream(b.Context(), "events:"+string(of), "bench", "0")
		}
		b.ReportAllocs()
		b.ResetTimer()
	}
	b.Run("raw", func(b *testing.B) {
		fill(b)
		client, ctx := s.Client(), b.Context()
		var streams []string
		for _, of := range benchTypes {
			streams = append(streams, "events:"+string(of))
		}
		for range benchTypes {
			streams = append(streams, ">")
		}
		workflows := 0
		for n := 0; n < b.N; {
			read, err := client.XReadGroup(ctx, &redis.XReadGroupArgs{
				Group: "bench", Consumer: "raw", Streams: streams, Count: 1000, Block: time.Second,
			}).Result()
			if err != nil {
				b.Fatal(err)
			}
			pipe := client.Pipeline()
			for _, stream := range read {
				ids := make([]string, 0, len(stream.Messages))
				for _, m := range stream.Messages {
					var e wireEvent
					text, _ := m.Values["data"].(string)
					if err := json.Unmarshal([]byte(text), &e); err != nil {
						b.Fatal(err)
					}
					workflows += len(e.WorkflowID)
					ids = append(ids, m.ID)
				}
				n += len(ids)
				pipe.XAck(ctx, stream.Stream, "bench", ids...)
			}
			if _, err := pipe.Exec(ctx); err != nil {
				b.Fatal(err)
			}
		}
		raw.consume = report(b, 0)
	})
	b.Run("bus", func(b *testing.B) {
		fill(b)
		eb := openBus(b, s)
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		var handled, workflows atomic.Int64
		ended := make(chan error, 1)
		go func() {
			ended <- eb.Consume(ctx, "bench", func(_ context.Context, m bus.Message) error {
				workflows.Add(int64(len(m.Event.WorkflowID)))
				handled.Add(1)
				return nil
			})
		}()
		redistest.Eventually(b, time.Minute, func() bool { return eb.Stats().Acked == uint64(b.N) })
		report(b, raw.consume)
		b.StopTimer()
		cancel()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
	})
}
