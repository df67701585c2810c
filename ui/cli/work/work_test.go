package work_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/embedded"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// What is wrong with the settings is said before Redis is asked for anything: there is none at this address.
func TestWorkSaysWhatIsWrongBeforeItConsumes(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		code int
		says string
	}{
		{"no group", nil, nil, program.ExitWrongUse, "no GROUP given: want one or more of websocket_workers, "},
		{"an unknown group", nil, []string{"websocket_worker"}, program.ExitWrongUse, `there is no group "websocket_worker"; did you mean websocket_workers?`},
		{"a group that is far from any", nil, []string{"x"}, program.ExitWrongUse, `there is no group "x"; want one or more of`},
		{"a sink for nobody", nil, []string{"--sink", "exec"}, program.ExitWrongUse, "--sink exec serves a group: name it with --group NAME"},
		{"a group of one's own without a sink", nil, []string{"--group", "own"}, program.ExitWrongUse, `--group own with --sink "": want one of websocket, database, metrics, logfile, exec, http`},
		{"an unknown sink", nil, []string{"--group", "own", "--sink", "exek"}, program.ExitWrongUse, `--sink "exek": did you mean exec?`},
		{"a command for another sink", nil, []string{"log_aggregators", "--", "ls"}, program.ExitWrongUse, "a command behind -- is for --sink exec"},
		{"two of one path", nil, []string{"websocket_workers", "--group", "own", "--sink", "websocket"}, program.ExitWrongUse, "one process can't do that beside websocket_workers"},
		{"one group twice", nil, []string{"db_writers", "--group", "db_writers", "--sink", "exec", "--", "ls"}, program.ExitWrongUse, "one process can't do that beside db_writers"},
		{"no command", nil, []string{"--group", "own", "--sink", "exec"}, program.ExitFailed, "own: work.exec.command: it names no command"},
		{"a command that isn't there", map[string]string{"STREAMDESK_WORK_EXEC_COMMAND": "/no/such,x"}, []string{"--group", "own", "--sink", "exec"}, program.ExitFailed, `own: STREAMDESK_WORK_EXEC_COMMAND: exec: "/no/such"`},
		{"no address", nil, []string{"--group", "own", "--sink", "http"}, program.ExitWrongUse, "own: work.http.url: it is no address of a web server"},
		{"an address of something else", nil, []string{"--group", "own", "--sink", "http", "--url", "ftp://u:secret@h"}, program.ExitWrongUse, `--url: "ftp://u:***@h" is no address of a web server`},
		{"a broken header", map[string]string{"STREAMDESK_WORK_HTTP_HEADERS": "X Y: secret"}, []string{"--group", "own", "--sink", "http", "--url", "http://h"}, program.ExitWrongUse, `STREAMDESK_WORK_HTTP_HEADERS: a header isn't "Name: value"`},
		{"no token to send", map[string]string{"STREAMDESK_WORK_HTTP_TOKEN_ENV": "NO_TOKEN"}, []string{"--group", "own", "--sink", "http", "--url", "http://h"}, program.ExitWrongUse, "STREAMDESK_WORK_HTTP_TOKEN_ENV: the environment variable NO_TOKEN is not set"},
		{"a group twice", nil, []string{"log_aggregators", "log_aggregators"}, program.ExitWrongUse, "log_aggregators is named twice"},
		{"a bad address", nil, []string{"log_aggregators", "--listen", "8090"}, program.ExitWrongUse, `--listen: "8090" is no address to listen on`},
		{"a busy port", nil, []string{"websocket_workers", "--listen", busy.Addr().String()}, program.ExitFailed, "--listen: listen tcp " + busy.Addr().String() + ": bind: address already in use"},
		{"nowhere to connect to", nil, []string{"websocket_workers", "--listen", ""}, program.ExitWrongUse, "--listen is empty, and nobody could connect"},
		{"an unwritable directory", map[string]string{"STREAMDESK_WORK_LOG_AGGREGATORS_PATH": filepath.Join(file, "x.log")}, []string{"log_aggregators", "--listen", ""}, program.ExitFailed, "STREAMDESK_WORK_LOG_AGGREGATORS_PATH: the log's directory can't be created"},
		{"no token", map[string]string{"STREAMDESK_WORK_WEBSOCKET_WORKERS_TOKEN_ENV": "NO_TOKEN"}, []string{"websocket_workers", "--listen", "127.0.0.1:0"}, program.ExitWrongUse, "STREAMDESK_WORK_WEBSOCKET_WORKERS_TOKEN_ENV: the environment variable NO_TOKEN is not set"},
		{"a token that a browser can't send", map[string]string{"STREAMDESK_WORK_WEBSOCKET_WORKERS_TOKEN_ENV": "T", "T": "a b"}, []string{"websocket_workers", "--listen", "127.0.0.1:0"}, program.ExitWrongUse, "STREAMDESK_WORK_WEBSOCKET_WORKERS_TOKEN_ENV: the token holds more than letters"},
		{"a read-only profile", nil, []string{"log_aggregators", "--read-only"}, program.ExitWrongUse, "is read-only (by --read-only), and to consume is to acknowledge"},
		{"a name with a space", nil, []string{"log_aggregators", "--consumer", "a b"}, program.ExitWrongUse, `--consumer: "a b" holds white space`},
		{"no Redis", map[string]string{"STREAMDESK_WORK_LOG_AGGREGATORS_PATH": "-"}, []string{"log_aggregators", "--listen", ""}, program.ExitFailed, "no Redis at 127.0.0.1:1/0 (connection refused)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, stderr programtest.Screen
			code := work(t.Context(), t, "127.0.0.1:1", c.env, &out, &stderr, c.args...)
			if code != c.code || out.String() != "" || !strings.Contains(stderr.String(), c.says) {
				t.Errorf("exit %d, stdout %q, stderr %q, want exit %d and %q", code, out.String(), stderr.String(), c.code, c.says)
			}
		})
	}
}

