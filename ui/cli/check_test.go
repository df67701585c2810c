package cli

import (
	"encoding/json"
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/programtest"
)

// pluginLine is what monitoring plugins write, as their guidelines have it: the status, a text without a bar, and performance data.
var pluginLine = regexp.MustCompile(`^STREAMDESK (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+( \|( [a-z]+=(U|\d+s?(;\d*;\d*;0)?))+)?\n`)

var momentOfCheck = regexp.MustCompile(`"at":"[^"]*"`)

//nolint:tparallel // its parts share a server
func TestCheckSaysOneLineAndExitsAsPluginsDo(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, redistest.Lag)
	server := redistest.Start(t)
	inEachState(t, server.Client())
	send(t, server.Client(), "XGROUP CREATE events:we.ll 'a | b' $")
	send(t, server.Client(), "SET events:no.stream x")
	h := newHost(t, server.Addr())
	h.env["STREAMDESK_ALERTS_IDLE"] = "10h"
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"check", 2, "STREAMDESK CRITICAL - g on events:lone.ly: no consumers: 1 undelivered and nobody reads (and 4 more) | "},
		{"check --stream we.ll", 0, "STREAMDESK OK - 2 groups on 1 stream keep up | lag=0;100;;0 pending=0;1000;;0 oldest=0s;60;;0 deliveries=0;2;;0 groups=2\n"},
		{"check --stream we.ll --group a*", 0, `STREAMDESK OK - a \x7c b on events:we.ll: keeping up | `},
		{"check --stream be.hind", 0, " lag=6;100;;0 "},
		{"check --stream be.hind --max-lag 5", 1, "STREAMDESK WARNING - g on events:be.hind: behind: 6 undelivered (limit 5) | lag=6;5;;0 "},
		{"check --stream be.hind --max-lag 5 --fail-from critical", 0, "STREAMDESK WARNING - "},
		{"check --stream la.te", 1, "STREAMDESK WARNING - g on events:la.te: late: oldest pending "},
		{"check --stream poi.son --fail-from critical", 2, "STREAMDESK CRITICAL - g on events:poi.son: poison: delivered 13 times (limit 3); oldest"},
		{"check --stream poi.son --max-deliveries 14 --max-oldest 0s", 0, " deliveries=13;13;;0 "},
		{"check --stream st.uck", 2, "STREAMDESK CRITICAL - g on events:st.uck: stuck: oldest untouched for 1d"},
		{"check --stream events:*.uck --stream be.hind", 2, "(limit 3)"},
		{"check --stream gone.by", 2, "STREAMDESK CRITICAL - there is no stream events:gone.by\n"},
		{"check --stream we.ll --group h", 2, "STREAMDESK CRITICAL - there is no group h on events:we.ll\n"},
		{"check --stream *l --group h*", 2, "STREAMDESK CRITICAL - there is no group h* on events:*l\n"},
		{"check --group h*", 3, "STREAMDESK UNKNOWN - events:no.stream can't be read: "}, // it may be there
		{"check --stream no.stream", 3, "STREAMDESK UNKNOWN - events:no.stream can't be read: WRONGTYPE"},
		{"check --max-lag few", 3, `STREAMDESK UNKNOWN - --max-lag: "few" is not a whole number`},
		{"check --timeout 1", 3, "STREAMDESK UNKNOWN - --timeout "},
		{"check --fail-from ok", 3, "STREAMDESK UNKNOWN - --fail-from "},
		{"check --bogus", 3, "STREAMDESK UNKNOWN - unknown flag: --bogus"},
		{"check here", 3, "STREAMDESK UNKNOWN - 1 arguments given"},
		{"check --output yaml", 3, "STREAMDESK UNKNOWN - --output "},
		{"check --config /no/such/file", 3, "STREAMDESK UNKNOWN - --config: there is no file"},
		{"check --redis redis://127.0.0.1:1", 3, "STREAMDESK UNKNOWN - no Redis at 127.0.0.1:1 (connection refused)"},
	} {
		args := strings.Fields(c.args)
		r := h.run(t.Context(), "", args...)
		if r.code != c.code || r.err != "" || !strings.Contains(r.out, c.says) || !pluginLine.MatchString(r.out) {
			t.Errorf("%s: %+v, want %d and %q", c.args, r, c.code, c.says)
		}
		if c.args == "check --output yaml" {
			continue
		}
		r = h.run(t.Context(), "", append(args, "--output", "json")...)
		var told struct {
			Status   string
			ExitCode int `json:"exit_code"`
		}
		if err := json.Unmarshal([]byte(r.out), &told); c.args != "check --bogus" && (err != nil || told.ExitCode != c.code || r.code != c.code || r.err != "") {
			t.Errorf("%s as JSON: %v, %+v", c.args, err, r)
		}
	}
	for _, args := range []string{"check", "check --output json"} {
		t.Run(args, func(t *testing.T) {
			golden.RequireEqual(t, momentOfCheck.ReplaceAllString(steady(h.run(t.Context(), "", strings.Fields(args)...).out), `"at":NOW`))
		})
	}
}

