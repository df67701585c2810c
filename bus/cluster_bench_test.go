package bus_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// clusterTypes is how many types of events the benchmarks of a cluster publish: as many as the bus's usual streams.
const clusterTypes = 26

func clusterType(i int) model.Type { return model.Type(fmt.Sprintf("lane.k%03d", i%clusterTypes)) }

// publishClusterTypes publishes b.N events of those types in turn, and waits until the servers have them.
func publishClusterTypes(b *testing.B, eb *bus.Bus) {
	b.Helper()
	for i := range b.N {
		e := benchEvent(i)
		e.Type = clusterType(i)
		if err := eb.Publish(b.Context(), e); err != nil {
			b.Fatal(err)
		}
	}
	if err := eb.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkPublishToACluster(b *testing.B) {
	cluster := redistest.StartCluster(b, 3)
	client := cluster.Client()
	b.Cleanup(func() { _ = client.Close() })
	rate := 0.0
	b.Run("raw", func(b *testing.B) {
		data := map[string]any{"step": 17, "of": 42, "note": "compiling"}
		for i := 0; i < b.N; {
			pipe := client.Pipeline()
			for n := 0; n < 500 && i < b.N; n++ {
				of := string(clusterType(i))
				payload, err := json.Marshal(wireEvent{
					ID: benchID, Type: of, WorkflowID: "wf-" + fmt.Sprint(i%1000), Timestamp: benchTime, Data: data, SourceAgent: "coordinator",
				})
				if err != nil {
					b.Fatal(err)
				}
				pipe.XAdd(b.Context(), &redis.XAddArgs{Stream: "events:" + of, Values: []any{"data", payload}})
				i++
			}
			if _, err := pipe.Exec(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		rate = report(b, 0)
	})
	b.Run("bus", func(b *testing.B) {
		eb := must(bus.Open(b.Context(), client))(b)
		b.Cleanup(func() { _ = eb.Close(context.Background()) })
		b.ResetTimer()
		publishClusterTypes(b, eb)
		report(b, rate)
	})
}
