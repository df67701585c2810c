package embedded_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/embedded"
	"streamdesk/bus/fault"
)

// breakEnv makes the test binary a program whose embedded server breaks down.
const breakEnv = "STREAMDESK_EMBEDDED_TEST_BREAK"

// breakDown is such a program: the server's clock panics at a command, while the server's lock is held.
func breakDown() {
	var broken atomic.Bool
	server, err := embedded.Start(embedded.WithClock(func() time.Time {
		if broken.Load() {
			panic("on purpose")
		}
		return time.Now()
	}), embedded.WithCrash(func(p *fault.PanicError) { fmt.Printf("told of %v\n%s", p.Value, p.Stack) }))
	if err != nil {
		panic(err)
	}
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	if err := client.Ping(context.Background()).Err(); err != nil {
		panic(err)
	}
	broken.Store(true)
	_ = client.Ping(context.Background()).Err() // no answer comes
	select {}
}

func TestAPanicOfTheServerIsToldAndGoesOn(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), breakEnv+"=yes")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // how it ended is in its state
	const ended, frame = 2, "embedded.(*Server).execute"
	if code := cmd.ProcessState.ExitCode(); code != ended {
		t.Errorf("exit %d", code)
	}
	if told := stdout.String(); !strings.HasPrefix(told, "told of on purpose\n") || !strings.Contains(told, frame) {
		t.Errorf("told:\n%s", told)
	}
	if trace := stderr.String(); !strings.Contains(trace, "panic: on purpose") || !strings.Contains(trace, frame) {
		t.Errorf("the trace is:\n%s", trace)
	}
}
