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
	// mostAcked is the rate up to which the groups acknowledge what they read.
	mostAcked = 20_000
)

var loadGroups = []string{"db_writers", "log_aggregators", "metrics_collectors", "websocket_workers"}

// startLoad starts a process that publishes so many events a second over 26 streams, and reads all of them in four groups
// of two consumers, which acknowledge them up to 20,000 a second. It ends with the benchmark.
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
	run(func() error { return publish(ctx, addr, streams, rate) })
	for _, group := range loadGroups {
		for _, consumer := range []string{"worker-1", "worker-2"} {
			run(func() error {
				if rate > mostAcked {
					return skim(ctx, addr, streams, group, consumer)
				}
				return consume(ctx, client, streams, group, consumer)
			})
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
