package transfer_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/transfer"
)

// benchEntries go each way, in benchStreams streams.
const (
	benchEntries = 200_000
	benchStreams = 26
	benchPage    = 1000
)

// BenchmarkTransfer exports entries to a file and imports them into an empty server. Beside it stand a raw go-redis loop that
// does the same job (XRANGE COUNT 1000 and encoding/json to a file; encoding/json of each line and pipelines of 1000 XADDs), and
// one that does only Redis's part of it, in turn and in one run. The ratios are of the time by the clock and of this process's
// CPU time; of a few rounds, each is the median with the least and the greatest.
//
//	go test ./bus/transfer -run '^$' -bench Transfer -benchtime 3x
func BenchmarkTransfer(b *testing.B) {
	from, to := redistest.Start(b).Client(), redistest.Start(b).Client()
	fillStreams(b, from)
	source, target := openBench(b, from), openBench(b, to)
	file := filepath.Join(b.TempDir(), "e.jsonl")
	cost := map[string][]spent{}
	measure := func(name string, work func()) {
		b.Helper()
		if err := to.FlushAll(b.Context()).Err(); err != nil {
			b.Fatal(err)
		}
		runtime.GC() // what the one before has left isn't this one's
		began := now()
		work()
		cost[name] = append(cost[name], began.since())
	}
	for b.Loop() {
		measure("raw read", func() { rawRead(b, from, nil) })
		measure("raw export", func() { rawExport(b, from, file) })
		measure("export", func() { exportTo(b, source, file) })
		measure("raw add", func() { rawAdd(b, to, nil) })
		measure("raw import", func() { rawImport(b, to, file) })
		measure("import", func() { importFrom(b, target, file) })
		if n := countAll(b, to); n != benchEntries {
			b.Fatalf("%d entries were imported", n)
		}
	}
	for _, pair := range [][2]string{{"export", "raw export"}, {"export", "raw read"}, {"import", "raw import"}, {"import", "raw add"}} {
		report(b, pair[0], pair[1], cost[pair[0]], cost[pair[1]])
	}
	for name, rounds := range cost {
		slices.SortFunc(rounds, func(a, b spent) int { return cmp.Compare(a.cpu, b.cpu) })
		b.ReportMetric(float64(rounds[len(rounds)/2].cpu.Nanoseconds())/benchEntries/1000, strings.ReplaceAll(name, " ", "-")+"-cpu-µs/entry")
	}
	b.ReportMetric(0, "ns/op")
}

// spent is the time by the clock and the CPU time of this process.
type spent struct{ clock, cpu time.Duration }

var started = time.Now()

func now() spent {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use) // it can't fail for oneself
	return spent{time.Since(started), time.Duration(use.Utime.Nano() + use.Stime.Nano())}
}

func (s spent) since() spent {
	n := now()
	return spent{n.clock - s.clock, n.cpu - s.cpu}
}

// report logs how fast ours is beside raw, round by round, and reports the medians.
func report(b *testing.B, name, beside string, ours, raw []spent) {
	b.Helper()
	var clock, cpu []float64
	for i := range ours {
		clock = append(clock, raw[i].clock.Seconds()/ours[i].clock.Seconds())
		cpu = append(cpu, raw[i].cpu.Seconds()/ours[i].cpu.Seconds())
	}
	slices.Sort(clock)
	slices.Sort(cpu)
	last := len(cpu) - 1
	fmt.Printf("%s beside %s: clock %.2f (%.2f to %.2f), CPU %.2f (%.2f to %.2f)\n", name, beside,
		clock[last/2], clock[0], clock[last], cpu[last/2], cpu[0], cpu[last])
}

func benchStream(i int) string { return fmt.Sprintf("events:s%02d.x", i%benchStreams) }

func benchID(i int) string { return fmt.Sprintf("%d-%d", 1_700_000_000_000+i/100, i%100) }

const benchData = `{"id":"0192f7b2-8f31-7c4c-9a57-5f1a2b3c4d5e","type":"workflow.progress","workflow_id":"wf-8f31","timestamp":"2025-11-05T13:00:00Z","data":{"attempt":2,"step":"compile"},"source_agent":"coordinator"}`

