package work_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/database/pgtest"
	"streamdesk/model"
	"streamdesk/ui/cli/programtest"
)

// everythingEnv is how many events the run of everything publishes; the full size is 100,000.
const everythingEnv = "STREAMDESK_TEST_EVENTS"

// everything is one run with real parts: a redis-server, two processes of each group, the description's publisher.
type everything struct {
	client *redis.Client
	events int
	dir    string
	groups map[string][2]*process
}

// workedOff says whether nothing is pending in a group, or not delivered yet, and how much is.
func (e *everything) workedOff(t *testing.T, group string) bool {
	t.Helper()
	for _, kind := range model.KnownTypes() {
		groups, err := e.client.XInfoGroups(t.Context(), "events:"+string(kind)).Result()
		if err != nil {
			return false
		}
		found := false
		for _, g := range groups {
			if g.Name == group {
				found = g.Pending == 0 && g.Lag == 0
			}
		}
		if !found {
			return false
		}
	}
	return true
}

func (e *everything) published(t *testing.T) int64 {
	t.Helper()
	var n int64
	for _, kind := range model.KnownTypes() {
		n += e.client.XLen(t.Context(), "events:"+string(kind)).Val()
	}
	return n
}

// logged counts how often each event stands in the logs.
func (e *everything) logged(t *testing.T) map[string]int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(e.dir, "logs", "*"))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			var event struct {
				ID string `json:"event_id"`
			}
			if err := json.Unmarshal([]byte(line), &event); err != nil {
				// A process that was killed may have torn its last line; its event was not acknowledged.
				if !strings.HasSuffix(line, "\n") {
					continue
				}
				t.Fatalf("%s: %v in %q", name, err, line)
			}
			counts[event.ID]++
		}
	}
	return counts
}

// size is how many events to publish.
func everythingSize(t *testing.T) int {
	t.Helper()
	text := os.Getenv(everythingEnv)
	if text == "" {
		return 5000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1000 {
		t.Fatalf("%s=%q: want a number from 1000 on", everythingEnv, text)
	}
	return n
}

// longEnough is how long so many events may take on a busy machine.
func longEnough(events int) time.Duration {
	return 3*patience + time.Duration(events)*10*time.Millisecond
}

func startEverything(t *testing.T, server *redistest.Server, env []string) *everything {
	t.Helper()
	e := &everything{client: server.Client(), events: everythingSize(t), dir: t.TempDir(), groups: map[string][2]*process{}}
	env = append(env, "STREAMDESK_CONSUME_ACK_WAIT=2s", "STREAMDESK_WORK_LOG_AGGREGATORS_FSYNC=true",
		"STREAMDESK_WORK_LOG_AGGREGATORS_PATH="+filepath.Join(e.dir, "logs", "{consumer}.log"))
	for _, group := range described {
		e.groups[group] = [2]*process{
			startWork(t, server.Addr(), env, group), startWork(t, server.Addr(), env, group),
		}
	}
	return e
}

// throughKills publishes everything, kills one process of each group in the middle, and waits until all is worked off. It
// returns what the killed process of metrics_collectors had counted.
func (e *everything) throughKills(t *testing.T, server *redistest.Server, counted func(*process) float64) float64 {
	t.Helper()
	publisher := programtest.Python(t, "testdata/publish.py", strconv.Itoa(server.Port()), strconv.Itoa(e.events))
	if err := publisher.Start(); err != nil {
		t.Fatal(err)
	}
	published := make(chan error, 1)
	go func() { published <- publisher.Wait() }()
	redistest.Eventually(t, longEnough(e.events), func() bool { return e.published(t) >= int64(e.events/2) }, "half of the events")

	// The server stands still, so that what the dying process of metrics_collectors has counted can be read: its counters
	// die with it. Entries are in hand everywhere.
	server.Pause()
	lost := 0.
	if counted != nil {
		victim := e.groups[sink.MetricsCollectors][0]
		redistest.Eventually(t, patience, func() bool {
			before := lost
			lost = counted(victim)
			return lost == before && lost > 0
		}, "the counters to stand still")
	}
	for _, pair := range e.groups {
		pair[0].kill()
	}
	server.Resume()
	if err := <-published; err != nil {
		t.Fatalf("publish.py: %v: %s", err, publisher.Stderr)
	}
	for group := range e.groups {
		redistest.Eventually(t, longEnough(e.events), func() bool { return e.workedOff(t, group) }, group+" to work everything off")
	}
	return lost
}

// stop ends what still runs as systemd does, and looks at how it ends.
func (e *everything) stop(t *testing.T) {
	t.Helper()
	for group, pair := range e.groups {
		if err := pair[1].cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		redistest.Eventually(t, patience, pair[1].over, group+" to stop")
		if pair[1].err != nil {
			t.Errorf("%s: %v", group, pair[1].err)
		}
	}
}

// clients are the WebSocket clients of the run with how many of the events each has to get.
func (e *everything) clients(t *testing.T) map[*listener]int {
	t.Helper()
	pair := e.groups[sink.WebsocketWorkers]
	kinds := len(model.KnownTypes())
	ofType := func(match func(model.Type) bool) (n int) {
		for i := range e.events {
			if match(everyKind[i%kinds]) {
				n++
			}
		}
		return n
	}
	clients := map[*listener]int{}
	for i := range pair {
		first, second := pair[i], pair[1-i]
		clients[listenTo(t, "", first, second)] = e.events
		clients[listenTo(t, "workflow_id=wf-7", first, second)] = (e.events - 7 + 39) / 40
		clients[listenTo(t, "type=audit.*&type=workflow.failed", first, second)] = ofType(func(k model.Type) bool {
			return strings.HasPrefix(string(k), "audit.") || k == "workflow.failed"
		})
	}
	return clients
}

// everyKind are the types in the order in which publish.py goes through them.
var everyKind = []model.Type{
	"workflow.created", "workflow.started", "workflow.progress", "workflow.completed", "workflow.failed", "workflow.cancelled",
	"generation.started", "generation.progress", "generation.completed", "generation.failed",
	"audit.started", "audit.progress", "audit.completed", "audit.failed",
	"testing.started", "testing.progress", "testing.completed", "testing.failed",
	"deployment.started", "deployment.progress", "deployment.completed", "deployment.failed",
	"a2a.message", "a2a.request", "a2a.response",
}

// eventsCounter is the metric that counts events.
const eventsCounter = "streamdesk_events_total"

func TestEveryGroupDoesItsWorkWhileOneProcessOfEachIsKilled(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "events.db")
		everyGroup(t, "sqlite:"+file, "sqlite", file)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		dsn := pgtest.Start(t).Database(t)
		everyGroup(t, dsn, "pgx", dsn)
	})
}

