package recording

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"streamdesk/model"
)

// Span says what a recording holds.
type Span struct {
	// First and Last are its oldest and newest moment; zero when it holds none.
	First, Last time.Time
	// Moments is how many it holds, Dropped how many were deleted to keep the max size.
	Moments, Dropped int64
	// Bytes is the size of what is kept.
	Bytes int64
}

// Span returns what the recording holds.
func (s *Store) Span(ctx context.Context) (Span, error) {
	var span Span
	err := s.transact(ctx, func(tx *sql.Tx) (err error) {
		var first, last sql.NullInt64
		if err := tx.QueryRowContext(ctx, `SELECT min(at_ms), max(at_ms), count(*) FROM moments`).Scan(&first, &last, &span.Moments); err != nil {
			return err
		}
		if first.Valid {
			span.First, span.Last = time.UnixMilli(first.Int64), time.UnixMilli(last.Int64)
		}
		if span.Dropped, err = readFact(ctx, tx, factDropped); err != nil {
			return err
		}
		span.Bytes, err = keptBytes(ctx, tx)
		return err
	})
	if err != nil {
		return Span{}, fmt.Errorf("read the recording: %w", err)
	}
	return span, nil
}

// At returns the newest moment at or before a time, and false when there is none. Its At says when it was.
func (s *Store) At(ctx context.Context, at time.Time) (moment model.Snapshot, found bool, err error) {
	for moment, err := range s.moments(ctx, `SELECT at_ms, state FROM moments WHERE at_ms <= ? ORDER BY at_ms DESC LIMIT 1`, at.UnixMilli()) {
		return moment, err == nil, err
	}
	return model.Snapshot{}, false, nil
}

// Moments returns the moments from one time to another, both included, oldest first. The sequence ends after an error, such as
// [ErrDamaged]. The store may not be used for anything else before the sequence has ended.
func (s *Store) Moments(ctx context.Context, from, to time.Time) iter.Seq2[model.Snapshot, error] {
	return s.moments(ctx, `SELECT at_ms, state FROM moments WHERE at_ms BETWEEN ? AND ? ORDER BY at_ms`, from.UnixMilli(), to.UnixMilli())
}

// errEnough ends a transaction whose reader wants no more.
var errEnough = errors.New("enough was read")

func (s *Store) moments(ctx context.Context, query string, args ...any) iter.Seq2[model.Snapshot, error] {
	return func(yield func(model.Snapshot, error) bool) {
		err := s.transact(ctx, func(tx *sql.Tx) error {
			names, err := readNames(ctx, tx)
			if err != nil {
				return err
			}
			from := unpacker{names: names}
			rows, err := tx.QueryContext(ctx, query, args...)
			if err != nil {
				return err
			}
			defer func() { _ = rows.Close() }() // rows.Err says what went wrong
			for rows.Next() {
				var at int64
				var state sql.RawBytes
				if err := rows.Scan(&at, &state); err != nil {
					return err
				}
				moment, err := from.unpack(state, time.UnixMilli(at))
				if err != nil {
					return err
				}
				if !yield(moment, nil) {
					return errEnough
				}
			}
			return rows.Err()
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(model.Snapshot{}, fmt.Errorf("read the recording: %w", err))
		}
	}
}
