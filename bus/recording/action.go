package recording

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"
)

// Action is a change that somebody made to the bus, on the desk or with a command: the same as in the audit file, without the
// commands and so without values.
type Action struct {
	// At is when the reply came, by the clock of the machine that made the change, to the microsecond.
	At time.Time
	// Name is the name of the change, such as ack.
	Name string
	// Stream and Group are its target. A part that doesn't apply is empty, and so is the stream of a change of several.
	Stream, Group string
	// Who made it: name@host.
	Who string
	// IDs is the number of entries that it was made to.
	IDs int
	// Err is the failure in words; empty when there was none.
	Err string
}

// Note records actions. One that is recorded already, by its time, name, target and maker, is not doubled: it keeps the higher number
// of entries, so that an action may be noted again when more of it is known. Those older than [Forget] are left out.
func (s *Store) Note(ctx context.Context, actions []Action) error {
	if len(actions) == 0 {
		return nil
	}
	err := s.transact(ctx, func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT INTO actions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
			SET ids = max(ids, excluded.ids), error = iif(excluded.error = '', error, excluded.error)`)
		if err != nil {
			return err
		}
		defer func() { _ = insert.Close() }() // the transaction closes it too
		newest := actions[len(actions)-1].At
		for i := range actions {
			a := &actions[i]
			if newest.Sub(a.At) > Forget {
				continue
			}
			if _, err := insert.ExecContext(ctx, a.At.UnixMicro(), a.Name, a.Stream, a.Group, a.Who, a.IDs, a.Err); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("record actions: %w", err)
	}
	return nil
}

// micros returns a time in microseconds, the last there is for one beyond.
func micros(t time.Time) int64 {
	if t.UnixMilli() > math.MaxInt64/1000 {
		return math.MaxInt64
	}
	return t.UnixMicro()
}

// Actions returns the actions from one time to another, both included, oldest first.
func (s *Store) Actions(ctx context.Context, from, to time.Time) ([]Action, error) {
	var actions []Action
	err := s.transact(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT at_us, name, stream, "group", who, ids, error FROM actions
			WHERE at_us BETWEEN ? AND ? ORDER BY at_us`, micros(from), micros(to))
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // rows.Err says what went wrong
		for rows.Next() {
			var a Action
			var at int64
			if err := rows.Scan(&at, &a.Name, &a.Stream, &a.Group, &a.Who, &a.IDs, &a.Err); err != nil {
				return err
			}
			a.At = time.UnixMicro(at)
			actions = append(actions, a)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read the recording: %w", err)
	}
	return actions, nil
}
