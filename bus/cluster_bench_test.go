package bus_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// clusterTypes is how many types of events the benchmarks of a cluster publish: as many as the bus's usual streams.
const clusterTypes = 26

func clusterType(i int) model.Type { return model.Type(fmt.Sprintf("lane.k%03d", i%clusterTypes)) }

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
		report(b, rate)
	})
}

// gaps are the longest times between two successes, for streams of a node that dies and for the others.
type gaps struct{ ill, well atomic.Int64 }

// watchGaps calls publish every 5 ms, each stream in a goroutine of its own, until stop is called.
func watchGaps(ill, well []model.Type, publish func(ctx context.Context, of model.Type) error) (g *gaps, stop func()) {
	g = &gaps{}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	watch := func(of model.Type, most *atomic.Int64) {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for last := time.Now(); ctx.Err() == nil; <-tick.C {
			if publish(ctx, of) != nil {
				continue
			}
			now := time.Now()
			for gap, before := int64(now.Sub(last)), most.Load(); gap > before && !most.CompareAndSwap(before, gap); before = most.Load() {
				continue
			}
			last = now
		}
	}
	for _, of := range ill {
		all.Go(func() { watch(of, &g.ill) })
	}
	for _, of := range well {
		all.Go(func() { watch(of, &g.well) })
	}
	return g, func() { cancel(); all.Wait() }
}

// BenchmarkClusterOutage tells for how many seconds streams can't be published to when their node is killed and its replica
// takes over by itself, and for how many those of the other nodes; of the bus beside a raw client, in the same outage. Run it with
// -benchtime 1x.
func BenchmarkClusterOutage(b *testing.B) {
	for range b.N {
		cluster := redistest.StartCluster(b, 3, redistest.WithConfig("cluster-require-full-coverage", "no"))
		dead := cluster.Nodes[1]
		replica := replicaOf(b, cluster, dead)
		if err := replica.ConfigSet(b.Context(), "cluster-replica-no-failover", "no").Err(); err != nil {
			b.Fatal(err)
		}
		ill, well := typesOf(b, cluster, dead, true, 4), typesOf(b, cluster, dead, false, 4)
		client, rawClient := cluster.Client(), cluster.Client()
		eb := must(bus.Open(b.Context(), client))(b)
		ours, stopOurs := watchGaps(ill, well, func(ctx context.Context, of model.Type) error {
			_, err := eb.PublishSync(ctx, event(of, "wf", 0))
			return err
		})
		raws, stopRaws := watchGaps(ill, well, func(ctx context.Context, of model.Type) error {
			return rawClient.XAdd(ctx, &redis.XAddArgs{Stream: "raw:" + string(of), Values: []any{"data", "x"}}).Err()
		})
		flows := func(than int64) {
			key := "events:" + string(ill[0])
			redistest.Eventually(b, patience, func() bool {
				n, err := rawClient.XLen(b.Context(), key).Result()
				return err == nil && n > than
			}, "events are published")
		}
		flows(100)
		dead.Kill()
		redistest.Eventually(b, patience, func() bool { return replica.Do(b.Context(), "ROLE").Val().([]any)[0] == "master" }, "the replica takes over")
		for _, g := range []*gaps{ours, raws} {
			// A raw client looks for who took over once a minute.
			redistest.Eventually(b, 2*patience, func() bool { return time.Duration(g.ill.Load()) > time.Second }, "its streams flow again")
		}
		flows(rawClient.XLen(b.Context(), "events:"+string(ill[0])).Val() + 100)
		stopOurs()
		stopRaws()
		seconds := func(n *atomic.Int64) float64 { return time.Duration(n.Load()).Seconds() }
		b.ReportMetric(seconds(&ours.ill), "bus-dead-s")
		b.ReportMetric(seconds(&ours.well), "bus-others-s")
		b.ReportMetric(seconds(&raws.ill), "raw-dead-s")
		b.ReportMetric(seconds(&raws.well), "raw-others-s")
		if err := eb.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
		_, _ = client.Close(), rawClient.Close() // nothing is on its way any more
	}
}
