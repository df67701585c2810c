package cli

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// movedEntries is how many entries a consumer holds that is deleted: what a group leaves behind that stood still for a night.
const movedEntries = 695_000

// BenchmarkDeleteConsumer moves what a consumer holds to another and deletes it, and says what the most memory was. One round
// is enough:
//
//	go test ./ui/cli -run '^$' -bench DeleteConsumer -benchtime 1x
func BenchmarkDeleteConsumer(b *testing.B) {
	for _, output := range []string{"text", "json"} {
		b.Run(output, func(b *testing.B) {
			client := redistest.Start(b).Client()
			h := &host{env: map[string]string{"HOME": b.TempDir(), "STREAMDESK_REDIS": "redis://" + client.Options().Addr + "/0"}}
			for b.Loop() {
				b.StopTimer()
				holdEntries(b, client)
				b.StartTimer()
				var told programtest.Screen
				most := watchHeap()
				args := []string{"consumer", "delete", "a.b", "g", "worker-1", "--move-to", "worker-2", "--yes", "--output", output}
				if code := Main(b.Context(), args, h.streams(strings.NewReader(""), io.Discard, &told)); code != program.ExitDone {
					b.Fatalf("exit %d: %s", code, told.String())
				}
				b.ReportMetric(float64(most())/1e6, "heap-MB")
			}
		})
	}
}

// holdEntries makes a consumer hold entries.
func holdEntries(b *testing.B, client *redis.Client) {
	b.Helper()
	if err := client.FlushAll(b.Context()).Err(); err != nil {
		b.Fatal(err)
	}
	const batch = 1000
	pipe := client.Pipeline()
	pipe.XGroupCreateMkStream(b.Context(), "events:a.b", "g", "0")
	for i := range movedEntries {
		pipe.XAdd(b.Context(), &redis.XAddArgs{Stream: "events:a.b", ID: fmt.Sprintf("%d-%d", 1_700_000_000_000+i/100, i%100), Values: []any{"n", i}})
		if pipe.Len() >= batch || i == movedEntries-1 {
			pipe.XReadGroup(b.Context(), &redis.XReadGroupArgs{Group: "g", Consumer: "worker-1", Streams: []string{"events:a.b", ">"}, Count: batch, Block: -1})
			if _, err := pipe.Exec(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
}
