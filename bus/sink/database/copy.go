package database

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// postgresCopy takes its values as text, which each column reads as its own type, whatever type its owner has given it.
	postgresCopy = `COPY workflow_updates (stream, entry_id, event_id, type, workflow_id, source_agent, timestamp, added_at, data) FROM STDIN`
	// copyTime is a time of PostgreSQL's ISO style, in microseconds as its own types are.
	copyTime = "2006-01-02 15:04:05.000000Z"
	// copyRow is about as large as an event, to make room for a batch at once.
	copyRow = 512
)

// copyNew stores rows that are most likely new with COPY, which costs the server three quarters of an INSERT, and the
// workflows in the same transaction. COPY stops at a row that is there already: nothing is stored then, and the error is one
// of the server. What was copied so far takes up room until the next vacuum.
func (s *postgresStore) copyNew(ctx context.Context, rows []row, workflows []course) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		text := bytes.NewReader(appendCopy(make([]byte, 0, len(rows)*copyRow), rows))
		if _, err := tx.Conn().PgConn().CopyFrom(ctx, text, postgresCopy); err != nil {
			return fmt.Errorf("copy into workflow_updates: %w", err)
		}
		if len(workflows) == 0 {
			return nil
		}
		if _, err := tx.Exec(ctx, postgresInsertWorkflows, workflowArrays(workflows)...); err != nil {
			return fmt.Errorf("insert into workflows: %w", err)
		}
		return nil
	})
}

// answered reports whether an error is the server's answer to a statement, and neither one of the connection nor of a server
// that can't be written to now.
func answered(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && !away(err)
}

// appendCopy appends rows in COPY's text format: one a line, columns between tabs.
func appendCopy(text []byte, rows []row) []byte {
	for i := range rows {
		r := &rows[i]
		for _, column := range [...]string{r.stream, r.entryID, r.eventID, r.kind, r.workflowID, r.agent} {
			text = append(appendCopied(text, column), '\t')
		}
		text = append(appendCopiedTime(text, r.timestamp), '\t')
		text = append(appendCopiedTime(text, r.added), '\t')
		text = append(appendCopied(text, r.data), '\n')
	}
	return text
}

// appendCopied appends a value with what COPY takes for a mark of its own escaped.
func appendCopied(text []byte, value string) []byte {
	for {
		at := strings.IndexAny(value, "\\\t\n\r")
		if at < 0 {
			return append(text, value...)
		}
		text = append(append(text, value[:at]...), '\\')
		switch value[at] {
		case '\t':
			text = append(text, 't')
		case '\n':
			text = append(text, 'n')
		case '\r':
			text = append(text, 'r')
		default:
			text = append(text, '\\')
		}
		value = value[at+1:]
	}
}

// appendCopiedTime appends a time, or NULL when it is zero.
func appendCopiedTime(text []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(text, `\N`...)
	}
	return t.UTC().AppendFormat(text, copyTime)
}