func TestTwoProcessesOfAHostHaveNamesOfTheirOwnAndLeaveNone(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	add(t, client, "events:workflow.started", "*", `{"id":"e1","type":"workflow.started","workflow_id":"wf-1"}`)
	env := []string{"STREAMDESK_WORK_LOG_AGGREGATORS_PATH=" + filepath.Join(t.TempDir(), "{consumer}.log")}
	first := startWork(t, server.Addr(), env, "log_aggregators", "websocket_workers")
	second := startWork(t, server.Addr(), env, "log_aggregators")
	consumers := func() []string {
		var names []string
		for _, c := range client.XInfoConsumers(t.Context(), "events:workflow.started", "log_aggregators").Val() {
			names = append(names, c.Name)
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
	// A server before Redis 7.2 lists a consumer once it was given something.
	redistest.Eventually(t, patience, func() bool {
		add(t, client, "events:workflow.started", "*", `{"id":"e1","type":"workflow.started","workflow_id":"wf-1"}`)
		return len(consumers()) == 2
	}, "two consumers of names of their own")
	if code, body := first.get("/healthz"); code != http.StatusOK || !strings.Contains(body, `"log_aggregators":"ok"`) {
		t.Errorf("/healthz: %d %s", code, body)
	}
	if code, _ := first.get("/livez"); code != http.StatusOK {
		t.Errorf("/livez: %d", code)
	}
	for _, p := range []*process{first, second} {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		redistest.Eventually(t, patience, p.over, "the process to stop")
		if p.err != nil {
			t.Errorf("after SIGTERM: %v", p.err)
		}
	}
	if names := consumers(); len(names) != 0 {
		t.Errorf("%v are left", names)
	}
	redistest.Eventually(t, patience, func() bool {
		return client.XPending(t.Context(), "events:workflow.started", "log_aggregators").Val().Count == 0
	}, "nothing is pending")
}

func TestANameIsHeldForItsRedis(t *testing.T) {
	one, other := sink.Names{Redis: program.Identity("redis://localhost:1/0")}, sink.Names{Redis: program.Identity("redis://localhost:2/0")}
	give := func(names sink.Names, group string) error {
		name, err := names.Give(group, "web")
		if err == nil {
			t.Cleanup(name.Release)
		}
		return err
	}
	if err := errors.Join(give(one, "g"), give(one, "h"), give(other, "g")); err != nil {
		t.Error(err)
	}
	if err := give(sink.Names{Redis: program.Identity("redis://127.0.0.1:1")}, "g"); err == nil || !strings.Contains(err.Error(), "another process of this host has the name web in g") {
		t.Errorf("the same name on the same server: %v", err)
	}
}

func TestALogOnStdoutIsNothingButEvents(t *testing.T) {
	server, err := embedded.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { _ = client.Close() })
	add(t, client, "events:workflow.started", "5-1", `{"id":"e1","type":"workflow.started","workflow_id":"wf-1"}`)
	ctx, cancel := context.WithCancel(t.Context())
	var out, stderr programtest.Screen
	ended := make(chan int)
	go func() {
		ended <- work(ctx, t, server.Addr(), map[string]string{"STREAMDESK_WORK_LOG_AGGREGATORS_PATH": "-"}, &out, &stderr,
			"log_aggregators", "--listen", "", "--output", "json")
	}()
	redistest.Eventually(t, patience, func() bool { return out.String() != "" }, "a line")
	cancel()
	if code := <-ended; code != program.ExitDone {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
	if text := out.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, `"event_id":"e1"`) {
		t.Errorf("stdout: %s", text)
	}
	if first, rest, _ := strings.Cut(stderr.String(), "\n"); !strings.Contains(first, `"msg":"consuming"`) || rest == "" {
		t.Errorf("stderr: %s", stderr.String())
	}
}
