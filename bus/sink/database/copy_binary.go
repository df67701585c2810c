package database

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// madeTypes are the types that the columns of copyColumns were made with.
var madeTypes = []uint32{
	pgtype.TextOID, pgtype.TextOID, pgtype.TextOID, pgtype.TextOID, pgtype.TextOID, pgtype.TextOID,
	pgtype.TimestamptzOID, pgtype.TimestamptzOID, pgtype.JSONBOID,
}

// asMade reports whether the columns still have the types that they were made with. In a transaction they can't change until its
// end: who has looked at a table has it locked against that.
func asMade(ctx context.Context, conn *pgconn.PgConn) (bool, error) {
	looked, err := conn.Prepare(ctx, "", `SELECT `+copyColumns+` FROM workflow_updates`, nil)
	if err != nil {
		return false, err
	}
	return slices.EqualFunc(looked.Fields, madeTypes, func(f pgconn.FieldDescription, made uint32) bool { return f.DataTypeOID == made }), nil
}

const (
	// binaryBegin is the signature of COPY's binary format, with no flags and no extension.
	binaryBegin = "PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"
	// jsonbVersion stands before the text of a jsonb.
	jsonbVersion = 1
	// timeSize is the size of a time: microseconds as an int64.
	timeSize = 8
	// binaryNull is the length of a NULL, and where a row would begin, the end.
	binaryNull = -1
)

// appendBinary appends rows in COPY's binary format: the number of columns, and each value behind its length.
func appendBinary(text []byte, rows []row) []byte {
	text = append(text, binaryBegin...)
	for i := range rows {
		r := &rows[i]
		text = binary.BigEndian.AppendUint16(text, rowColumns)
		for _, column := range [...]string{r.stream, r.entryID, r.eventID, r.kind, r.workflowID, r.agent} {
			text = append(appendLength(text, len(column)), column...)
		}
		text = appendTime(appendTime(text, r.timestamp), r.added)
		text = append(appendLength(text, 1+len(r.data)), jsonbVersion)
		text = append(text, r.data...)
	}
	return append(text, 0xff, 0xff)
}

func appendLength(text []byte, n int) []byte {
	return binary.BigEndian.AppendUint32(text, uint32(int32(n)))
}

// appendTime appends a time with its length; NULL when it is zero.
func appendTime(text []byte, t time.Time) []byte {
	if t.IsZero() {
		return appendLength(text, binaryNull)
	}
	return binary.BigEndian.AppendUint64(appendLength(text, timeSize), uint64(t.UnixMicro()-postgresEpoch))
}

// postgresEpoch is where PostgreSQL's time begins, the year 2000, in microseconds of Unix's.
const postgresEpoch = 946_684_800_000_000
