package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// sqliteBusy is how long a write waits for that of another process: a batch takes milliseconds, a migration seconds.
	sqliteBusy = 5 * time.Second
	// sqliteAgain is the pause between two attempts to open a file while another process switches it to WAL mode, which takes
	// milliseconds.
	sqliteAgain = 5 * time.Millisecond
	// sqlitePrimary masks the part of an error code that names the error; the rest is detail.
	sqlitePrimary = 0xFF
	// sqliteRows is the number of rows of one INSERT: above about 30, a longer statement gains nothing.
	sqliteRows = 50
	// sqliteCache, 16 MB, holds the changes of one transaction; with SQLite's default of 2 MB, pages were written to the log
	// twice. Neither the cache nor a statement's journal (temp_store) has to reach the disk.
	sqliteCache = "cache_size(-16000)"
	// sqliteCheckpoint copies the log into the file every 16 MB: a page that changes again before that is written once.
	sqliteCheckpoint = "wal_autocheckpoint(4000)"
	// sqliteTime sorts in time order.
	sqliteTime = "2006-01-02T15:04:05.000000000Z"
)

// sqliteStore is a SQLite file in WAL mode, so that readers don't wait for the writer. A commit is on the disk when it
// returns (synchronous FULL): the entry is acknowledged next and would not be delivered again.
type sqliteStore struct {
	path              string
	file              os.FileInfo // the file that is open
	db                *sql.DB
	one, many, upsert *sql.Stmt
}

// openSQLite opens a file. Parameters after a ? go to the driver and override the ones set here.
func openSQLite(ctx context.Context, path string) (*sqliteStore, error) {
	path, more, _ := strings.Cut(path, "?")
	pragmas := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(" + strconv.FormatInt(sqliteBusy.Milliseconds(), 10) + ")",
		"journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)", sqliteCache, sqliteCheckpoint,
	}}
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: pragmas.Encode() + "&" + more}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, err
	}
	// SQLite allows one write at a time; a second connection would only wait for it.
	db.SetMaxOpenConns(1)
	if err := connectSQLite(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	file, err := os.Stat(path)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &sqliteStore{path: path, file: file, db: db}, nil
}

// connectSQLite opens the connection. While one process switches a new file to WAL mode, SQLite tells others at once that it
// is locked, without the usual busy wait.
func connectSQLite(ctx context.Context, db *sql.DB) error {
	for began := time.Now(); ; {
		err := db.PingContext(ctx)
		var failure *sqlite.Error
		if !errors.As(err, &failure) || failure.Code()&sqlitePrimary != sqlite3.SQLITE_BUSY || time.Since(began) >= sqliteBusy {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(sqliteAgain):
		}
	}
}

func (s *sqliteStore) migrate(ctx context.Context) error {
	list, err := migrationsFor("sqlite")
	if err != nil {
		return err
	}
	// BEGIN IMMEDIATE takes the write lock: others wait for it, and then find nothing left to do.
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("lock the schema: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if _, err := tx.ExecContext(ctx, createSchemaTable); err != nil {
		return fmt.Errorf("create streamdesk_schema: %w", err)
	}
	var version int
	if err := tx.QueryRowContext(ctx, readSchemaVersion).Scan(&version); err != nil {
		return fmt.Errorf("read streamdesk_schema: %w", err)
	}
	steps, err := pending(list, version)
	if err != nil {
		return err
	}
	for _, m := range steps {
		if _, err := tx.ExecContext(ctx, m.sql); err != nil {
			return fmt.Errorf("migration %d (%s): %w", m.version, m.name, err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO streamdesk_schema VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ'))`, m.version, m.name); err != nil {
			return fmt.Errorf("migration %d (%s): %w", m.version, m.name, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit the schema: %w", err)
	}
	return s.prepare(ctx)
}

func (s *sqliteStore) prepare(ctx context.Context) (err error) {
	for _, p := range []struct {
		into  **sql.Stmt
		query string
	}{
		{&s.one, sqliteInsert(1)},
		{&s.many, sqliteInsert(sqliteRows)},
		{&s.upsert, insertWorkflows + `VALUES (?` + strings.Repeat(`,?`, workflowColumns-1) + `)` + mergeWorkflows},
	} {
		if *p.into, err = s.db.PrepareContext(ctx, p.query); err != nil { //nolint:sqlclosecheck // they end with the database
			return fmt.Errorf("prepare a statement: %w", err)
		}
	}
	return nil
}

func sqliteInsert(rows int) string {
	const values = `(?,?,?,?,?,?,?,?,?)`
	return insertRows + `VALUES ` + values + strings.Repeat(`,`+values, rows-1) + ` ON CONFLICT DO NOTHING`
}

// ping returns an error when the path no longer leads to the open file. Unix lets an open file be removed or replaced, and
// what is written to it then would be lost.
func (s *sqliteStore) ping(context.Context) error {
	file, err := os.Stat(s.path)
	switch {
	case err != nil:
		return fmt.Errorf("the file was removed while it was open; put it back, or start again for a new one: %w", err)
	case !os.SameFile(file, s.file):
		return fmt.Errorf("%s was replaced by another file; start again to write to that one", s.path)
	default:
		return nil
	}
}

func (s *sqliteStore) write(ctx context.Context, b *batch) error {
	if err := s.ping(ctx); err != nil {
		return err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	//nolint:sqlclosecheck // they end with the transaction
	many, one, upsert := tx.StmtContext(ctx, s.many), tx.StmtContext(ctx, s.one), tx.StmtContext(ctx, s.upsert)
	args := make([]any, 0, sqliteRows*rowColumns)
	for rows := b.rows; len(rows) > 0; {
		n, statement := 1, one
		if len(rows) >= sqliteRows {
			n, statement = sqliteRows, many
		}
		args = args[:0]
		for i := range rows[:n] {
			args = appendSQLiteRow(args, &rows[i])
		}
		if _, err := statement.ExecContext(ctx, args...); err != nil {
			return fmt.Errorf("insert into workflow_updates: %w", err)
		}
		rows = rows[n:]
	}
	for _, w := range b.workflows {
		if _, err := upsert.ExecContext(ctx, appendSQLiteWorkflow(args[:0], w)...); err != nil {
			return fmt.Errorf("insert into workflows: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func appendSQLiteRow(args []any, r *row) []any {
	return append(args, r.stream, r.entryID, r.eventID, r.kind, r.workflowID, r.agent,
		sqliteMoment(r.timestamp), sqliteMoment(r.added), r.data)
}

func appendSQLiteWorkflow(args []any, w *course) []any {
	return append(args, w.id,
		w.state.what, sqliteMoment(w.state.at), w.state.reason,
		w.stage.what, w.stage.state, sqliteMoment(w.stage.at),
		w.failure.what, w.failure.reason, sqliteMoment(w.failure.at),
		w.first.what, sqliteMoment(w.first.at), w.last.what, sqliteMoment(w.last.at),
		w.state.order, w.stage.order, w.failure.order, w.first.order, w.last.order)
}

// sqliteMoment formats a time. SQLite has no type for times, and its own functions read this form.
func sqliteMoment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(sqliteTime)
}

func (s *sqliteStore) refused(err error) bool {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Code() & sqlitePrimary {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_RANGE:
		return true
	default:
		return false
	}
}

func (s *sqliteStore) close() error { return s.db.Close() }