func everyGroup(t *testing.T, dsn, driver, address string) {
	t.Helper()
	server := redistest.Start(t)
	e := startEverything(t, server, []string{"STREAMDESK_WORK_DB_WRITERS_DSN=" + dsn})
	clients := e.clients(t)
	began := time.Now()
	lost := e.throughKills(t, server, func(p *process) float64 { return p.sum(t, eventsCounter) })
	for c, want := range clients {
		redistest.Eventually(t, longEnough(e.events), func() bool { return c.got() >= want }, fmt.Sprintf("a client (%s) to get %d events", c.query, want))
		if c.got() != want || len(c.trouble()) > 0 {
			t.Errorf("client %q: %d events, want %d; %d problems: %.200v", c.query, c.got(), want, len(c.trouble()), c.trouble())
		}
	}
	took := time.Since(began)
	logs := e.logged(t)
	twice := 0
	for _, n := range logs {
		if n > 1 {
			twice++
		}
	}
	if len(logs) != e.events {
		t.Errorf("%d events are in the logs, want %d", len(logs), e.events)
	}
	counted := lost + e.groups[sink.MetricsCollectors][1].sum(t, eventsCounter)
	if counted < float64(e.events) {
		t.Errorf("%.0f events were counted, want at least %d", counted, e.events)
	}
	rows, entries, events := rowsStored(t, driver, address)
	if rows != e.events || entries != e.events || events != e.events {
		t.Errorf("%d rows of %d entries and %d events are stored, want %d of each", rows, entries, events, e.events)
	}
	e.stop(t)
	t.Logf("%d events in %s: %d rows, %d logged more than once, %.0f counted, %d WebSocket clients",
		e.events, took.Round(time.Millisecond), rows, twice, counted, len(clients))
}

// rowsStored counts the rows of workflow_updates, and the entries and events that they are of.
func rowsStored(t *testing.T, driver, address string) (rows, entries, events int) {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	err = db.QueryRowContext(t.Context(), `SELECT count(*), count(DISTINCT stream || '/' || entry_id), count(DISTINCT event_id)
		FROM workflow_updates`).Scan(&rows, &entries, &events)
	if err != nil {
		t.Fatal(err)
	}
	return rows, entries, events
}
