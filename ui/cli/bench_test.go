package cli

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/bus/bench"
	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// quickly is a benchmark that says nothing about speed.
var quickly = []string{"bench", "--events", "200", "--seconds", "0.02", "--rate", "1000"}

var (
	benchNumbers = regexp.MustCompile(` \d[\d.,]*(µs|ms|s|x)?`)
	benchServer  = regexp.MustCompile(`(?m)^(redis|valkey) .*\n`)
)

// shape takes the numbers out of a benchmark's table, and the alignment with them.
func shape(out string) string {
	return spaces.ReplaceAllString(benchNumbers.ReplaceAllString(out, " N"), " ")
}

func TestBenchShowsATable(t *testing.T) {
	server := redistest.Start(t)
	r := newHost(t, server.Addr()).run(t.Context(), "", quickly...)
	if r.code != program.ExitDone {
		t.Fatalf("exit %d, stderr %q", r.code, r.err)
	}
	header := benchServer.FindString(r.out)
	for _, part := range []string{redistest.Version(t) + " ", "standalone at " + server.Addr(), "durability: none", "cores here", "40 bytes of data"} {
		if !strings.Contains(header, part) {
			t.Errorf("no %q in %q", part, header)
		}
	}
	golden.RequireEqual(t, shape(strings.TrimPrefix(r.out, header)))
	if want := "  0%  publish\n"; !strings.HasPrefix(r.err, want) || strings.Count(r.err, "\n") != 5 || strings.Contains(r.err, "\r") {
		t.Errorf("progress on no terminal: %q", r.err)
	}
	if n := server.Client().DBSize(t.Context()).Val(); n > 0 {
		t.Errorf("%d keys are left", n)
	}
}

func TestBenchAsJSON(t *testing.T) {
	server := redistest.Start(t)
	r := newHost(t, server.Addr()).run(t.Context(), "", append(quickly, "--output", "json", "--only", "publish,latency", "--groups", "2")...)
	if r.code != program.ExitDone {
		t.Fatalf("exit %d, stderr %q", r.code, r.err)
	}
	list := objects(t, r.out)
	if len(list) != 1 {
		t.Fatalf("%d objects", len(list))
	}
	of, _ := list[0]["server"].(map[string]any)
	if got := fmt.Sprint(of["name"], " ", of["version"]); got != redistest.Version(t) {
		t.Errorf("the server is %s, want %s", got, redistest.Version(t))
	}
	measures, _ := list[0]["measures"].([]any)
	if len(measures) != 2 {
		t.Fatalf("measures: %v", list[0]["measures"])
	}
	versions := regexp.MustCompile(`"(name|version|go|platform)":"[^"]*"`)
	numbers := regexp.MustCompile(`":\d[\d.e-]*`)
	golden.RequireEqual(t, numbers.ReplaceAllString(versions.ReplaceAllString(r.out, `"$1":"V"`), `":N`))
}

func TestBenchRefuses(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	file := path(t, "config.toml")
	profiles := "[profiles.prod]\nredis = \"redis://" + server.Addr() + "/0\"\nproduction = true\n" +
		"[profiles.looking]\nredis = \"redis://" + server.Addr() + "/0\"\nread_only = true\n"
	if err := os.WriteFile(file, []byte(profiles), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--config", file, "--profile", "prod"}, `profile "prod" is marked production`},
		{[]string{"--config", file, "--profile", "looking"}, `profile "looking" is read-only (by ` + file},
		{[]string{"--read-only"}, `profile "default" is read-only (by --read-only)`},
		{[]string{"--only", "speed"}, `"speed" can't be measured: want publish, publish-sync, consume or latency`},
		{[]string{"--events", "0"}, "--events 0: want 1 or more"},
		{[]string{"--rate", "0"}, "--rate 0: want 1 or more"},
		{[]string{"--payload", "1"}, "--payload 1: want 32 or more"},
		{[]string{"--seconds", "0"}, "--seconds 0: want 0.001"},
		{[]string{"--groups", "0"}, "0 groups can't be measured: want 1 to 16"},
		{[]string{"extra"}, "1 arguments given"},
	} {
		r := newHost(t, server.Addr()).run(t.Context(), "", append([]string{"bench"}, c.args...)...)
		if r.code != program.ExitWrongUse || r.out != "" || !strings.Contains(r.err, c.says) {
			t.Errorf("%v: exit %d, stdout %q, stderr %q, want %q", c.args, r.code, r.out, r.err, c.says)
		}
	}
	if stats := server.Client().Info(t.Context(), "commandstats").Val(); strings.Contains(stats, "cmdstat_xadd") {
		t.Error("something was published")
	}
}

func TestAnInterruptedBenchCleansUpAndShowsWhatIsComplete(t *testing.T) {
	server := redistest.Start(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var out, told programtest.Screen
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, []string{"bench", "--events", "100", "--seconds", "3600", "--only", "publish,latency"},
			newHost(t, server.Addr()).streams(strings.NewReader(""), &out, &told))
	}()
	client := server.Client()
	redistest.Eventually(t, patience, func() bool {
		return strings.Contains(told.String(), "latency with 1 group") && client.DBSize(t.Context()).Val() > 0
	}, "the latency is being measured")
	interrupt()
	select {
	case code := <-ended:
		if code != program.ExitFailed || !strings.Contains(told.String(), "streamdesk bench: interrupted") {
			t.Errorf("exit %d, stderr %q", code, told.String())
		}
	case <-time.After(patience):
		t.Fatal("it goes on")
	}
	if text := out.String(); !strings.Contains(text, "publish ") || strings.Contains(text, "latency") {
		t.Errorf("stdout: %s", text)
	}
	if keys := client.Keys(t.Context(), "*").Val(); len(keys) > 0 {
		t.Errorf("left behind: %v", keys)
	}
}

func TestBenchProgressOnATerminalIsOneLine(t *testing.T) {
	t.Parallel()
	var to strings.Builder
	progress := &benchProgress{to: &to, overwrite: true}
	progress.tell(bench.Progress{Measure: bench.Publish, By: "bus"})
	progress.tell(bench.Progress{Measure: bench.Latency, Groups: 4, By: "raw", Done: 0.5})
	progress.end()
	want := "\r\x1b[K  0%  publish, bus; ctrl+c ends\r\x1b[K 50%  latency with 4 groups, raw; ctrl+c ends\r\x1b[K"
	if to.String() != want {
		t.Errorf("%q, want %q", to.String(), want)
	}
}

func TestBriefly(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0.00µs", 1234: "1.23µs", 47_300: "47.3µs", 312_000: "312µs", 999_960: "1000µs", 1_236_000: "1.24ms",
		149 * time.Millisecond: "149ms", 12_345 * time.Millisecond: "12.3s",
	} {
		if got := briefly(d); got != want {
			t.Errorf("%d is %s, want %s", d, got, want)
		}
	}
}
