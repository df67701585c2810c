package recording

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
)

//go:embed migrations
var migrationFiles embed.FS

// migrations are the steps of the schema in order. The file's user_version is the number of those that were applied. A step never
// changes after its release: a later one corrects it.
var migrations = []string{"1_moments.sql", "2_incident.sql"}

// ErrNewer means that a later streamdesk wrote the recording.
var ErrNewer = errors.New("the recording is of a newer streamdesk: use that one, or record into another file")

// errOther means that a file is a database, and no recording.
var errOther = errors.New("the file is no recording: name another")

// version returns the number of migrations that were applied.
func version(ctx context.Context, tx *sql.Tx) (int, error) {
	var version int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return 0, fmt.Errorf("read the version of the recording: %w", err)
	}
	if version > len(migrations) {
		return 0, ErrNewer
	}
	return version, nil
}

// known returns an error when the file can't be read as a recording.
func (s *Store) known(ctx context.Context) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		applied, err := version(ctx, tx)
		if err == nil && applied < len(migrations) {
			return errOther
		}
		return err
	})
}

// migrate applies the migrations that the file lacks, all of them or none.
func (s *Store) migrate(ctx context.Context) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		applied, err := version(ctx, tx)
		if err != nil {
			return err
		}
		var tables int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
			return fmt.Errorf("read the schema: %w", err)
		}
		if applied == 0 && tables > 0 {
			return errOther
		}
		for _, name := range migrations[applied:] {
			text, err := migrationFiles.ReadFile("migrations/" + name)
			if err != nil {
				return fmt.Errorf("read the migration %s: %w", name, err)
			}
			if _, err := tx.ExecContext(ctx, string(text)); err != nil {
				return fmt.Errorf("migration %s: %w", name, err)
			}
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, len(migrations)))
		return err
	})
}
