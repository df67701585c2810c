package bus_test

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// callsOf says how often the server has run a command, and how many microseconds it took for it.
func callsOf(t testing.TB, client *redis.Client, command string) (calls, micros int) {
	t.Helper()
	info := client.Info(t.Context(), "commandstats").Val()
	m := regexp.MustCompile(`cmdstat_` + command + `:calls=(\d+),usec=(\d+)`).FindStringSubmatch(info)
	if m == nil {
		return 0, 0
	}
	calls, _ = strconv.Atoi(m[1])
	micros, _ = strconv.Atoi(m[2])
	return calls, micros
}

// TestASweepOfALongListIsOneRead: what is pending with the living is not walked through to find that nobody has died.
func TestASweepOfALongListIsOneRead(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, redistest.ReadClaims)
	const held, sweeps = 20_000, 5
	s := redistest.Start(t)
	b := openBus(t, s)
	for i := range held {
		publish(t, b, event(model.WorkflowStarted, strconv.Itoa(i), i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	deadConsumerTakes(t, s, "events:workflow.started", held)
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithAckWait(10*time.Minute), bus.WithSweep(20*time.Millisecond))
	client := s.Client()
	listed := func() int { calls, _ := callsOf(t, client, "xpending"); return calls }
	redistest.Eventually(t, patience, func() bool { return listed() > 2*sweeps }, "sweeps have come by")
	looked, _ := callsOf(t, client, "xautoclaim")
	read, _ := callsOf(t, client, "xreadgroup")
	if swept := listed() / 2; looked > (swept/8+1)*10 || read < sweeps {
		t.Errorf("%d sweeps or so cost %d XAUTOCLAIM and %d XREADGROUP", swept, looked, read)
	}
	if got.count() != 0 {
		t.Errorf("%d entries were taken from a consumer that may live", got.count())
	}
}

// TestR18_WhatIsTakenOverComesInOrderOverItsStreams, before what is new, however the dead consumer's entries were touched last.
func TestR18_WhatIsTakenOverComesInOrderOverItsStreams(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, redistest.ReadClaims)
	const each = 250
	s := redistest.Start(t)
	b := openBus(t, s)
	streams := []string{"events:workflow.started", "events:workflow.progress"}
	client := s.Client()
	add := func(n int) {
		t.Helper()
		for i, stream := range streams {
			data := fmt.Sprintf(`{"id":"e%d","type":"workflow.started","workflow_id":"wf","timestamp":0,"data":{},"source_agent":""}`, 2*n+i)
			if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, ID: fmt.Sprintf("%d-0", 2*n+i+1), Values: []string{"data", data}}).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for n := range each {
		add(n)
	}
	for _, stream := range streams {
		deadConsumerTakes(t, s, stream, each)
		// The last ones are the longest untouched.
		for n := range each {
			id := fmt.Sprintf("%d-0", 2*n+1)
			if stream == streams[1] {
				id = fmt.Sprintf("%d-0", 2*n+2)
			}
			if err := client.Do(t.Context(), "XCLAIM", stream, "workers", "dead", 0, id, "IDLE", 3600_000+n*1000, "JUSTID").Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithTypes("workflow.started", "workflow.progress"),
		bus.WithConcurrency(4), bus.WithAckWait(10*time.Minute), bus.WithSweep(20*time.Millisecond))
	redistest.Eventually(t, patience, func() bool { return got.count() >= 2*each })
	for i, m := range got.all() {
		if m.ID != at(i+1) || m.Deliveries != 2 || !m.Redelivered {
			t.Fatalf("call %d is of %s, delivered %d times", i, m.ID, m.Deliveries)
		}
	}
}

// TestR14_WhatWasDeletedWhilePendingIsClearedWhereReadsClaim: no read sees it.
func TestR14_WhatWasDeletedWhilePendingIsClearedWhereReadsClaim(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, redistest.ReadClaims)
	s := redistest.Start(t)
	b := openBus(t, s)
	for i := range 10 {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	deadConsumerTakes(t, s, "events:workflow.started", 10)
	if n := s.Client().XTrimMaxLen(t.Context(), "events:workflow.started", 4).Val(); n != 6 {
		t.Fatalf("%d were trimmed", n)
	}
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithAckWait(50*time.Millisecond))
	redistest.Eventually(t, patience, func() bool { return got.count() == 4 && pending(t, b, "workers") == 0 })
	if n := b.Stats().Gone; n != 6 {
		t.Errorf("%d are counted as gone, want 6", n)
	}
}

// BenchmarkSweep compares what a sweep over a hundred thousand entries that live consumers hold costs the server, in
// microseconds of its own counting.
func BenchmarkSweep(b *testing.B) {
	redistest.Needs(b, redistest.ReadClaims)
	const held = 100_000
	client := redistest.Start(b).Client()
	pipe := client.Pipeline()
	for i := range held {
		pipe.XAdd(b.Context(), &redis.XAddArgs{Stream: "events:a", ID: fmt.Sprintf("%d-0", i+1), Values: []string{"data", "{}"}})
		if pipe.Len() == 1000 {
			if _, err := pipe.Exec(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, command := range [][]any{
		{"XGROUP", "CREATE", "events:a", "g", "0"},
		{"XREADGROUP", "GROUP", "g", "c", "COUNT", held, "STREAMS", "events:a", ">"},
	} {
		if err := client.Do(b.Context(), command...).Err(); err != nil {
			b.Fatal(err)
		}
	}
	walk := func(b *testing.B) {
		b.Helper()
		for cursor := "0-0"; ; {
			answer, err := client.Do(b.Context(), "XAUTOCLAIM", "events:a", "g", "d", 600_000, cursor, "COUNT", 100).Slice()
			if err != nil {
				b.Fatal(err)
			}
			if cursor, _ = answer[0].(string); cursor == "0-0" {
				return
			}
		}
	}
	read := func(b *testing.B) {
		b.Helper()
		args := []any{"XREADGROUP", "GROUP", "g", "d", "COUNT", 100, "CLAIM", 600_000, "STREAMS", "events:a", ">"}
		if err := client.Do(b.Context(), args...).Err(); !errors.Is(err, redis.Nil) {
			b.Fatal(err)
		}
	}
	for name, sweep := range map[string]func(*testing.B){"xautoclaim": walk, "xreadgroup": read} {
		b.Run(name, func(b *testing.B) {
			calls, micros := callsOf(b, client, name)
			for b.Loop() {
				sweep(b)
			}
			moreCalls, moreMicros := callsOf(b, client, name)
			b.ReportMetric(float64(moreCalls-calls)/float64(b.N), "calls/op")
			b.ReportMetric(float64(moreMicros-micros)/float64(b.N), "server-µs/op")
		})
	}
}
