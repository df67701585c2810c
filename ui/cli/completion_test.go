package cli

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"streamdesk/ui/cli/program"
)

// completions are what the shell's script would be offered for the last word.
func (h *host) completions(t *testing.T, words ...string) []string {
	t.Helper()
	r := h.run(t.Context(), "", append([]string{"__completeNoDesc"}, words...)...)
	if r.code != program.ExitDone {
		t.Fatalf("%v: %+v", words, r)
	}
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	return lines[:len(lines)-1] // the last is the directive
}

func TestCompletionAsksTheServer(t *testing.T) {
	t.Parallel()
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	h := newHost(t, client.Options().Addr)
	for _, c := range []struct {
		words, want []string
	}{
		{[]string{"groups", "events:a"}, []string{"events:a2a.message", "events:audit.failed"}},
		{[]string{"pending", "events:audit.failed", ""}, []string{"db_writers", "websocket_workers"}},
		{[]string{"pending", "audit.failed", "db"}, []string{"db_writers"}},
		{[]string{"pending", "audit.failed", "db_writers", "--consumer", ""}, []string{"worker-2"}},
		{[]string{"pending", "audit.failed", "db_writers", ""}, nil},
		{[]string{"consumers", "audit.failed", ""}, []string{"db_writers", "websocket_workers"}},
		{[]string{"ack", "audit.failed", "db_writers", "17623411"}, []string{"1762341120000-0", "1762341180000-3"}},
		{[]string{"ack", "audit.failed", "db_writers", "1762341120000-0", "17623411"}, []string{"1762341180000-3"}},
		{[]string{"claim", "audit.failed", "db_writers", "--for", ""}, []string{"worker-2"}},
		{[]string{"delete", "audit.failed", ""}, []string{"1762341240000-0", "1762341180000-3"}},
		{[]string{"delete", "audit.failed", "--group", ""}, []string{"db_writers", "websocket_workers"}},
		{[]string{"republish", "--to-stream", "events:a2a"}, []string{"events:a2a.message"}},
		{[]string{"group", "destroy", "audit.failed", "web"}, []string{"websocket_workers"}},
		{[]string{"group", "setid", "audit.failed", "db_writers", ""}, []string{"0", "$", "10m ago"}},
		{[]string{"group", "create", "a2a.message", "readers", "--after", "1"}, []string{"10m ago"}},
		{[]string{"consumer", "delete", "audit.failed", "db_writers", ""}, []string{"worker-2"}},
		{[]string{"consumer", "delete", "workflow.started", "db_writers", "worker-1", "--move-to", ""}, []string{"worker-1"}},
		{[]string{"publish", "audit."}, []string{"audit.completed", "audit.failed", "audit.progress", "audit.started"}},
		{[]string{"tail", "workflow.started", "not."}, []string{"not.a.stream"}},
		{[]string{"streams", "--output", ""}, []string{"text", "json"}},
		{[]string{"--theme", "hi"}, []string{"high-contrast"}},
		{[]string{"demo", "--theme", "no"}, []string{"none"}},
		{[]string{"work", "--sink", ""}, []string{"websocket", "database", "metrics", "logfile", "exec", "http"}},
		{[]string{"work", "--group", "web"}, []string{"websocket_workers"}},
		{[]string{"check", "--group", "web"}, []string{"websocket_workers"}},
		{[]string{"check", "--fail-from", ""}, []string{"warning", "critical"}},
		{[]string{"completion", ""}, []string{"bash", "zsh", "fish"}},
		{[]string{"st"}, []string{"streams"}},
	} {
		complete := func() []string {
			return slices.DeleteFunc(h.completions(t, c.words...), func(s string) bool { return !strings.HasPrefix(s, c.words[len(c.words)-1]) })
		}
		got := complete()
		for began := time.Now(); len(got) < len(c.want) && time.Since(began) < patience; {
			got = complete() // what a busy machine doesn't bring in the time that a completion waits for it is left out
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.words, got, c.want)
		}
	}
}

func TestCompletionWithoutAServerKnowsTheTypes(t *testing.T) {
	t.Parallel()
	h := newHost(t, "127.0.0.1:1")
	if got := h.completions(t, "publish", ""); len(got) != 25 {
		t.Errorf("%d types: %v", len(got), got)
	}
	if got := h.completions(t, "groups", ""); len(got) != 0 {
		t.Errorf("streams of no server: %v", got)
	}
}

func TestCompletionKnowsTheProfilesAndThemesOfTheSettings(t *testing.T) {
	t.Parallel()
	file := path(t, "config.toml")
	if err := os.WriteFile(file, []byte("[themes.night]\naccent = \"red\"\n[profiles.prod]\nredis = \"redis://10.0.0.1:6379/0\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHost(t, "127.0.0.1:1")
	if got := h.completions(t, "--config", file, "--profile", ""); !slices.Equal(got, []string{"default", "prod"}) {
		t.Errorf("profiles: %v", got)
	}
	if got := h.completions(t, "--config", file, "--theme", "ni"); !slices.Contains(got, "night") || !slices.Contains(got, "dark") {
		t.Errorf("themes: %v", got)
	}
}

func TestCompletionScripts(t *testing.T) {
	t.Parallel()
	h := newHost(t, "127.0.0.1:1")
	for shell, mark := range map[string]string{"bash": "__start_streamdesk", "zsh": "#compdef streamdesk", "fish": "complete -c streamdesk"} {
		if out := h.want(t, "completion", shell); !strings.Contains(out, mark) {
			t.Errorf("%s: no %q", shell, mark)
		}
	}
}
