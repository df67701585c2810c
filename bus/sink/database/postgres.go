package database

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// postgresConnect is the timeout of a connection attempt; connect_timeout in the DSN overrides it.
	postgresConnect = 5 * time.Second
	// postgresLock is the number of the advisory lock that guards migrations; any number that nothing else uses.
	postgresLock = 0x73747265616d6462 // "streamdb"
)

// postgresInsertRows has one array per column, so that a batch of any size uses the same statement, planned once.
const postgresInsertRows = insertRows + `
	SELECT stream, entry_id, event_id, type, workflow_id, source_agent, timestamp, added_at, data::jsonb
	FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::text[])
	AS r (stream, entry_id, event_id, type, workflow_id, source_agent, timestamp, added_at, data)
	ON CONFLICT DO NOTHING`

// postgresStore is a PostgreSQL database.
type postgresStore struct{ pool *pgxpool.Pool }

var _ store = (*postgresStore)(nil)

// openPostgres connects, so that a wrong address or password shows at once. connections is the number of concurrent batch
// writes.
func openPostgres(ctx context.Context, dsn string, connections int) (*postgresStore, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = postgresConnect
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "streamdesk"
	}
	// One more for the ping.
	config.MaxConns = max(config.MaxConns, int32(min(connections, 1<<10))+1)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return &postgresStore{pool}, nil
}

func (s *postgresStore) migrate(ctx context.Context) error {
	list, err := migrationsFor("postgres")
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		// The lock ends with the transaction, committed or not.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(postgresLock)); err != nil {
			return fmt.Errorf("lock the schema: %w", err)
		}
		if _, err := tx.Exec(ctx, createSchemaTable); err != nil {
			return fmt.Errorf("create streamdesk_schema: %w", err)
		}
		var version int
		if err := tx.QueryRow(ctx, readSchemaVersion).Scan(&version); err != nil {
			return fmt.Errorf("read streamdesk_schema: %w", err)
		}
		steps, err := pending(list, version)
		if err != nil {
			return err
		}
		for _, m := range steps {
			if _, err := tx.Exec(ctx, m.sql); err != nil {
				return fmt.Errorf("migration %d (%s): %w", m.version, m.name, err)
			}
			if _, err := tx.Exec(ctx, `INSERT INTO streamdesk_schema VALUES ($1, $2, now()::text)`, m.version, m.name); err != nil {
				return fmt.Errorf("migration %d (%s): %w", m.version, m.name, err)
			}
		}
		return nil
	})
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
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, postgresInsertRows, rowArrays(b.rows)...); err != nil {
			return fmt.Errorf("insert into workflow_updates: %w", err)
		}
		return mergePostgres(ctx, tx, b)
	})
}

func (s *postgresStore) ping(ctx context.Context) error { return s.pool.Ping(ctx) }

func rowArrays(rows []row) []any {
	text := func(of func(r *row) string) []string {
		list := make([]string, len(rows))
		for i := range rows {
			list[i] = of(&rows[i])
		}
		return list
	}
	timestamps, added := make([]*time.Time, len(rows)), make([]time.Time, len(rows))
	for i := range rows {
		timestamps[i], added[i] = moment(&rows[i].timestamp), rows[i].added
	}
	return []any{
		text(func(r *row) string { return r.stream }),
		text(func(r *row) string { return r.entryID }),
		text(func(r *row) string { return r.eventID }),
		text(func(r *row) string { return r.kind }),
		text(func(r *row) string { return r.workflowID }),
		text(func(r *row) string { return r.agent }),
		timestamps, added,
		text(func(r *row) string { return r.data }),
	}
}

// moment returns t, or nil for NULL when t is zero.
func moment(t *time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return t
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

func (s *postgresStore) close() error {
	s.pool.Close()
	return nil
}