func TestCheckKnowsNothingOfAnEmptyBus(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	h := newHost(t, server.Addr())
	if r := h.run(t.Context(), "", "check"); r.code != 3 || r.out != "STREAMDESK UNKNOWN - there are no streams\n" {
		t.Errorf("%+v", r)
	}
	send(t, server.Client(), "XADD events:a.b 1-1 data {}")
	if r := h.run(t.Context(), "", "check"); r.code != 3 || r.out != "STREAMDESK UNKNOWN - there are no consumer groups on 1 stream\n" {
		t.Errorf("%+v", r)
	}
}

// TestCheckTellsUnknownLagAsUnknown: before Redis 7, a group in the middle of its stream.
func TestCheckTellsUnknownLagAsUnknown(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	for _, line := range []string{
		"XADD events:a.b 1-1 data {}", "XADD events:a.b 2-1 data {}", "XADD events:a.b 3-1 data {}",
		"XGROUP CREATE events:a.b g 2-1", "XREADGROUP GROUP g c COUNT 1 STREAMS events:a.b >", "XDEL events:a.b 2-1",
	} {
		send(t, client, line)
	}
	r := newHost(t, client.Options().Addr).run(t.Context(), "", "check")
	if !strings.Contains(r.out, "| lag=0;100;;0 ") && !strings.Contains(r.out, "| lag=U ") {
		t.Errorf("%+v", r)
	}
}

func TestCheckGivesUpOnAServerThatHangs(t *testing.T) {
	t.Parallel()
	proxy := redistest.StartProxy(t, redistest.Start(t).Addr())
	proxy.Pause()
	for _, scheme := range []string{"redis", "rediss"} {
		began := time.Now()
		r := newHost(t, "").run(t.Context(), "", "check", "--redis", scheme+"://"+proxy.Addr(), "--timeout", "200ms")
		if r.code != 3 || !strings.HasPrefix(r.out, "STREAMDESK UNKNOWN - the server didn't answer within 200ms: ") {
			t.Errorf("%+v", r)
		}
		if took := time.Since(began); took > patience {
			t.Errorf("it took %s", took)
		}
	}
}

// TestCheckIsAProbe runs the program as Kubernetes runs exec probes: without a shell, a terminal or a home, for its exit code.
func TestCheckIsAProbe(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	send(t, server.Client(), "XGROUP CREATE events:a.b g $ MKSTREAM")
	for _, c := range []struct {
		redis string
		args  []string
		code  int
	}{
		{server.Addr(), []string{"check"}, 0},
		{server.Addr(), []string{"check", "--group", "other"}, 2},
		{"127.0.0.1:1", []string{"check", "--timeout", "5s"}, 3},
	} {
		cmd := programtest.Command(t, c.redis, c.args...)
		cmd.Env = cmd.Env[1:] // no HOME
		out, err := cmd.Output()
		code := 0
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			code = exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		if code != c.code || !pluginLine.Match(out) {
			t.Errorf("%v: exit %d, %s", c.args, code, out)
		}
	}
}
