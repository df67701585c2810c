package bus_test

import (
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/observe"
	"streamdesk/model"
)

// BenchmarkHistory searches 26 streams for a workflow of a few events; the time is that of one entry scanned.
func BenchmarkHistory(b *testing.B) {
	const streams, each = 26, 20_000
	s := onRedis(b)
	keys := make([]string, streams)
	for i := range keys {
		keys[i] = fmt.Sprintf("events:s%02d", i)
		for n := 0; n < each; n += 1000 {
			pipe := s.client.Pipeline()
			for m := range 1000 {
				pipe.XAdd(b.Context(), &redis.XAddArgs{Stream: keys[i], ID: at(1 + (n+m)*40 + i).String(), Values: []any{"data", wireSized}})
			}
			must(pipe.Exec(b.Context()))(b)
		}
	}
	for name, q := range map[string]observe.HistoryQuery{
		"by workflow": {Streams: keys, Workflow: "wf-000124"},
		"by match":    {Streams: keys, Match: func(r *model.Record) bool { return r.Event.WorkflowID == "wf-000124" }},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			scanned := 0
			for scanned < b.N {
				before := 0
				for page, err := range s.Reader().History(b.Context(), q) {
					must(page, err)(b)
					scanned += int(page.Scanned) - before
					before = int(page.Scanned)
					if scanned >= b.N {
						break
					}
				}
			}
			b.ReportMetric(float64(scanned)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}
