package work_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// endsWell asks a process to end, and waits for that.
func (p *process) endsWell(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-p.ended
	if p.err != nil {
		t.Errorf("%v: %s", p.err, p.stderr)
	}
}

// awaitHandled waits until each of the groups has acknowledged the stream's entries up to id. A group is there once its
// worker has found the stream.
func awaitHandled(t *testing.T, client *redis.Client, stream, id string, groups ...string) {
	t.Helper()
	redistest.Eventually(t, patience, func() bool {
		done := 0
		for _, g := range client.XInfoGroups(t.Context(), stream).Val() {
			if slices.Contains(groups, g.Name) && g.Pending == 0 && g.LastDeliveredID == id {
				done++
			}
		}
		return done == len(groups)
	}, "the groups have acknowledged it: "+strings.Join(groups, ", "))
}

// The command waits for a file when SIGTERM comes, and is finished all the same.
func TestAGroupOfOnesOwnIsServedByACommand(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	dir := t.TempDir()
	script := `line=$(cat); echo "$0 $line" >> ` + dir + `/got; case "$line" in *slow*) until [ -e ` + dir + `/go ]; do sleep 0.01; done;; esac`
	p := startWork(t, server.Addr(), nil, "--group", "own", "--sink", "exec", "--", "/bin/sh", "-c", script, "{group}")
	add(t, client, "events:a.b", "1-1", `{"id":"e1"}`)
	add(t, client, "events:a.b", "1-2", `{"id":"slow"}`)
	got := func() string {
		text, _ := os.ReadFile(filepath.Join(dir, "got"))
		return string(text)
	}
	redistest.Eventually(t, patience, func() bool { return strings.Count(got(), "\n") == 2 }, "both events are handed over")
	if code, body := p.get("/healthz"); code != http.StatusOK || body != `{"status":"ok","groups":{"own":"ok"}}`+"\n" {
		t.Errorf("healthz: %d %s", code, body)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { code, body := p.get("/readyz"); return code == 0 || strings.Contains(body, "stopping") }, "it stops")
	if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	<-p.ended
	if p.err != nil || !strings.HasPrefix(got(), `own {"stream":"events:a.b","id":"1-1"`) {
		t.Errorf("%v, %s, %s", p.err, got(), p.stderr)
	}
	if pending := client.XPending(t.Context(), "events:a.b", "own").Val(); pending == nil || pending.Count != 0 {
		t.Errorf("pending: %+v", pending)
	}
}

// One process works as a group of its own and one of the description; the server is away at first.
func TestAGroupOfOnesOwnIsServedByAWebServerBesideAnother(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	bodies := make(chan string, 10)
	hook := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Authorization") != "Bearer s3cret" || r.Header.Get("X-Source") != "desk" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		bodies <- string(body)
	}))
	t.Cleanup(hook.Close)
	url := "http://" + hook.Listener.Addr().String() + "/events"
	env := []string{
		"STREAMDESK_WORK_HTTP_TOKEN_ENV=HOOK", "HOOK=s3cret", "STREAMDESK_WORK_HTTP_HEADERS=X-Source: desk", "STREAMDESK_WORK_HTTP_TIMEOUT=200ms", "STREAMDESK_WORK_HTTP_LIMIT=300/min",
		"STREAMDESK_WORK_LOG_AGGREGATORS_PATH=" + filepath.Join(t.TempDir(), "{group}-{consumer}.log"),
	}
	p := startWork(t, server.Addr(), env, "log_aggregators", "--group", "hooks", "--sink", "http", "--url", url)
	add(t, client, "events:a.b", "1-1", `{"id":"e1"}`)
	redistest.Eventually(t, patience, func() bool {
		code, body := p.get("/healthz")
		return code == http.StatusServiceUnavailable && strings.Contains(body, `"log_aggregators":"ok"`) && !strings.Contains(body, `"hooks":"ok"`)
	}, "health says that the server is away")
	hook.Start()
	if body := <-bodies; !strings.HasPrefix(body, `{"stream":"events:a.b","id":"1-1"`) {
		t.Error(body)
	}
	redistest.Eventually(t, patience, func() bool { code, _ := p.get("/healthz"); return code == http.StatusOK }, "health says that it is back")
	awaitHandled(t, client, "events:a.b", "1-1", "log_aggregators", "hooks")
	for group, want := range map[string]string{"hooks": "5", "log_aggregators": ""} {
		if limit := client.HGet(t.Context(), model.LimitKey("events:", group), model.FieldPerSecond).Val(); limit != want {
			t.Errorf("%s is limited to %q a second, want %q", group, limit, want)
		}
	}
	p.endsWell(t)
	if strings.Contains(p.stderr.String(), "s3cret") {
		t.Errorf("the token is told: %s", p.stderr)
	}
}

// Two groups, each with a file of its own, and of names that no description has.
func TestAnyNameIsServedByTheSinksOfTheDescription(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	dir := t.TempDir()
	env := []string{"STREAMDESK_WORK_LOG_AGGREGATORS_PATH=" + filepath.Join(dir, "{group}.log"), "STREAMDESK_WORK_DB_WRITERS_DSN=sqlite:" + filepath.Join(dir, "own.db")}
	processes := []*process{
		startWork(t, server.Addr(), env, "log_aggregators", "--group", "audit trail", "--sink", "logfile"),
		startWork(t, server.Addr(), env, "--group", "store", "--sink", "database"),
		startWork(t, server.Addr(), env, "--group", "sockets", "--sink", "websocket"),
		startWork(t, server.Addr(), env, "--group", "figures", "--sink", "metrics"),
	}
	add(t, client, "events:workflow.started", "1-1", `{"id":"e1","type":"workflow.started","workflow_id":"wf-1"}`)
	awaitHandled(t, client, "events:workflow.started", "1-1", "log_aggregators", "audit trail", "store", "sockets", "figures")
	for _, name := range []string{"log_aggregators.log", "audit trail.log"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || strings.Count(string(text), "\n") != 1 {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	for _, p := range processes {
		p.endsWell(t)
	}
}
