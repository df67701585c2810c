package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresLock is the number of the advisory lock that guards migrations; any number that nothing else uses. It is the bytes of
// "streamdb".
const postgresLock = "8319400191411971170"

// postgresInsertRows has one array per column, so that a batch of any size uses the same statement, planned once.
const postgresInsertRows = insertRows + `
	SELECT stream, entry_id, event_id, type, workflow_id, source_agent, timestamp, added_at, data::jsonb
	FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::text[])
	AS r (stream, entry_id, event_id, type, workflow_id, source_agent, timestamp, added_at, data)
	ON CONFLICT DO NOTHING`

// insertName is the prepared statement's name.
const insertName = "streamdesk_insert"

// postgresStore is a PostgreSQL database.
type postgresStore struct{ db *sql.DB }

var _ store = (*postgresStore)(nil)

// openPostgres connects, so that a wrong address or password shows at once. connections is the number of concurrent batch
// writes.
func openPostgres(ctx context.Context, dsn string, connections int) (*postgresStore, error) {
	db, err := openPool(dsn, connections+1) // one more for the ping
	if err != nil {
		return nil, err
	}
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close() // the first error says more
		return nil, err
	}
	return &postgresStore{db}, nil
}

func (s *postgresStore) migrate(ctx context.Context) error {
	list, err := migrationsFor("postgres")
	if err != nil {
		return err
	}
	return transaction(ctx, s.db, func(c *connection) error {
		// The lock ends with the transaction, committed or not.
		if err := c.do(ctx, `SELECT pg_advisory_xact_lock(`+postgresLock+`)`); err != nil {
			return fmt.Errorf("lock the schema: %w", err)
		}
		if err := c.do(ctx, createSchemaTable); err != nil {
			return fmt.Errorf("create streamdesk_schema: %w", err)
		}
		version, err := schemaVersion(ctx, c)
		if err != nil {
			return fmt.Errorf("read streamdesk_schema: %w", err)
		}
		steps, err := pending(list, version)
		if err != nil {
			return err
		}
		for _, m := range steps {
			if err := c.do(ctx, m.sql); err != nil {
				return fmt.Errorf("migration %d (%s): %w", m.version, m.name, err)
			}
			if _, err := c.ask(ctx, `INSERT INTO streamdesk_schema VALUES ($1, $2, now()::text)`, strconv.Itoa(m.version), m.name); err != nil {
				return fmt.Errorf("migration %d (%s): %w", m.version, m.name, err)
			}
		}
		return nil
	})
}

func schemaVersion(ctx context.Context, c *connection) (int, error) {
	rows, err := c.ask(ctx, readSchemaVersion)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(rows[0][0]))
}

// write copies rows that come for the first time. Where some may be there already, or the server refuses to copy, it inserts.
func (s *postgresStore) write(ctx context.Context, b *batch) error {
	for i := range b.rows {
		if b.rows[i].again {
			return s.insert(ctx, b)
		}
	}
	if err := s.copyNew(ctx, b); !answered(err) {
		return err
	}
	return s.insert(ctx, b)
}

// insert stores rows of which some may be there.
func (s *postgresStore) insert(ctx context.Context, b *batch) error {
	return transaction(ctx, s.db, func(c *connection) error {
		if err := c.run(ctx, insertName, postgresInsertRows, rowArrays(b)); err != nil {
			return fmt.Errorf("insert into workflow_updates: %w", err)
		}
		return mergePostgres(ctx, c, b)
	})
}

func (s *postgresStore) ping(ctx context.Context) error { return s.db.PingContext(ctx) }

// rowArrays returns the parameters of postgresInsertRows.
func rowArrays(b *batch) *arrays {
	a := &arrays{length: len(b.rows), bytes: b.wire[:0]}
	a.texts(func(i int) string { return b.rows[i].stream })
	a.texts(func(i int) string { return b.rows[i].entryID })
	a.texts(func(i int) string { return b.rows[i].eventID })
	a.texts(func(i int) string { return b.rows[i].kind })
	a.texts(func(i int) string { return b.rows[i].workflowID })
	a.texts(func(i int) string { return b.rows[i].agent })
	a.times(func(i int) time.Time { return b.rows[i].timestamp })
	a.times(func(i int) time.Time { return b.rows[i].added })
	a.texts(func(i int) string { return b.rows[i].data })
	b.wire = a.bytes
	return a
}

// Classes of SQLSTATE that concern the values: another attempt doesn't help.
const (
	dataException       = "22" // characters that no text can hold, JSON that jsonb refuses, numbers out of range
	constraintViolation = "23"
	limitExceeded       = "54" // a key too long for its index, JSON too deep or too large
)

func (s *postgresStore) refused(err error) bool {
	var failure *pgconn.PgError
	if !errors.As(err, &failure) || len(failure.Code) < 2 {
		return false
	}
	switch failure.Code[:2] {
	case dataException, constraintViolation, limitExceeded:
		return true
	default:
		return false
	}
}

func (s *postgresStore) close() error { return s.db.Close() }
