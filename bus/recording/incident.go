package recording

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Manifest says what an incident file holds. An incident file is a recording of a stretch of time together with the entries of it, for a
// machine without the Redis that they came from. It holds no address, user or password.
type Manifest struct {
	Profile string    `json:"profile"`
	Prefix  string    `json:"prefix"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Made    time.Time `json:"made"`
	// Entries is the number of entries in the file, Streams how many streams they are of. Cut says why some of the stretch are missing;
	// empty when none are.
	Entries int64  `json:"entries"`
	Streams int    `json:"streams"`
	Cut     string `json:"cut,omitempty"`
	// Masks are the paths whose values were replaced.
	Masks []string `json:"masks,omitempty"`
}

// ErrNoIncident means that a file is a recording without entries, as the record command makes it.
var ErrNoIncident = errors.New("the file is a recording, and no incident file: make one with streamdesk incident")

// incidentBytes is the max size of an incident file; entries have a limit of their own.
const incidentBytes = 1 << 40

// Extract makes a new recording at a path, with what another one holds from one time to another, both included: moments, the server's
// figures and actions. Entries come in with [Store.AddEntries].
func Extract(ctx context.Context, source File, path string, from, to time.Time) (*Store, error) {
	read, err := source.Open(ctx)
	if err != nil {
		return nil, err
	}
	if err := read.Close(); err != nil {
		return nil, fmt.Errorf("close the recording: %w", err)
	}
	s, err := Create(ctx, path, incidentBytes)
	if err != nil {
		return nil, err
	}
	if err := s.copyFrom(ctx, source.Path, from, to); err != nil {
		return nil, errors.Join(fmt.Errorf("copy the recording: %w", mend(err)), s.Close())
	}
	return s, nil
}

// copyFrom copies what another file holds of a stretch of time. The names that the moments refer to keep their IDs.
func (s *Store) copyFrom(ctx context.Context, path string, from, to time.Time) error {
	if _, err := s.db.ExecContext(ctx, `ATTACH DATABASE ? AS source`, path); err != nil {
		return err
	}
	err := s.transact(ctx, func(tx *sql.Tx) error {
		for _, step := range []struct {
			statement string
			from, to  int64
		}{
			{`INSERT INTO names SELECT * FROM source.names WHERE ? <= ?`, 0, 1},
			{`INSERT INTO moments SELECT * FROM source.moments WHERE at_ms BETWEEN ? AND ?`, from.UnixMilli(), to.UnixMilli()},
			{`INSERT INTO servers SELECT * FROM source.servers WHERE at_ms BETWEEN ? AND ?`, from.Add(-ServerStep).UnixMilli(), to.UnixMilli()},
			{`INSERT INTO actions SELECT * FROM source.actions WHERE at_us BETWEEN ? AND ?`, from.UnixMicro(), to.UnixMicro()},
		} {
			if _, err := tx.ExecContext(ctx, step.statement, step.from, step.to); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, `DETACH DATABASE source`)
	return err
}

// Seal writes the manifest and makes the file whole in itself, to be moved and copied.
func (s *Store) Seal(ctx context.Context, m *Manifest) error {
	text, err := json.Marshal(m)
	if err == nil {
		_, err = s.db.ExecContext(ctx, `INSERT INTO manifest VALUES (?)`, string(text))
	}
	for _, statement := range []string{`VACUUM`, `PRAGMA journal_mode = DELETE`} {
		if err == nil {
			_, err = s.db.ExecContext(ctx, statement)
		}
	}
	if err != nil {
		return fmt.Errorf("finish the incident file: %w", mend(err))
	}
	return nil
}

// Manifest returns what an incident file holds. The error is [ErrNoIncident] for another recording.
func (s *Store) Manifest(ctx context.Context) (Manifest, error) {
	var text string
	err := s.db.QueryRowContext(ctx, `SELECT text FROM manifest`).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return Manifest{}, ErrNoIncident
	}
	var m Manifest
	if err == nil {
		err = json.Unmarshal([]byte(text), &m)
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("read the manifest: %w", mend(err))
	}
	return m, nil
}
