package database

import (
	"cmp"
	"context"
	"database/sql"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/database/pgtest"
	"streamdesk/model"
)

// benchEvents are written in one go, of a thousand workflows, with about as much data as HyperAgent's have.
const (
	benchEvents    = 50_000
	benchWorkflows = 1000
)

var (
	benchKinds = model.KnownTypes()
	benchData  = `{"step":17,"of":42,"note":"` + strings.Repeat("x", 60) + `"}`
)

func benchMessage(i int) bus.Message {
	return message(i, benchKinds[i%len(benchKinds)], "wf-"+strconv.Itoa(i%benchWorkflows), benchData)
}

// BenchmarkSQLite tells what an event costs the writer on a file with fsync, of what is at hand and from Redis, beside bare
// INSERTs of the same rows into the same table, in the order of its key and in transactions of the same size.
//
//	go test ./bus/sink/database -run '^$' -bench SQLite -benchtime 5x
func BenchmarkSQLite(b *testing.B) {
	benchmarkStore(b, freshSQLite, bareSQLite)
}

// BenchmarkPostgres is BenchmarkSQLite on PostgreSQL, beside bare COPYs of the same rows into the same table. Nothing is vacuumed
// meanwhile: it would be counted wherever it happens to run.
func BenchmarkPostgres(b *testing.B) {
	server := pgtest.Start(b, pgtest.WithSetting("fsync", "on"), pgtest.WithSetting("shared_buffers", "256MB"),
		pgtest.WithSetting("max_wal_size", "2GB"), pgtest.WithSetting("autovacuum", "off"))
	benchmarkStore(b, server.Database, barePostgres)
}

// benchmarkStore has the ways of the same rows take turns. Each round has a database of its own for each way, and what counts
// is how a way stands beside the bare one of its round.
func benchmarkStore(b *testing.B, fresh func(t testing.TB) string, bare func(b *testing.B, dsn string, rows []row)) {
	b.Helper()
	ways := []way{
		{"bare", func(dsn string) spent { return bareRows(b, dsn, bare) }},
		{"writer", func(dsn string) spent { return onlyWriter(b, dsn) }},
		{"only redis", func(string) spent { return onlyRedis(b) }},
		{"from redis", func(dsn string) spent { return fromRedis(b, dsn) }},
	}
	rounds := make([][]spent, len(ways))
	for b.Loop() {
		for i, w := range ways {
			dsn := fresh(b)
			runtime.GC() // what the one before has left isn't this one's
			rounds[i] = append(rounds[i], w.run(dsn))
		}
	}
	for i := range ways {
		tell(b, ways[i].name, rounds[i], rounds[0])
	}
	b.ReportMetric(0, "ns/op")
}

// way is one of the ways that take turns.
type way struct {
	name string
	run  func(dsn string) spent
}

// measured measures a part of a way. In a CPU profile, go tool pprof -tagfocus way=NAME shows its samples alone.
func measured(b *testing.B, name string, part func()) (s spent) {
	b.Helper()
	pprof.Do(b.Context(), pprof.Labels("way", name), func(context.Context) {
		began := now()
		part()
		s = began.since()
	})
	return s
}

func bareRows(b *testing.B, dsn string, bare func(b *testing.B, dsn string, rows []row)) spent {
	b.Helper()
	rows := make([]row, benchEvents)
	for i := range rows {
		m := benchMessage(i)
		rows[i].fill(&m, m.ID.String())
	}
	must(b, open(b, dsn).Close()) // it makes the tables
	return measured(b, "bare", func() { bare(b, dsn, rows) })
}

func onlyWriter(b *testing.B, dsn string) spent {
	b.Helper()
	messages := make([]bus.Message, benchEvents)
	for i := range messages {
		messages[i] = benchMessage(i)
	}
	w := open(b, dsn)
	return measured(b, "writer", func() {
		for at := 0; at < len(messages); at += defaultBatch {
			must(b, w.handle(b.Context(), messages[at:min(at+defaultBatch, len(messages))]))
		}
	})
}

// onlyRedis reads and acknowledges the same events as fromRedis, and does nothing with them.
func onlyRedis(b *testing.B) spent {
	b.Helper()
	events, acked := published(b)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	return measured(b, "only redis", func() {
		var consumer sync.WaitGroup
		consumer.Go(func() {
			nothing := func(context.Context, []bus.Message) error { return nil }
			must(b, events.ConsumeBatch(ctx, sink.DBWriters, nothing, bus.WithBatchSize(defaultBatch)))
		})
		awaitAcks(acked)
		cancel()
		consumer.Wait()
	})
}

// fromRedis is the whole way of the same events: what is on the streams is read, written and acknowledged.
func fromRedis(b *testing.B, dsn string) spent {
	b.Helper()
	events, acked := published(b)
	w := open(b, dsn)
	stop := func() {}
	s := measured(b, "from redis", func() {
		stop = run(b, w, events)
		awaitAcks(acked)
	})
	stop()
	return s
}

// published puts the events onto a new server, and returns a bus that tells how many are acknowledged.
func published(b *testing.B) (events *bus.Bus, acked <-chan int) {
	b.Helper()
	told := make(chan int, benchEvents)
	events = openBus(b, redistest.Start(b), bus.WithHooks(bus.Hooks{Acked: func(_, _ string, n int) { told <- n }}))
	for i := range benchEvents {
		must(b, events.Publish(b.Context(), benchMessage(i).Event))
	}
	must(b, events.Flush(b.Context()))
	return events, told
}

func awaitAcks(acked <-chan int) {
	for left := benchEvents; left > 0; {
		left -= <-acked
	}
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
		part := slices.SortedFunc(slices.Values(rows[at:min(at+defaultBatch, len(rows))]), func(r, s row) int {
			return cmp.Or(strings.Compare(r.stream, s.stream), strings.Compare(r.entryID, s.entryID))
		})
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
