package work_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"streamdesk/bus/redistest"
	"streamdesk/bus/sink/database/pgtest"
)

// A stream's name is any bytes; each group works on, and those that can count it do.
func TestEveryGroupWorksOnStreamsWhoseNamesAreNotUTF8(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	const stream = "events:\x9b\x1b]0;x\x07"
	for range 2 {
		if err := client.Do(t.Context(), "XADD", stream, "*", "data", `{"id":`).Err(); err != nil {
			t.Fatal(err)
		}
	}
	add(t, client, "events:workflow.started", "*", `{"id":"e1","type":"workflow.started","workflow_id":"wf-1"}`)
	dir := t.TempDir()
	p := startWork(t, server.Addr(), []string{
		"STREAMDESK_WORK_LOG_AGGREGATORS_PATH=" + dir + "/events.log", "STREAMDESK_WORK_DB_WRITERS_DSN=sqlite:" + dir + "/x.db",
	}, described...)
	redistest.Eventually(t, patience, func() bool {
		return p.over() || p.sum(t, "streamdesk_dead_letters_total") == 8 && p.sum(t, "streamdesk_events_total") == 1
	}, "each group gives up both entries of the odd stream, which are no events")
	if code, body := p.get("/healthz"); code != http.StatusOK {
		t.Errorf("/healthz: %d %s", code, body)
	}
	if said := p.stderr.String(); !utf8.ValidString(said) || strings.ContainsAny(said, "\u009b\x1b\x07") {
		t.Errorf("stderr has raw bytes of a name: %q", said)
	}
}

func TestADatabaseThatIsAwayAtTheStartIsWaitedForWhileOtherGroupsWork(t *testing.T) {
	pg := pgtest.Start(t)
	dsn := pg.Database(t)
	if err := pg.Kill(); err != nil {
		t.Fatal(err)
	}
	server := redistest.Start(t)
	client := server.Client()
	p := launchWork(t, server.Addr(), []string{"STREAMDESK_WORK_DB_WRITERS_DSN=" + dsn}, "db_writers", "metrics_collectors")
	add(t, client, "events:workflow.started", "*", `{"id":"e1","type":"workflow.started","workflow_id":"wf-1"}`)
	redistest.Eventually(t, patience, func() bool { return p.over() || p.sum(t, "streamdesk_events_total") == 1 }, "the other group works")
	for _, path := range []string{"/healthz", "/readyz"} {
		code, body := p.get(path)
		if code != http.StatusServiceUnavailable || !strings.Contains(body, `"metrics_collectors":"ok"`) ||
			!strings.Contains(body, "not open yet: STREAMDESK_WORK_DB_WRITERS_DSN: ") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if err := pg.Start(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool {
		groups := client.XInfoGroups(t.Context(), "events:workflow.started").Val()
		for _, g := range groups {
			if g.Name == "db_writers" && g.LastDeliveredID != "0-0" && g.Pending == 0 {
				return p.ready()
			}
		}
		return p.over()
	}, "the event to be stored, and all to be well")
	if p.over() {
		t.Errorf("it ended: %s", p.stderr)
	}
}

func TestAPageOfAnotherNameReadsNothing(t *testing.T) {
	server := redistest.Start(t)
	p := startWork(t, server.Addr(), []string{"STREAMDESK_WORK_HOSTS=events.example.com"}, "websocket_workers", "metrics_collectors")
	ask := func(path, host, origin string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		r.Header.Set("Origin", origin)
		if path == "/ws" {
			for name, value := range map[string]string{
				"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
			} {
				r.Header.Set(name, value)
			}
		}
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	for path, answered := range map[string]int{"/ws": http.StatusSwitchingProtocols, "/metrics": http.StatusOK, "/healthz": http.StatusOK} {
		if code := ask(path, "evil.example:8090", "http://evil.example:8090"); code != http.StatusForbidden {
			t.Errorf("%s under a foreign name: %d", path, code)
		}
		if code := ask(path, "events.example.com", "http://events.example.com"); code != answered {
			t.Errorf("%s under a name of the settings: %d", path, code)
		}
	}
}
