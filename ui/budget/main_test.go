//go:build linux

// Package budget measures the program against the budget of its design: the built binary in a pseudo-terminal, a real
// redis-server, and a load that comes from a process of its own, so that each one's CPU is its own. It holds nothing but
// benchmarks, and one test that keeps them from rotting. Start reading at [BenchmarkSteady]; run them one at a time:
//
//	go test ./ui/budget -run '^$' -bench Steady -benchtime 1x -v
package budget

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"streamdesk/bus/redistest"
)

var (
	// window is how long each thing is watched. Ten seconds are a hundred frames and ten refreshes.
	window = flag.Duration("window", 10*time.Second, "how long each `phase` of a benchmark takes")
	// other is a build to compare with, or one with a profiler in it.
	other = flag.String("program", "", "measure this `file` in place of the program of this tree")
)

// patience is how long something that has to happen may take on a busy machine.
const patience = 60 * time.Second

func TestMain(m *testing.M) {
	if addr := os.Getenv(loadEnv); addr != "" {
		os.Exit(load(addr))
	}
	if os.Getenv(echoEnv) != "" {
		os.Exit(echo())
	}
	flag.Parse()
	code := m.Run()
	if built.dir != "" {
		if err := os.RemoveAll(built.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// built is the program, once somebody needed it.
var built struct {
	once sync.Once
	dir  string
	err  error
}

// program builds streamdesk once, and returns its path.
func program(tb testing.TB) string {
	tb.Helper()
	if *other != "" {
		return *other
	}
	built.once.Do(func() {
		//nolint:usetesting // it outlives the benchmark that needed it first
		if built.dir, built.err = os.MkdirTemp("", "streamdesk-budget-"); built.err != nil {
			return
		}
		if out, err := exec.Command("go", "build", "-o", built.dir, "streamdesk").CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if built.err != nil {
		tb.Fatal(built.err)
	}
	return filepath.Join(built.dir, "streamdesk")
}

// elapse lets time pass: a benchmark of what something costs a second has nothing else to wait for.
func elapse(d time.Duration) { <-time.After(d) }

// startRedis starts a server, of which everything is read with a client of our own.
func startRedis(tb testing.TB) *redis {
	tb.Helper()
	server := redistest.Start(tb)
	return &redis{tb: tb, server: server, client: server.Client()}
}
