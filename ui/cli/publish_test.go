package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// stored are the events in a stream.
func stored(t *testing.T, client *redis.Client, stream string) []model.Event {
	t.Helper()
	entries, err := client.XRange(t.Context(), stream, "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	events := make([]model.Event, len(entries))
	for i, entry := range entries {
		text, _ := entry.Values["data"].(string)
		if events[i], err = model.ParseEvent(text); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	return events
}

func TestPublish(t *testing.T) {
	t.Parallel()
	for kind, start := range servers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			client := start(t, &handClock{now: atNoon})
			h := newHost(t, client.Options().Addr)
			file := path(t, "data.json")
			if err := os.WriteFile(file, []byte("{\"from\": \"file\"}\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				args        []string
				stdin, data string
			}{
				{[]string{"--workflow", "wf-1", "--agent", "me", "--data", `{"n":1}`}, "", `{"n":1}`},
				{[]string{"--workflow", "wf-1", "--agent", "me", "--data", "@" + file}, "", `{"from": "file"}`},
				{[]string{"--workflow", "wf-1", "--agent", "me", "--data", "-"}, " {\"from\":\"stdin\"}\n", `{"from":"stdin"}`},
				{[]string{"--workflow", "wf-1", "--agent", "me"}, "", `{}`},
			} {
				r := h.run(t.Context(), c.stdin, append([]string{"publish", "workflow.retried"}, c.args...)...)
				stream, id, _ := strings.Cut(strings.TrimSpace(r.out), " ")
				if r.code != program.ExitDone || r.err != "" || stream != "events:workflow.retried" {
					t.Fatalf("%v: %+v", c.args, r)
				}
				if _, err := model.ParsePosition(id); err != nil {
					t.Error(err)
				}
				events := stored(t, client, stream)
				e := events[len(events)-1]
				if string(e.Data) != c.data || e.Type != "workflow.retried" || e.WorkflowID != "wf-1" || e.SourceAgent != "me" || e.ID == "" || e.Timestamp.IsZero() {
					t.Errorf("%v stored %+v", c.args, e)
				}
			}
			o := objects(t, h.want(t, "publish", "events:a2a.message", "--output", "json"))
			if len(o) != 1 || o[0]["stream"] != "events:a2a.message" || o[0]["id"] == "" || o[0]["event_id"] != stored(t, client, "events:a2a.message")[0].ID {
				t.Errorf("as JSON: %v", o)
			}
		})
	}
}

func TestPublishManyCountsThem(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, (&handClock{now: atNoon}).Now)
	h := newHost(t, client.Options().Addr)
	var lines strings.Builder
	for range 600 {
		lines.WriteString(`{"type":"workflow.started","workflow_id":"wf-1","data":{"n":1}}` + "\n\n")
	}
	lines.WriteString(`{"id":"mine","timestamp":"2025-11-05T10:00:00","source_agent":"x"}`)
	file := path(t, "events.jsonl")
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := h.want(t, "publish", "a2a.message", "--jsonl", file, "--agent", "me"); out != "601 events published to 2 streams\n" {
		t.Errorf("out = %q", out)
	}
	if e := stored(t, client, "events:workflow.started"); len(e) != 600 || e[0].SourceAgent != "me" || e[0].ID == e[1].ID {
		t.Errorf("%d events, the first %+v", len(e), e[0])
	}
	if e := stored(t, client, "events:a2a.message"); len(e) != 1 || e[0].ID != "mine" || e[0].SourceAgent != "x" || e[0].Timestamp.Hour() != 10 {
		t.Errorf("the last: %+v", e)
	}
	r := h.run(t.Context(), `{"type":"a.b"}`, "publish", "--jsonl", "-", "--output", "json")
	if r.out != "{\"published\":1,\"streams\":1,\"left_out\":0}\n" || r.code != program.ExitDone {
		t.Errorf("from stdin as JSON: %+v", r)
	}
}

