package bus_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/embedded"
	"streamdesk/bus/fault"
	"streamdesk/model"
)

// The environment of the test binary when it is a program whose bus breaks down: which goroutine does, and whether
// somebody is to be told.
const (
	breakEnv = "STREAMDESK_BUS_TEST_BREAK"
	tellEnv  = "STREAMDESK_BUS_TEST_TELL"
)

// breaking are hooks that panic in one of the bus's goroutines each.
func breaking(where string) bus.Hooks {
	onPurpose := func() { panic("on purpose") }
	switch where {
	case "writer":
		return bus.Hooks{Published: func(model.Key, int) { onPurpose() }}
	case "lane":
		return bus.Hooks{Delivered: func(string, model.Key, int64) { onPurpose() }}
	case "acker":
		return bus.Hooks{Acked: func(string, string, int) { onPurpose() }}
	case "reader":
		return bus.Hooks{Disconnected: func(part string, _ error) {
			if part == "reader" {
				onPurpose()
			}
		}}
	default:
		return bus.Hooks{LocalPanic: func(string, any) { onPurpose() }}
	}
}

// breakDown is such a program: it publishes, consumes and loses its server, until the panic ends it.
func breakDown(where string) {
	server, err := embedded.Start()
	if err != nil {
		panic(err)
	}
	options := []bus.Option{bus.WithHooks(breaking(where))}
	if os.Getenv(tellEnv) != "" {
		options = append(options, bus.WithCrash(func(p *fault.PanicError) { fmt.Printf("told of %v\n%s", p.Value, p.Stack) }))
	}
	ctx := context.Background()
	b, err := bus.Open(ctx, redis.NewClient(&redis.Options{Addr: server.Addr()}), options...)
	if err != nil {
		panic(err)
	}
	if where == "subscriber" {
		b.Subscribe("*", func(model.Event) { panic("at first") })
	}
	handled := make(chan struct{})
	go b.Guard(func() {
		_ = b.Consume(ctx, "workers", func(context.Context, bus.Message) error {
			close(handled)
			return nil
		})
	})()
	if err := b.Publish(ctx, model.Event{Type: model.WorkflowStarted}); err != nil {
		panic(err)
	}
	<-handled
	if where == "reader" {
		server.Close()
	}
	select {}
}

// broken runs that program to its end.
func broken(t *testing.T, where, tell string) (told, trace string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), breakEnv+"="+where, tellEnv+"="+tell)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // how it ended is in its state
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// ended is the exit code of a Go program that a panic has ended.
const ended = 2

func TestAPanicOfTheBusIsToldAndGoesOn(t *testing.T) {
	t.Parallel()
	for where, frame := range map[string]string{
		"writer": "publish.(*lane).run", "lane": "consume.(*lane).run", "acker": "consume.(*acker).run",
		"reader": "consume.(*reader).run", "subscriber": "bus.(*localHandler).run",
	} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			told, trace, code := broken(t, where, "yes")
			if code != ended || !strings.HasPrefix(told, "told of on purpose\n") || !strings.Contains(told, frame) {
				t.Errorf("exit %d, told:\n%s", code, told)
			}
			if !strings.Contains(trace, "panic: ") || !strings.Contains(trace, "on purpose") || !strings.Contains(trace, frame) {
				t.Errorf("the trace is:\n%s", trace)
			}
		})
	}
}

func TestAPanicOfTheBusThatNobodyWantsToHearOfIsGosOwn(t *testing.T) {
	t.Parallel()
	told, trace, code := broken(t, "writer", "")
	if code != ended || told != "" || !strings.HasPrefix(trace, "panic: on purpose\n") || !strings.Contains(trace, "publish.(*lane).run") {
		t.Errorf("exit %d, told %q, the trace:\n%s", code, told, trace)
	}
}
