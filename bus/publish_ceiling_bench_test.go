package bus_test

import (
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// ceilingRounds is how often publishing and redis-benchmark take turns.
const ceilingRounds = 7

// BenchmarkPublishCeiling publishes beside redis-benchmark, which sends the same XADD to the same stream again and again, 256 at
// a time over one connection, and does nothing else. They take turns: x-ceiling is the median of the rounds' ratios by the clock,
// more is better. The CPU times are the means of all rounds; what remains of a server's core is the time that it waited.
//
//	go test ./bus -run '^$' -bench PublishCeiling -benchtime 200000x
func BenchmarkPublishCeiling(b *testing.B) {
	program, err := exec.LookPath("redis-benchmark")
	if err != nil {
		b.Skip("there is no redis-benchmark")
	}
	server := redistest.Start(b)
	client := server.Client()
	eb := must(bus.Open(b.Context(), client))(b)
	b.Cleanup(func() { _ = eb.Close(soon(b)) })
	events := make([]model.Event, 1000)
	for i := range events {
		events[i] = benchEvent(i)
		events[i].Type = model.WorkflowProgress
	}
	var ratios []float64
	var own, ours, theirs, elapsed, others time.Duration
	b.ResetTimer()
	for range ceilingRounds {
		client.FlushAll(b.Context())
		before := serverTime(b, client)
		bare := redisBenchmark(b, program, server, string(events[0].AppendJSON(nil)))
		others += bare
		theirs += serverTime(b, client) - before

		client.FlushAll(b.Context())
		before, cpu := serverTime(b, client), processTime()
		began := time.Now()
		publishInTurn(b, eb, events)
		took := time.Since(began)
		own, ours, elapsed = own+processTime()-cpu, ours+serverTime(b, client)-before, elapsed+took
		ratios = append(ratios, bare.Seconds()/took.Seconds())
	}
	slices.Sort(ratios)
	each := func(of time.Duration) float64 { return float64(of.Nanoseconds()) / 1000 / float64(b.N*ceilingRounds) }
	b.Logf("of redis-benchmark's rate: %.2f", ratios)
	b.ReportMetric(0, "ns/op") // of no meaning: both together
	b.ReportMetric(ratios[len(ratios)/2], "x-ceiling")
	b.ReportMetric(each(own), "client-cpu-µs/event")
	b.ReportMetric(each(ours), "server-cpu-µs/event")
	b.ReportMetric(each(theirs), "ceiling-server-cpu-µs/event")
	b.ReportMetric(float64(ours)/float64(elapsed), "server-busy")
	b.ReportMetric(float64(theirs)/float64(others), "ceiling-server-busy")
}

// publishInTurn publishes b.N of the events, one after the other, and waits until the server has them.
func publishInTurn(b *testing.B, eb *bus.Bus, events []model.Event) {
	b.Helper()
	for i := range b.N {
		if err := eb.Publish(b.Context(), events[i%len(events)]); err != nil {
			b.Fatal(err)
		}
	}
	if err := eb.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// redisBenchmark adds b.N entries as quickly as redis-benchmark does, and returns the time that it took by its own clock.
func redisBenchmark(b *testing.B, program string, server *redistest.Server, payload string) time.Duration {
	b.Helper()
	stream := "events:" + string(model.WorkflowProgress)
	command := exec.Command(program, "-p", strconv.Itoa(server.Port()), "-c", "1", "-P", "256", "-n", strconv.Itoa(b.N), "-q",
		"XADD", stream, "*", "data", payload)
	said, err := command.CombinedOutput()
	rates := benchmarkRate.FindAllSubmatch(said, -1)
	if err != nil || len(rates) == 0 {
		b.Fatalf("%v: %s", err, said)
	}
	rate := must(strconv.ParseFloat(string(rates[len(rates)-1][1]), 64))(b)
	return time.Duration(float64(b.N) / rate * float64(time.Second))
}

var benchmarkRate = regexp.MustCompile(`([0-9.]+) requests per second`)
