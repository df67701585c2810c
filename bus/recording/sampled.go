package recording

import (
	"context"
	"iter"
	"time"

	"streamdesk/model"
)

// Sampled is like [Store.Moments], but returns only the first moment of each step, and reads no others.
func (s *Store) Sampled(ctx context.Context, from, to time.Time, step time.Duration) iter.Seq2[model.Snapshot, error] {
	if step <= Step {
		return s.Moments(ctx, from, to)
	}
	return s.moments(ctx, `SELECT at_ms, state FROM moments WHERE at_ms IN
		(SELECT min(at_ms) FROM moments WHERE at_ms BETWEEN ? AND ? GROUP BY at_ms / ?) ORDER BY at_ms`,
		from.UnixMilli(), to.UnixMilli(), step.Milliseconds())
}
