package recording

import (
	"context"
	"database/sql"
	"fmt"
)

// factDropped counts the moments that were deleted to keep the max size.
const factDropped = "dropped"

// dropShare is the share of the moments that is deleted at once when the file is full, so that it isn't full again at once.
const dropShare = 100

// bound deletes the oldest moments, and what else is of their time, until what is kept takes at most limit bytes, and counts them. Pages that become free are
// used again, so the file grows no further.
func bound(ctx context.Context, tx *sql.Tx, limit int64) error {
	for {
		size, err := keptBytes(ctx, tx)
		if err != nil || size <= limit {
			return err
		}
		done, err := tx.ExecContext(ctx, `DELETE FROM moments WHERE at_ms IN
			(SELECT at_ms FROM moments ORDER BY at_ms LIMIT (SELECT 1 + count(*) / ? FROM moments))`, dropShare)
		if err != nil {
			return fmt.Errorf("delete the oldest: %w", err)
		}
		n, err := done.RowsAffected()
		if err != nil || n == 0 {
			return err // only names are left
		}
		var first sql.NullInt64
		if err := tx.QueryRowContext(ctx, `SELECT min(at_ms) FROM moments`).Scan(&first); err != nil {
			return err
		}
		if first.Valid {
			if err := forget(ctx, tx, first.Int64); err != nil {
				return err
			}
		}
		dropped, err := readFact(ctx, tx, factDropped)
		if err != nil {
			return err
		}
		if err := writeFact(ctx, tx, factDropped, dropped+n); err != nil {
			return err
		}
	}
}

// keptBytes returns the size of the file without free pages, in bytes.
func keptBytes(ctx context.Context, tx *sql.Tx) (int64, error) {
	var size int64
	err := tx.QueryRowContext(ctx, `SELECT (page_count - freelist_count) * page_size
		FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`).Scan(&size)
	if err != nil {
		return 0, fmt.Errorf("read the size of the recording: %w", err)
	}
	return size, nil
}
