package database

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// postgresCopy takes its values as text, which each column reads as its own type, whatever type its owner has given it; or in
	// the binary form of the types that the columns were made with, which costs the server less.
	postgresCopy = `COPY workflow_updates (` + copyColumns + `) FROM STDIN`
	copyColumns  = `stream, entry_id, event_id, type, workflow_id, source_agent, timestamp, added_at, data`
	// copyRow is about as large as an event, to make room for a batch at once.
	copyRow = 512
)

// copyNew stores rows that are most likely new with COPY, which costs the server three quarters of an INSERT, and the
// workflows in the same transaction. COPY stops at a row that is there already: nothing is stored then, and the error is one
// of the server. What was copied so far takes up room until the next vacuum.
func (s *postgresStore) copyNew(ctx context.Context, b *batch) error {
	return transaction(ctx, s.db, func(c *connection) error {
		statement := postgresCopy
		b.wire = slices.Grow(b.wire[:0], len(b.rows)*copyRow)
		made, err := asMade(ctx, c.pg)
		switch {
		case err != nil:
			return fmt.Errorf("look at workflow_updates: %w", err)
		case made:
			statement += ` WITH (FORMAT binary)`
			b.wire = appendBinary(b.wire, b.rows)
		default:
			b.wire = appendCopy(b.wire, b.rows)
		}
		if _, err := c.pg.CopyFrom(ctx, bytes.NewReader(b.wire), statement); err != nil {
			return fmt.Errorf("copy into workflow_updates: %w", err)
		}
		return mergePostgres(ctx, c, b)
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
	for hasMark(value) {
		at := strings.IndexAny(value, copyMarks)
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
	return append(text, value...)
}

// copyMarks are what COPY takes for marks of its own.
const copyMarks = "\\\t\n\r"

// hasMark reports whether there is one of copyMarks, by looking for each: a processor looks for one byte in many at a time.
func hasMark(value string) bool {
	for i := range len(copyMarks) {
		if strings.IndexByte(value, copyMarks[i]) >= 0 {
			return true
		}
	}
	return false
}

// appendCopiedTime appends a time in microseconds, as PostgreSQL's own types are, or NULL when it is zero.
func appendCopiedTime(text []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(text, `\N`...)
	}
	return t.UTC().Truncate(time.Microsecond).AppendFormat(text, time.RFC3339Nano)
}