func fillStreams(b *testing.B, client *redis.Client) {
	b.Helper()
	rawAdd(b, client, nil)
}

func openBench(b *testing.B, client *redis.Client) *bus.Bus {
	b.Helper()
	opened, err := bus.Open(b.Context(), client)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = opened.Close(b.Context()) })
	return opened
}

func countAll(b *testing.B, client *redis.Client) (n int64) {
	b.Helper()
	for i := range benchStreams {
		n += client.XLen(b.Context(), benchStream(i)).Val()
	}
	return n
}

// rawRead reads all entries, and calls each, which may be nil, with every page.
func rawRead(b *testing.B, client *redis.Client, each func(stream string, page []redis.XMessage)) {
	b.Helper()
	for i := range benchStreams {
		for start := "-"; ; {
			page, err := client.XRangeN(b.Context(), benchStream(i), start, "+", benchPage).Result()
			if err != nil {
				b.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			if each != nil {
				each(benchStream(i), page)
			}
			start = "(" + page[len(page)-1].ID
		}
	}
}

// rawLine is an entry as an export writes it.
type rawLine struct {
	Stream string     `json:"stream"`
	ID     string     `json:"id"`
	Fields []rawField `json:"fields"`
}

type rawField struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

func rawExport(b *testing.B, client *redis.Client, name string) {
	b.Helper()
	file, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 256<<10)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	rawRead(b, client, func(stream string, page []redis.XMessage) {
		for i := range page {
			line := rawLine{Stream: stream, ID: page[i].ID}
			for name, value := range page[i].Values {
				line.Fields = append(line.Fields, rawField{name, value})
			}
			if err := encoder.Encode(&line); err != nil {
				b.Fatal(err)
			}
		}
	})
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := file.Sync(); err != nil {
		b.Fatal(err)
	}
}

func exportTo(b *testing.B, from *bus.Bus, name string) {
	b.Helper()
	file, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for i := range benchStreams {
		names = append(names, benchStream(i))
	}
	streams, err := from.Reader().Snapshot(b.Context(), names)
	if err != nil {
		b.Fatal(err)
	}
	done, err := transfer.Export(b.Context(), from, &streams, transfer.Output{Name: name, To: file, File: file}, transfer.ExportOptions{})
	if err != nil || done.Entries != benchEntries {
		b.Fatal(done.Entries, err)
	}
}

// rawAdd adds entries in pipelines: those that next returns, or as many as go each way of its own.
func rawAdd(b *testing.B, client *redis.Client, next func() *redis.XAddArgs) {
	b.Helper()
	if next == nil {
		i := 0
		next = func() *redis.XAddArgs {
			if i == benchEntries {
				return nil
			}
			i++
			return &redis.XAddArgs{Stream: benchStream(i - 1), ID: benchID(i - 1), Values: []any{"data", benchData}}
		}
	}
	pipe := client.Pipeline()
	for args := next(); args != nil; args = next() {
		pipe.XAdd(b.Context(), args)
		if pipe.Len() == benchPage {
			if _, err := pipe.Exec(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := pipe.Exec(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func rawImport(b *testing.B, client *redis.Client, name string) {
	b.Helper()
	file, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	rawAdd(b, client, func() *redis.XAddArgs {
		for lines.Scan() {
			var line rawLine
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				b.Fatal(err)
			}
			if len(line.Fields) == 0 {
				continue // the figures of a stream
			}
			args := &redis.XAddArgs{Stream: line.Stream, ID: line.ID}
			values := make([]any, 0, 2*len(line.Fields))
			for _, f := range line.Fields {
				values = append(values, f.Name, f.Value)
			}
			args.Values = values
			return args
		}
		return nil
	})
}

func importFrom(b *testing.B, to *bus.Bus, name string) {
	b.Helper()
	text, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer text.Close()
	lines, err := transfer.NewLines(name, text, 0)
	if err != nil {
		b.Fatal(err)
	}
	if done, err := transfer.Import(b.Context(), to, lines, transfer.ImportOptions{KeepIDs: true}); err != nil || done.Added.Count != benchEntries {
		b.Fatal(done.Added.Count, err)
	}
}