func TestABrokenLineIsNamedByItsNumber(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, (&handClock{now: atNoon}).Now)
	h := newHost(t, client.Options().Addr)
	for _, c := range []struct{ line, says string }{
		{`{"type":"a.b",}`, "stdin, line 3: not an event: broken JSON"},
		{`{"workflow_id":"wf-1"}`, `stdin, line 3: the line has no "type"`},
		{`{"type":"ab"}`, `stdin, line 3: not an event type: "ab"`},
		{`{"type":"a.b","data":[]}`, "stdin, line 3: data is not a JSON object"},
		{`{"type":"a.b","id":"` + strings.Repeat("x", maxLine) + `"}`, "stdin, line 3: longer than 4 MiB"},
	} {
		before := len(stored(t, client, "events:a.b"))
		r := h.run(t.Context(), "{\"type\":\"a.b\"}\n\n"+c.line+"\n{\"type\":\"a.b\"}\n", "publish", "--jsonl", "-")
		if r.code != program.ExitFailed || r.out != "" || !strings.Contains(r.err, c.says) || !strings.Contains(r.err, "1 events before it were published, and nothing after it") {
			t.Errorf("%.40s: %+v", c.line, r)
		}
		if got := len(stored(t, client, "events:a.b")) - before; got != 1 {
			t.Errorf("%.40s: %d events stored", c.line, got)
		}
	}
}

func TestDryRunShowsTheCommandAndSendsNothing(t *testing.T) {
	t.Parallel()
	h := newHost(t, "127.0.0.1:1") // nobody is there
	out := h.want(t, "publish", "workflow.started", "--workflow", "it's", "--dry-run", "--read-only")
	if !strings.HasPrefix(out, `XADD events:workflow.started * data "{\"id\":\"`) || !strings.Contains(out, `it's`) {
		t.Errorf("out = %s", out)
	}
	h.env["STREAMDESK_PUBLISH_MAX_LEN"] = "1000"
	if out := h.want(t, "publish", "a.b", "--dry-run"); !strings.HasPrefix(out, `XADD events:a.b MAXLEN ~ 1000 * data '{"id":"`) {
		t.Errorf("with a maximum length: %s", out)
	}
	h.env["STREAMDESK_PUBLISH_APPROXIMATE"] = "false"
	o := objects(t, h.want(t, "publish", "a.b", "--dry-run", "--output", "json"))
	if command, _ := o[0]["command"].([]any); len(command) != 7 || command[2] != "MAXLEN" || command[3] != "1000" {
		t.Errorf("as JSON: %v", o)
	}
	r := h.run(t.Context(), "{\"type\":\"a.b\"}\n{\"type\":\"c.d\"}\n", "publish", "--jsonl", "-", "--dry-run")
	if r.code != program.ExitDone || strings.Count(r.out, "XADD events:") != 2 {
		t.Errorf("of a file: %+v", r)
	}
}

// TestTheDryRunIsWhatIsSent compares it, the ID and the time aside, with what the server got.
func TestTheDryRunIsWhatIsSent(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, (&handClock{now: atNoon}).Now)
	h := newHost(t, client.Options().Addr)
	args := []string{"publish", "--jsonl", "-"}
	line := `{"id":"e","type":"a.b","workflow_id":"wf","timestamp":"2025-11-05T10:00:00.5Z","data":{"a": 1},"source_agent":"me"}`
	shown := h.run(t.Context(), line, append(args, "--dry-run")...).out
	if r := h.run(t.Context(), line, args...); r.code != program.ExitDone {
		t.Fatalf("%+v", r)
	}
	entries, err := client.XRange(t.Context(), "events:a.b", "-", "+").Result()
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	if want := "XADD events:a.b * data '" + entries[0].Values["data"].(string) + "'\n"; shown != want {
		t.Errorf("shown %s\nsent  %s", shown, want)
	}
}

func TestAReadOnlyProfilePublishesNothing(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, (&handClock{now: atNoon}).Now)
	h := newHost(t, client.Options().Addr)
	r := h.run(t.Context(), "", "publish", "a.b", "--read-only")
	if r.code != program.ExitFailed || !strings.Contains(r.err, "changes are off (read_only by --read-only)") {
		t.Errorf("%+v", r)
	}
	h.env["STREAMDESK_READ_ONLY"] = "true"
	r = h.run(t.Context(), "{\"type\":\"a.b\"}", "publish", "--jsonl", "-")
	if r.code != program.ExitFailed || !strings.Contains(r.err, "STREAMDESK_READ_ONLY") {
		t.Errorf("%+v", r)
	}
	if n := client.Exists(t.Context(), "events:a.b").Val(); n != 0 {
		t.Error("something was published")
	}
}
