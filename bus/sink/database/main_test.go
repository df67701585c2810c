package database

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", to look with

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/database/pgtest"
	"streamdesk/model"
	"streamdesk/model/payload"
)

// deadline is for a slow machine with a race detector; nothing waits for it.
const deadline = 60 * time.Second

// postgres is the server that the tests share which don't harm it.
var postgres = sync.OnceValues(func() (*pgtest.Server, error) { return pgtest.Launch() })

// roleEnv has the test binary work as a process of its own; see role.
const roleEnv = "STREAMDESK_TEST_ROLE"

func TestMain(m *testing.M) {
	if role := os.Getenv(roleEnv); role != "" {
		if err := roles[role](context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if started {
		if s, err := postgres(); err == nil {
			_ = s.Close() // the tests are over
		}
	}
	os.Exit(code)
}

// started says that postgres was called.
var started bool

// inRole is a process of this test binary in one of its roles.
func inRole(t *testing.T, role string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), roleEnv+"="+role), env...)
	cmd.Stderr = os.Stderr
	return cmd
}

// freshPostgres is the address of a new database.
func freshPostgres(t testing.TB) string {
	t.Helper()
	pgtest.Require(t)
	started = true
	s, err := postgres()
	if err != nil {
		t.Fatal(err)
	}
	return s.Database(t)
}

// freshSQLite is the address of a file that isn't there yet.
func freshSQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "updates.db")
}

// databases make a fresh one of each kind, and return its address.
var databases = map[string]func(t testing.TB) string{"sqlite": freshSQLite, "postgres": freshPostgres}

// look is a connection of one's own to the database.
func look(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	driver, address := "pgx", dsn
	if path, ok := cutSQLite(dsn); ok {
		driver, address = "sqlite", path
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // it only looked
	return db
}

// one reads a single value.
func one[T any](t testing.TB, db *sql.DB, query string) T {
	t.Helper()
	var value T
	if err := db.QueryRowContext(t.Context(), query).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

func execute(t testing.TB, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func open(t testing.TB, dsn string, opts ...func(*sink.Setup)) *Writer {
	t.Helper()
	setup := sink.Setup{}
	for _, opt := range opts {
		opt(&setup)
	}
	w, err := Open(t.Context(), setup, Options{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// base is the millisecond of the first entries, in 2023.
const base = 1_700_000_000_000

// message is an entry of the wire format, ms after base.
func message(ms int, kind model.Type, workflow, data string) bus.Message {
	e := model.Event{
		ID: string(kind) + "-" + strconv.Itoa(ms), Type: kind, WorkflowID: workflow, SourceAgent: "coordinator",
		Timestamp: time.UnixMilli(base + int64(ms)).Add(-1500 * time.Microsecond), Data: []byte(data),
	}
	entry := model.Entry{
		Stream: bus.DefaultPrefix + string(kind), ID: model.Position{Ms: uint64(base + ms)},
		Fields: []model.Field{{Name: model.FieldData, Value: string(e.AppendJSON(nil))}},
	}
	return bus.Message{Record: payload.Wire(entry, bus.DefaultPrefix), Group: sink.DBWriters, Deliveries: 1}
}

// openBus is a bus on a redis-server.
func openBus(t testing.TB, s *redistest.Server, opts ...bus.Option) *bus.Bus {
	t.Helper()
	b, err := bus.Open(t.Context(), s.Client(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return b
}

// run runs a writer until the test ends, or stop is called.
func run(t testing.TB, w *Writer, b *bus.Bus) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx, b) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// publish publishes n events of a few workflows.
func publish(t testing.TB, b *bus.Bus, n int) {
	t.Helper()
	kinds := model.KnownTypes()
	for i := range n {
		err := b.Publish(t.Context(), model.Event{
			Type: kinds[i%len(kinds)], WorkflowID: "wf-" + strconv.Itoa(i%20), SourceAgent: "coordinator", Data: []byte(`{"step":17}`),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// pendingEntries counts what the group has in hand, over all streams.
func pendingEntries(t testing.TB, b *bus.Bus) (pending, lag int64) {
	t.Helper()
	keys, err := b.Reader().Discover(t.Context())
	if err != nil {
		return -1, -1
	}
	snapshot, err := b.Reader().Snapshot(t.Context(), keys)
	if err != nil {
		return -1, -1
	}
	for _, s := range snapshot.Streams {
		if g := s.Group(sink.DBWriters); g != nil {
			pending += g.Pending
			lag += g.Lag.N
		}
	}
	return pending, lag
}
