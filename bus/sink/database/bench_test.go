package database

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink/database/pgtest"
	"streamdesk/model"
)

// benchEvents are written in one go, of a thousand workflows, with about as much data as HyperAgent's have.
const (
	benchEvents    = 50_000
	benchWorkflows = 1000
)

func benchMessages() []bus.Message {
	kinds := model.KnownTypes()
	data := `{"step":17,"of":42,"note":"` + strings.Repeat("x", 60) + `"}`
	messages := make([]bus.Message, benchEvents)
	for i := range messages {
		messages[i] = message(i, kinds[i%len(kinds)], "wf-"+strconv.Itoa(i%benchWorkflows), data)
	}
	return messages
}

// BenchmarkSQLite tells events/s of the writer with what is there already on a file with fsync, and of the bare INSERTs of
// the same rows into the same table, in the order of its key and in transactions of the same size.
func BenchmarkSQLite(b *testing.B) {
	benchmarkStore(b, freshSQLite, bareSQLite)
}

// BenchmarkPostgres is BenchmarkSQLite on PostgreSQL, beside bare COPYs of the same rows into the same table.
func BenchmarkPostgres(b *testing.B) {
	server := pgtest.Start(b, pgtest.WithSetting("fsync", "on"), pgtest.WithSetting("shared_buffers", "256MB"),
		pgtest.WithSetting("max_wal_size", "2GB"))
	benchmarkStore(b, server.Database, barePostgres)
}

// spent is how long something takes, or when it began.
type spent struct{ clock, processor time.Duration }

var start = time.Now()

func now() spent { return spent{time.Since(start), processorTime()} }

func (s spent) since() spent {
	n := now()
	return spent{n.clock - s.clock, n.processor - s.processor}
}

func benchmarkStore(b *testing.B, fresh func(t testing.TB) string, bare func(b *testing.B, dsn string, rows []row)) {
	b.Helper()
	messages := benchMessages()
	rows := make([]row, len(messages))
	for i := range messages {
		rows[i] = newRow(&messages[i])
	}
	for _, c := range []struct {
		name string
		run  func(b *testing.B, dsn string) spent
	}{
		{"bare", func(b *testing.B, dsn string) spent {
			b.Helper()
			w := open(b, dsn)
			must(b, w.Close())
			began := now()
			bare(b, dsn, rows)
			return began.since()
		}},
		{"writer", func(b *testing.B, dsn string) spent {
			b.Helper()
			w := open(b, dsn)
			began := now()
			for at := 0; at < len(messages); at += defaultBatch {
				must(b, w.handle(b.Context(), messages[at:min(at+defaultBatch, len(messages))]))
			}
			return began.since()
		}},
		{"from redis", func(b *testing.B, dsn string) spent {
			b.Helper()
			return fromRedis(b, dsn, messages)
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var sum spent
			for b.Loop() {
				one := c.run(b, fresh(b))
				sum.clock, sum.processor = sum.clock+one.clock, sum.processor+one.processor
			}
			b.ReportMetric(float64(b.N)*benchEvents/sum.clock.Seconds(), "events/s")
			b.ReportMetric(float64(sum.processor.Microseconds())/benchEvents/float64(b.N), "cpu-µs/event")
		})
	}
}

// fromRedis is the whole way of the same events: what is on the streams is read, written and acknowledged.
func fromRedis(b *testing.B, dsn string, messages []bus.Message) spent {
	b.Helper()
	acked := make(chan int, benchEvents)
	events := openBus(b, redistest.Start(b), bus.WithHooks(bus.Hooks{Acked: func(_, _ string, n int) { acked <- n }}))
	for i := range messages {
		must(b, events.Publish(b.Context(), messages[i].Event))
	}
	must(b, events.Flush(b.Context()))
	w := open(b, dsn)
	began := now()
	stop := run(b, w, events)
	defer stop()
	for left := benchEvents; left > 0; {
		left -= <-acked
	}
	return began.since()
}

func bareSQLite(b *testing.B, dsn string, rows []row) {
	b.Helper()
	path, _ := cutSQLite(dsn)
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	must(b, err)
	defer func() { must(b, db.Close()) }()
	db.SetMaxOpenConns(1)
	for at := 0; at < len(rows); at += defaultBatch {
		tx, err := db.BeginTx(b.Context(), nil)
		must(b, err)
		insert, err := tx.PrepareContext(b.Context(), strings.TrimSuffix(sqliteInsert(sqliteRows), ` ON CONFLICT DO NOTHING`))
		must(b, err)
		part := slices.SortedFunc(slices.Values(rows[at:min(at+defaultBatch, len(rows))]), compareRows)
		for some := range slices.Chunk(part, sqliteRows) {
			var args []any
			for i := range some {
				args = appendSQLiteRow(args, &some[i])
			}
			_, err := insert.ExecContext(b.Context(), args...)
			must(b, err)
		}
		must(b, tx.Commit())
	}
}

func barePostgres(b *testing.B, dsn string, rows []row) {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), dsn)
	must(b, err)
	defer func() { must(b, conn.Close(context.Background())) }()
	columns := []string{"stream", "entry_id", "event_id", "type", "workflow_id", "source_agent", "timestamp", "added_at", "data"}
	for at := 0; at < len(rows); at += defaultBatch {
		part := rows[at:min(at+defaultBatch, len(rows))]
		_, err := conn.CopyFrom(b.Context(), pgx.Identifier{"workflow_updates"}, columns, pgx.CopyFromSlice(len(part), func(i int) ([]any, error) {
			r := &part[i]
			return []any{r.stream, r.entryID, r.eventID, r.kind, r.workflowID, r.agent, r.timestamp, r.added, r.data}, nil
		}))
		must(b, err)
	}
}
