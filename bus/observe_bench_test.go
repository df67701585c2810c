package bus_test

import (
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"
)

func BenchmarkSnapshot(b *testing.B) {
	for _, streams := range []int{26, 1000} {
		b.Run(fmt.Sprintf("%d streams", streams), func(b *testing.B) {
			s := onRedis(b)
			keys := make([]string, streams)
			pipe := s.client.Pipeline()
			for i := range keys {
				keys[i] = fmt.Sprintf("events:s%04d", i)
				for n := range 20 {
					pipe.XAdd(b.Context(), &redis.XAddArgs{Stream: keys[i], ID: at(n + 1).String(), Values: []any{"data", wireSized}})
				}
				for g := range 4 {
					group := fmt.Sprintf("group%d", g)
					pipe.XGroupCreate(b.Context(), keys[i], group, "0")
					for c := range 2 {
						pipe.XReadGroup(b.Context(), &redis.XReadGroupArgs{
							Group: group, Consumer: fmt.Sprintf("worker-%d", c), Streams: []string{keys[i], ">"}, Count: 5,
						})
					}
				}
			}
			must(pipe.Exec(b.Context()))(b)
			b.ReportAllocs()
			for b.Loop() {
				must(s.Reader().Snapshot(b.Context(), keys))(b)
			}
		})
	}
}

// wireSized is a payload as large as the event bus's own usually are.
const wireSized = `{"id":"0192d1f0-5f3a-7c3e-9a51-0d2f6b8c4e77","type":"workflow.progress","workflow_id":"wf-000123",` +
	`"timestamp":"2026-01-02T03:04:05.678901+00:00","data":{"step":17,"of":40},"source_agent":"coordinator"}`
