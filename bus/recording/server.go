package recording

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"streamdesk/model"
)

// ServerStep is the min time between two records of the server's own figures.
const ServerStep = 15 * time.Second

// ServerPoint is how the server was at one moment.
type ServerPoint struct {
	At     time.Time
	Server model.Server
}

// WriteServer records how the server was at a moment of its clock. What rarely changes is stored once, whatever the number of
// moments: all but uptime and used memory. One less than half a [ServerStep] from another is not written.
func (s *Store) WriteServer(ctx context.Context, at time.Time, server *model.Server) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		described := *server
		described.Uptime, described.UsedMemory, described.Withheld = 0, model.Count{}, withoutUser(server.Withheld)
		text, err := json.Marshal(described)
		if err != nil {
			return err
		}
		if err := s.loadIDs(ctx, tx); err != nil {
			return err
		}
		id, err := s.id(ctx, tx, string(text))
		if err != nil {
			return err
		}
		used := sql.NullInt64{Int64: server.UsedMemory.N, Valid: server.UsedMemory.Known}
		ms, near := at.UnixMilli(), (ServerStep / 2).Milliseconds()
		_, err = tx.ExecContext(ctx, `INSERT INTO servers SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM servers WHERE at_ms > ? AND at_ms < ?)`,
			ms, id, server.Uptime.Milliseconds(), used, ms-near, ms+near)
		return err
	})
	if err != nil {
		s.ids = nil // IDs of the transaction that failed are not in the file
		return fmt.Errorf("record the server: %w", err)
	}
	return nil
}

// ServerAt returns the newest record of the server at or before a time, and false when there is none.
func (s *Store) ServerAt(ctx context.Context, at time.Time) (point ServerPoint, found bool, err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		var ms, uptime int64
		var text []byte
		var used sql.NullInt64
		err := tx.QueryRowContext(ctx, `SELECT at_ms, name, uptime_ms, used_memory FROM servers JOIN names ON names.id = description
			WHERE at_ms <= ? ORDER BY at_ms DESC LIMIT 1`, at.UnixMilli()).Scan(&ms, &text, &uptime, &used)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		point.At = time.UnixMilli(ms)
		if err := json.Unmarshal(text, &point.Server); err != nil {
			return damaged(point.At)
		}
		point.Server.Uptime = time.Duration(uptime) * time.Millisecond
		point.Server.UsedMemory = model.Count{N: used.Int64, Known: used.Valid}
		found = true
		return nil
	})
	if err != nil {
		return ServerPoint{}, false, fmt.Errorf("read the recording: %w", err)
	}
	return point, found, nil
}
