package recording

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"streamdesk/model"
)

const (
	// DefaultMaxBytes is 256 MiB, which holds a day of 26 streams with 4 groups each several times over.
	DefaultMaxBytes = 256 << 20
	// minBytes is the min of the max size: some moments of a big bus.
	minBytes = 1 << 20
	// Step is the time between two moments that are recorded.
	Step = time.Second
)

// Store is a recording, open to write to ([Create]) or to read from ([Open]). One goroutine at a time may use it; any number of
// processes may read a file, and those that record into it share the moments.
type Store struct {
	db     *sql.DB
	max    int64             // bytes
	ids    map[string]uint64 // the IDs of names that are in the file; nil before the first write
	packer packer
	owner  int64     // tells this process's lease from others'
	until  time.Time // when the lease ends by the local clock; zero when it isn't the store's own
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Write records a snapshot as the moment s.At, thins what has become old and keeps the max size, in one transaction. A moment less
// than half a [Step] from one that is there is not written: another process recorded it.
func (s *Store) Write(ctx context.Context, snapshot *model.Snapshot) error {
	if err := s.write(ctx, snapshot); err != nil {
		s.ids = nil // IDs of the transaction that failed are not in the file
		return fmt.Errorf("record a moment: %w", err)
	}
	return nil
}

func (s *Store) write(ctx context.Context, snapshot *model.Snapshot) error {
	return s.transact(ctx, func(tx *sql.Tx) (failed error) {
		if err := s.loadIDs(ctx, tx); err != nil {
			return err
		}
		state, err := s.packer.pack(snapshot, func(name string) uint64 {
			id, err := s.id(ctx, tx, name)
			if err != nil {
				failed = err
			}
			return id
		})
		if err := errors.Join(failed, err); err != nil {
			return err
		}
		at, near := snapshot.At.UnixMilli(), (Step / 2).Milliseconds()
		if _, err := tx.ExecContext(ctx, `INSERT INTO moments SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM moments WHERE at_ms > ? AND at_ms < ?)`,
			at, state, at-near, at+near); err != nil {
			return err
		}
		if err := thin(ctx, tx, snapshot.At); err != nil {
			return err
		}
		return bound(ctx, tx, s.max)
	})
}

// loadIDs reads the IDs of the names that are in the file, unless they are known.
func (s *Store) loadIDs(ctx context.Context, tx *sql.Tx) error {
	if s.ids != nil {
		return nil
	}
	names, err := readNames(ctx, tx)
	if err != nil {
		return err
	}
	s.ids = make(map[string]uint64, len(names))
	for id, name := range names {
		s.ids[name] = id
	}
	return nil
}

// id returns the ID of a name, which is given one when it is new.
func (s *Store) id(ctx context.Context, tx *sql.Tx, name string) (uint64, error) {
	if id, ok := s.ids[name]; ok {
		return id, nil
	}
	// The update changes nothing, and makes RETURNING tell the ID of a name that another process added.
	var id uint64
	err := tx.QueryRowContext(ctx, `INSERT INTO names (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id`, name).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("name %q: %w", name, err)
	}
	s.ids[name] = id
	return id, nil
}

// readNames returns the names that the file holds, by ID.
func readNames(ctx context.Context, tx *sql.Tx) (map[uint64]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, name FROM names`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what went wrong
	names := map[uint64]string{}
	for rows.Next() {
		var id uint64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		names[id] = name
	}
	return names, rows.Err()
}

// transact commits what work does, or none of it.
func (s *Store) transact(ctx context.Context, work func(*sql.Tx) error) error {
	return mend(s.attempt(ctx, work))
}

func (s *Store) attempt(ctx context.Context, work func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}
