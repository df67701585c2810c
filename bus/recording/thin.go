package recording

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Forget is the age at which a moment is deleted.
const Forget = 90 * 24 * time.Hour

// thinning says that of moments older than age, the first in each step is kept.
type thinning struct {
	fact      string // how far it has come, in the table facts
	age, step time.Duration
}

// thinnings keep a second for an hour, ten for a day and a minute after that.
var thinnings = [...]thinning{
	{"thinned_to_10s", time.Hour, 10 * time.Second},
	{"thinned_to_1m", 24 * time.Hour, time.Minute},
}

// thinEvery is the min time between two thinnings: deleting a minute's moments at once costs hardly more than one's.
const thinEvery = time.Minute

// thinCommands keep of what is from ?1 to ?2 the first in each step of ?3; all in milliseconds.
var thinCommands = [...]string{
	`DELETE FROM moments WHERE at_ms >= ?1 AND at_ms < ?2 AND at_ms NOT IN
		(SELECT min(at_ms) FROM moments WHERE at_ms >= ?1 AND at_ms < ?2 GROUP BY at_ms / ?3)`,
	`DELETE FROM servers WHERE at_ms >= ?1 AND at_ms < ?2 AND at_ms NOT IN
		(SELECT min(at_ms) FROM servers WHERE at_ms >= ?1 AND at_ms < ?2 GROUP BY at_ms / ?3)`,
}

// thin deletes the moments that are too close for their age at the time now, and those that are too old.
func thin(ctx context.Context, tx *sql.Tx, now time.Time) error {
	for _, t := range thinnings {
		begin, err := readFact(ctx, tx, t.fact)
		if err != nil {
			return err
		}
		end := now.Add(-t.age).Truncate(t.step).UnixMilli()
		if end-begin < thinEvery.Milliseconds() {
			continue
		}
		for _, command := range thinCommands {
			if _, err := tx.ExecContext(ctx, command, begin, end, t.step.Milliseconds()); err != nil {
				return fmt.Errorf("thin: %w", err)
			}
		}
		if err := writeFact(ctx, tx, t.fact, end); err != nil {
			return err
		}
	}
	return forget(ctx, tx, now.Add(-Forget).UnixMilli())
}

// forget deletes what was before a moment, in milliseconds.
func forget(ctx context.Context, tx *sql.Tx, before int64) error {
	for _, command := range [...]string{
		`DELETE FROM moments WHERE at_ms < ?`, `DELETE FROM servers WHERE at_ms < ?`, `DELETE FROM actions WHERE at_us < ? * 1000`,
	} {
		if _, err := tx.ExecContext(ctx, command, before); err != nil {
			return fmt.Errorf("delete what is old: %w", err)
		}
	}
	return nil
}

func readFact(ctx context.Context, tx *sql.Tx, name string) (int64, error) {
	var value int64
	err := tx.QueryRowContext(ctx, `SELECT coalesce(max(value), 0) FROM facts WHERE name = ?`, name).Scan(&value)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", name, err)
	}
	return value, nil
}

func writeFact(ctx context.Context, tx *sql.Tx, name string, value int64) error {
	if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO facts VALUES (?, ?)`, name, value); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
