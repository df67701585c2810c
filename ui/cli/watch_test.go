package cli

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// told is a webhook that remembers its messages.
type told struct {
	mu       sync.Mutex
	messages []string
}

func (h *told) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender is gone
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.messages = append(h.messages, string(text))
}

// has reports whether so many messages came, with a text in the last.
func (h *told) has(n int, part string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.messages) == n && strings.Contains(h.messages[n-1], part)
}

// TestWatchTellsOfAnAlertAcrossRestarts runs the program as a process that SIGTERM ends, twice.
func TestWatchTellsOfAnAlertAcrossRestarts(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	send(t, client, "XGROUP CREATE events:a.b g 0 MKSTREAM")
	send(t, client, "XADD events:a.b 1762341000000-0 data {}")
	hook := &told{}
	server := httptest.NewServer(hook)
	defer server.Close()
	home := t.TempDir()
	run := func(until func() bool) {
		cmd := programtest.Command(t, client.Options().Addr, "watch", "--webhook", server.URL+"/s3cret", "--every", "20ms")
		cmd.Env[0] = "HOME=" + home
		var errs programtest.Screen
		cmd.Stderr = &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		redistest.Eventually(t, patience, until, "it isn't told")
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil || strings.Contains(errs.String(), "s3cret") || !strings.Contains(errs.String(), "telling the webhook at 127.0.0.1") {
			t.Errorf("%v: %s", err, errs.String())
		}
	}
	run(func() bool {
		return hook.has(1, `"status":"began","kind":"no consumers","stream":"events:a.b","group":"g"`)
	})
	send(t, client, "XREADGROUP GROUP g c COUNT 1 STREAMS events:a.b >")
	send(t, client, "XACK events:a.b g 1762341000000-0")
	run(func() bool { return hook.has(2, `"status":"ended","kind":"no consumers"`) })
}

func TestWatchWithTheReceiversOfTheSettings(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	send(t, server.Client(), "XGROUP CREATE events:a.b g 0 MKSTREAM")
	send(t, server.Client(), "XADD events:a.b 1762341000000-0 data {}")
	hook := &told{}
	web := httptest.NewServer(hook)
	defer web.Close()
	h := newHost(t, server.Addr())
	h.env["HOOK"] = web.URL + "/s3cret"
	h.env["STREAMDESK_CONFIG"] = path(t, "config.toml")
	if err := os.WriteFile(h.env["STREAMDESK_CONFIG"], []byte("[[watch]]\nurl_env = \"HOOK\"\nform = \"slack\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs programtest.Screen
	done := make(chan int, 1)
	go func() {
		done <- Main(ctx, []string{"watch", "--every", "20ms", "--state", path(t, "watch.json")}, h.streams(strings.NewReader(""), &out, &errs))
	}()
	redistest.Eventually(t, patience, func() bool { return hook.has(1, `g on events:a.b: 1 undelivered and nobody reads`) }, "it isn't told")
	cancel()
	if code := <-done; code != program.ExitDone || out.String() != "" || strings.Contains(errs.String(), "s3cret") {
		t.Errorf("exit %d, %q, %s", code, out.String(), errs.String())
	}
}

func TestWatchNamesTheMend(t *testing.T) {
	t.Parallel()
	h := newHost(t, "127.0.0.1:1")
	for args, says := range map[string]string{
		"watch":                             "name a receiver with --webhook URL or --exec COMMAND",
		"watch --webhook ftp://h/s3cret":    "--webhook: it is no address of a web server",
		"watch --webhook http://h --form x": "--form \"x\": write json",
		"watch --exec true --every 1":       "--every \"1\"",
		"watch --exec true --storm 0":       "--storm 0",
		"watch here":                        "1 arguments given",
	} {
		if r := h.run(t.Context(), "", strings.Fields(args)...); r.code != program.ExitWrongUse || !strings.Contains(r.err, says) || strings.Contains(r.err, "s3cret") {
			t.Errorf("%s: %+v", args, r)
		}
	}
	h.env["STREAMDESK_CONFIG"] = path(t, "config.toml")
	for text, says := range map[string]string{
		"url = \"ftp://h/s3cret\"":                ".url: it is no address of a web server",
		"url = \"http://h/s3cret\"\nform = \"x\"": ".form: \"x\" is not known",
		"url_env = \"NO_HOOK\"":                   "the environment variable NO_HOOK is not set",
		"form = \"json\"":                         "it has to name one receiver",
		"command = [\"/no/such/program\"]":        "no such file",
	} {
		if err := os.WriteFile(h.env["STREAMDESK_CONFIG"], []byte("[[watch]]\n"+text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := h.run(t.Context(), "", "watch"); r.code != program.ExitWrongUse || !strings.Contains(r.err, says) || strings.Contains(r.err, "s3cret") {
			t.Errorf("%s: %+v", text, r)
		}
	}
}
