//go:build linux

package budget

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// The environment of this test binary when it is the load: the server's address and the rate.
const (
	loadEnv = "STREAMDESK_BUDGET_LOAD"
	rateEnv = "STREAMDESK_BUDGET_RATE"
)

const (
	// loadStreams and loadGroups are what the design's budget is for.
	loadStreams = 26
	// loadMaxLen bounds the server's memory: some seconds of each stream.
	loadMaxLen = 20_000
	// loadTick is how often events are sent: often enough for them to be evenly spread over a frame.
	loadTick = 4 * time.Millisecond
)

var loadGroups = []string{"db_writers", "log_aggregators", "metrics_collectors", "websocket_workers"}

// startLoad starts a process that publishes so many events a second over 26 streams, and reads and acknowledges all of
// them in four groups of two consumers. It ends with the benchmark.
func startLoad(tb testing.TB, addr string, rate int) {
	tb.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), loadEnv+"="+addr, rateEnv+"="+strconv.Itoa(rate))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := errors.Join(stdin.Close(), cmd.Wait()); err != nil {
			tb.Errorf("the load: %v", err)
		}
	})
}

// load is the process: it works until its input ends.
func load(addr string) (code int) {
	rate, err := strconv.Atoi(os.Getenv(rateEnv))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client := goredis.NewClient(&goredis.Options{Addr: addr, PoolSize: 2 * len(loadGroups), ReadTimeout: patience})
	streams := loadKeys()
	for _, stream := range streams {
		for _, group := range loadGroups {
			if err := client.XGroupCreateMkStream(ctx, stream, group, "$").Err(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
	}
	var running sync.WaitGroup
	failed := make(chan error, 1+2*len(loadGroups))
	run := func(work func() error) {
		running.Go(func() {
			if err := work(); err != nil && ctx.Err() == nil {
				failed <- err
			}
		})
	}
	run(func() error { return publish(ctx, client, streams, rate) })
	for _, group := range loadGroups {
		for _, consumer := range []string{"worker-1", "worker-2"} {
			run(func() error { return consume(ctx, client, streams, group, consumer) })
		}
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	running.Wait()
	select {
	case err := <-failed:
		fmt.Fprintln(os.Stderr, "load:", err)
		return 1
	default:
		return 0
	}
}

// loadKeys are the streams of the known types, and one more.
func loadKeys() []string {
	keys := []string{"events:workflow.retried"}
	for _, t := range model.KnownTypes() {
		keys = append(keys, "events:"+string(t))
	}
	return keys[:loadStreams]
}

// publish keeps the pace; what a busy machine has held up for longer than a moment is not made up for.
func publish(ctx context.Context, client *goredis.Client, streams []string, rate int) error {
	ticker := time.NewTicker(loadTick)
	defer ticker.Stop()
	started, sent := time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		due := int(time.Since(started).Seconds() * float64(rate))
		if most := rate / 10; due-sent > most {
			sent = due - most
		}
		for sent < due {
			pipe := client.Pipeline()
			for ; sent < due && pipe.Len() < 1000; sent++ {
				stream := streams[sent%len(streams)]
				pipe.XAdd(ctx, &goredis.XAddArgs{
					Stream: stream, MaxLen: loadMaxLen, Approx: true, Values: []string{"data", payload(stream, sent)},
				})
			}
			if _, err := pipe.Exec(ctx); err != nil {
				return fmt.Errorf("publish: %w", err)
			}
		}
	}
}

// payload is an event of about the size that the bus's own have.
func payload(stream string, n int) string {
	return fmt.Sprintf(`{"id":"0192d1f0-5f3a-7c3e-9a51-%012d","type":%q,"workflow_id":"wf-%06d","timestamp":%q,`+
		`"data":{"step":%d,"of":40},"source_agent":"coordinator"}`,
		n, stream[len("events:"):], n/100, time.Now().UTC().Format(time.RFC3339Nano), n%40)
}

// consume reads and acknowledges in the plainest way.
func consume(ctx context.Context, client *goredis.Client, streams []string, group, consumer string) error {
	args := make([]string, 0, 2*len(streams))
	args = append(args, streams...)
	for range streams {
		args = append(args, ">")
	}
	for ctx.Err() == nil {
		read, err := client.XReadGroup(ctx, &goredis.XReadGroupArgs{
			Group: group, Consumer: consumer, Streams: args, Count: 500, Block: 100 * time.Millisecond,
		}).Result()
		if errors.Is(err, goredis.Nil) {
			continue
		}
		if err != nil {
			return fmt.Errorf("consume: %w", err)
		}
		pipe := client.Pipeline()
		for _, stream := range read {
			ids := make([]string, len(stream.Messages))
			for i := range stream.Messages {
				ids[i] = stream.Messages[i].ID
			}
			pipe.XAck(ctx, stream.Stream, group, ids...)
		}
		if _, err := pipe.Exec(ctx); err != nil {
			return fmt.Errorf("ack: %w", err)
		}
		// A worker does something with what it has read. It also keeps the groups from reading an event at a time, which
		// would make Redis so busy that whoever watches it seemed to cost nothing.
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}
