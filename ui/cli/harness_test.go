package cli

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus/embedded"
	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

func TestMain(m *testing.M) {
	if how := os.Getenv(breakEnv); how != "" {
		os.Exit(breakDown(how))
	}
	if commands := os.Getenv(severalEnv); commands != "" {
		os.Exit(runSeveral(commands))
	}
	// A runner that nohup started has SIGHUP ignored, and so would every program that a test starts.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	redistest.SideBySide(4)
	debug.SetGCPercent(400) // commands leave much garbage, and little that lives
	goleak.VerifyTestMain(redistest.Shared(m), goleak.Cleanup(func(code int) { os.Exit(programtest.Remove(code)) }))
}

// patience is how long a condition may take on a busy machine.
const patience = 20 * time.Second

// result is what a command left behind.
type result struct {
	code     int
	out, err string
}

// host is where commands run: its environment.
type host struct {
	env map[string]string
}

// newHost is a host without any settings but the server's address and UTC times.
func newHost(t *testing.T, address string) *host {
	t.Helper()
	return &host{env: programtest.Environment(t, address)}
}

func (h *host) streams(in io.Reader, out, err io.Writer) program.Streams {
	return programtest.Streams(h.env, in, out, err)
}

// run runs a command to its end.
func (h *host) run(ctx context.Context, stdin string, args ...string) result {
	var out, err programtest.Screen
	code := Main(ctx, args, h.streams(strings.NewReader(stdin), &out, &err))
	return result{code, out.String(), unhurried(err.String())}
}

var waitingNotice = regexp.MustCompile(`(?m)^waiting for .*\n`)

// unhurried takes out of what a command told that it waits for the server, which it says on a busy machine only.
func unhurried(told string) string { return waitingNotice.ReplaceAllString(told, "") }

// want runs a command that has to succeed without a word on stderr.
func (h *host) want(t *testing.T, args ...string) string {
	t.Helper()
	r := h.run(t.Context(), "", args...)
	if r.code != program.ExitDone || r.err != "" {
		t.Fatalf("streamdesk %s: exit %d, stderr %q", strings.Join(args, " "), r.code, r.err)
	}
	return r.out
}

// objects reads JSON lines.
func objects(t *testing.T, text string) []map[string]any {
	t.Helper()
	var list []map[string]any
	for d := json.NewDecoder(strings.NewReader(text)); ; {
		var o map[string]any
		switch err := d.Decode(&o); {
		case err == io.EOF:
			return list
		case err != nil:
			t.Fatalf("%v in %s", err, text)
		}
		list = append(list, o)
	}
}

// atNoon is when the embedded server's clock stands in every test: 2025-11-05 12:00 UTC.
var atNoon = time.Date(2025, 11, 5, 12, 0, 0, 0, time.UTC)

// handClock is a clock that goes on when it is told to.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func startEmbedded(t *testing.T, clock func() time.Time) *redis.Client {
	t.Helper()
	server, err := embedded.Start(embedded.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return client
}

// servers are the two kinds of Redis that every command has to run on. The real one's clock can't be set.
var servers = map[string]func(t *testing.T, clock *handClock) *redis.Client{
	"embedded": func(t *testing.T, clock *handClock) *redis.Client {
		t.Helper()
		return startEmbedded(t, clock.Now)
	},
	"real": func(t *testing.T, _ *handClock) *redis.Client {
		t.Helper()
		return redistest.Start(t).Client()
	},
}

// send sends one command as one would type it, with '…' around what holds spaces.
func send(t *testing.T, client *redis.Client, line string) {
	t.Helper()
	var args []any
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			args = append(args, part)
			continue
		}
		for word := range strings.FieldsSeq(part) {
			args = append(args, word)
		}
	}
	if err := client.Do(t.Context(), args...).Err(); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
}

// fill puts a small bus on a server: three streams, two groups, entries that are pending, gone, broken and hostile.
func fill(t *testing.T, client *redis.Client, clock *handClock) {
	t.Helper()
	for _, line := range []string{
		`XADD events:workflow.started 1762341000000-0 data '{"id":"e1","type":"workflow.started","workflow_id":"wf-8f31","timestamp":"2025-11-05T11:10:00Z","data":{"attempt":1},"source_agent":"coordinator"}'`,
		`XADD events:workflow.started 1762341060000-0 data '{"id":"e2","type":"workflow.started","workflow_id":"wf-90aa","timestamp":"2025-11-05T11:11:00.5","data":{"attempt":1},"source_agent":"coordinator"}'`,
		`XADD events:audit.failed 1762341120000-0 data '{"id":"e3","type":"audit.failed","workflow_id":"wf-8f31","timestamp":1762341120.25,"data":{"error":"reentrancy","line":42},"source_agent":"auditor"}'`,
		`XADD events:audit.failed 1762341180000-3 data '{"id":"e4"' note 'broken'`,
		"XADD events:audit.failed 1762341240000-0 data '{\"id\":\"e5\",\"type\":\"audit.failed\",\"workflow_id\":\"wf-\\u001b[31m\",\"data\":{\"text\":\"\x7f 工作 ok\"},\"source_agent\":\"a\x7fb\"}'",
		`XADD events:a2a.message 1762341300000-0 payload ''`,
		`XGROUP CREATE events:workflow.started db_writers 0`,
		`XGROUP CREATE events:audit.failed db_writers 0`,
		`XGROUP CREATE events:audit.failed websocket_workers $`,
		`XREADGROUP GROUP db_writers worker-1 COUNT 1 STREAMS events:workflow.started >`,
		`XREADGROUP GROUP db_writers worker-2 COUNT 3 STREAMS events:audit.failed >`,
		`XCLAIM events:workflow.started db_writers worker-1 0 1762341000000-0 IDLE 90000 JUSTID`,
		`XDEL events:audit.failed 1762341120000-0`,
		`SET events:not.a.stream x`,
	} {
		send(t, client, line)
	}
	clock.advance(30 * time.Second)
}

var (
	ages     = regexp.MustCompile(`<?\b\d+(\.\d+)?(s|m\d\ds|h\d\dm|d\d\dh|d)\b`)
	idles    = regexp.MustCompile(`_seconds":[0-9.]+`)
	spaces   = regexp.MustCompile(`  +`)
	allTimes = strings.NewReplacer("2025-11-05 ", "")
)

// idempotence86 is what only Redis from 8.6 on says of a stream.
var idempotence86 = regexp.MustCompile(`"idempotence":\{[^}]*\}`)

// timeless takes out of an output what depends on the clock and the server's version, and the alignment with it.
func timeless(out string) string {
	out = ages.ReplaceAllString(out, "AGE")
	out = idles.ReplaceAllString(out, `_seconds":N`)
	out = idempotence86.ReplaceAllString(out, `"idempotence":null`)
	return spaces.ReplaceAllString(allTimes.Replace(out), " ")
}

// path is a file in a directory of its own.
func path(t *testing.T, name string) string {
	t.Helper()
	return filepath.Join(t.TempDir(), name)
}

// idsAtOnce is how many IDs one command names at most.
const idsAtOnce = 500
