package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

// transferEntries is how many entries go each way.
const transferEntries = 1_000_000

// BenchmarkTransfer exports a million entries of 26 streams to a file and imports them into an empty server, beside a raw
// loop that reads as many with XRANGE COUNT 1000, and one that adds as many in pipelines of 1000. One round is enough:
//
//	go test ./ui/cli -run '^$' -bench Transfer -benchtime 1x
func BenchmarkTransfer(b *testing.B) {
	from, to, raw := redistest.Start(b).Client(), redistest.Start(b).Client(), redistest.Start(b).Client()
	data := `{"id":"0192f7b2-8f31-7c4c-9a57-5f1a2b3c4d5e","type":"workflow.progress","workflow_id":"wf-8f31","timestamp":"2025-11-05T13:00:00Z","data":{"attempt":2,"step":"compile"},"source_agent":"coordinator"}`
	stream := func(i int) string { return fmt.Sprintf("events:s%02d.x", i%26) }
	fill := func(client *redis.Client) time.Duration {
		began := time.Now()
		pipe := client.Pipeline()
		for i := range transferEntries {
			pipe.XAdd(b.Context(), &redis.XAddArgs{Stream: stream(i), ID: fmt.Sprintf("%d-%d", 1_700_000_000_000+i/100, i%100), Values: []any{"data", data}})
			if pipe.Len() == 1000 {
				if _, err := pipe.Exec(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		}
		if _, err := pipe.Exec(b.Context()); err != nil && !errors.Is(err, redis.Nil) {
			b.Fatal(err)
		}
		return time.Since(began)
	}
	fill(from)
	rawAdd := fill(raw)
	rawRead := readAll(b, from, stream)
	host := func(client *redis.Client) *host {
		return &host{env: map[string]string{"HOME": b.TempDir(), "STREAMDESK_REDIS": "redis://" + client.Options().Addr + "/0"}}
	}
	run := func(client *redis.Client, args ...string) (time.Duration, uint64) {
		most := watchHeap()
		began := time.Now()
		if r := host(client).run(b.Context(), "", args...); r.code != program.ExitDone {
			b.Fatalf("%v: %+v", args, r)
		}
		return time.Since(began), most()
	}
	for b.Loop() {
		if err := to.FlushAll(b.Context()).Err(); err != nil {
			b.Fatal(err)
		}
		file := filepath.Join(b.TempDir(), "e.jsonl")
		export, exportHeap := run(from, "export", "*", "--file", file)
		imp, importHeap := run(to, "import", file, "--keep-ids", "--yes")
		again := filepath.Join(b.TempDir(), "again.jsonl")
		run(to, "export", "*", "--file", again)
		if one, other := content(b, file), content(b, again); one != other {
			b.Fatal("exported again, the file is another")
		}
		b.ReportMetric(transferEntries/export.Seconds(), "exported/s")
		b.ReportMetric(rawRead.Seconds()/export.Seconds(), "export/raw")
		b.ReportMetric(transferEntries/imp.Seconds(), "imported/s")
		b.ReportMetric(rawAdd.Seconds()/imp.Seconds(), "import/raw")
		b.ReportMetric(float64(exportHeap)/(1<<20), "export-heap-MB")
		b.ReportMetric(float64(importHeap)/(1<<20), "import-heap-MB")
		b.ReportMetric(0, "ns/op")
	}
}

func readAll(b *testing.B, client *redis.Client, stream func(int) string) time.Duration {
	b.Helper()
	began := time.Now()
	for i := range 26 {
		for start := "-"; ; {
			page, err := client.XRangeN(b.Context(), stream(i), start, "+", 1000).Result()
			if err != nil {
				b.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			start = "(" + page[len(page)-1].ID
		}
	}
	return time.Since(began)
}

func content(b *testing.B, name string) string {
	b.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

// watchHeap looks at the heap again and again; the function it returns stops it and says what the most was.
func watchHeap() func() uint64 {
	runtime.GC()
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		var greatest uint64
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				greatest = max(greatest, m.HeapInuse)
			case <-stop:
				most <- greatest
				return
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-most
	}
}

// BenchmarkReplayPace replays entries with gaps of 1 to 40 ms at the pace they came in, and compares the gaps between the
// new entries' IDs with those of the old ones:
//
//	go test ./ui/cli -run '^$' -bench ReplayPace -benchtime 1x
func BenchmarkReplayPace(b *testing.B) {
	client := redistest.Start(b).Client()
	at := uint64(1_700_000_000_000)
	var gaps []int64
	for i := range 300 {
		gap := uint64(1 + (i*7919)%40)
		at += gap
		gaps = append(gaps, int64(gap))
		if err := client.XAdd(b.Context(), &redis.XAddArgs{Stream: "events:a.b", ID: fmt.Sprintf("%d-0", at), Values: []any{"n", i}}).Err(); err != nil {
			b.Fatal(err)
		}
	}
	h := &host{env: map[string]string{"HOME": b.TempDir(), "STREAMDESK_REDIS": "redis://" + client.Options().Addr + "/0"}}
	for b.Loop() {
		client.Del(b.Context(), "events:x.y")
		if r := h.run(b.Context(), "", "replay", "a.b", "--into", "x.y", "--yes"); r.code != program.ExitDone {
			b.Fatalf("%+v", r)
		}
		entries, err := client.XRange(b.Context(), "events:x.y", "-", "+").Result()
		if err != nil || len(entries) != len(gaps) {
			b.Fatal(len(entries), err)
		}
		var off []int64
		var before int64
		for i, e := range entries {
			var ms int64
			if _, err := fmt.Sscanf(strings.Split(e.ID, "-")[0], "%d", &ms); err != nil {
				b.Fatal(err)
			}
			if i > 0 {
				off = append(off, max(ms-before-gaps[i], gaps[i]-(ms-before)))
			}
			before = ms
		}
		slices.Sort(off)
		b.ReportMetric(float64(off[len(off)/2]), "median-ms")
		b.ReportMetric(float64(off[len(off)*99/100]), "p99-ms")
		b.ReportMetric(0, "ns/op")
	}
}
