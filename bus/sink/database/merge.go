package database

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// postgresMerge has one array per column, as postgresInsertRows has.
const postgresMerge = insertWorkflows + `
	SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
	$8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::timestamptz[], $13::text[], $14::timestamptz[],
	$15::text[], $16::text[], $17::text[], $18::text[], $19::text[])` + mergeWorkflows

// mergePostgres merges the workflows of a batch with those in the database. The arrays go into the batch's memory in the
// server's own form: by pgx's general way, each value is looked up, boxed and copied three times.
func mergePostgres(ctx context.Context, tx pgx.Tx, b *batch) error {
	if len(b.workflows) == 0 {
		return nil
	}
	values, types, formats := workflowArrays(b)
	conn := tx.Conn()
	var err error
	if conn.Config().DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		// Prepared once a connection, it is planned once.
		if _, err = conn.Prepare(ctx, mergeName, postgresMerge); err == nil {
			_, err = conn.PgConn().ExecPrepared(ctx, mergeName, values, formats, nil).Close()
		}
	} else { // the address says so: a pooler before the server may give each transaction another connection
		_, err = conn.PgConn().ExecParams(ctx, postgresMerge, values, types, formats, nil).Close()
	}
	if err != nil {
		return fmt.Errorf("insert into workflows: %w", err)
	}
	return nil
}

// mergeName is the prepared statement's name.
const mergeName = "streamdesk_merge"

// workflowArrays returns the parameters of postgresMerge.
func workflowArrays(b *batch) (values [][]byte, types []uint32, formats []int16) {
	a := arrays{workflows: b.workflows, bytes: b.wire[:0]}
	a.texts(func(w *course) string { return w.id })
	a.texts(func(w *course) string { return w.state.what })
	a.times(func(w *course) time.Time { return w.state.at })
	a.texts(func(w *course) string { return w.state.reason })
	a.texts(func(w *course) string { return w.stage.what })
	a.texts(func(w *course) string { return w.stage.state })
	a.times(func(w *course) time.Time { return w.stage.at })
	a.texts(func(w *course) string { return w.failure.what })
	a.texts(func(w *course) string { return w.failure.reason })
	a.times(func(w *course) time.Time { return w.failure.at })
	a.texts(func(w *course) string { return w.first.what })
	a.times(func(w *course) time.Time { return w.first.at })
	a.texts(func(w *course) string { return w.last.what })
	a.times(func(w *course) time.Time { return w.last.at })
	a.texts(func(w *course) string { return w.state.order })
	a.texts(func(w *course) string { return w.stage.order })
	a.texts(func(w *course) string { return w.failure.order })
	a.texts(func(w *course) string { return w.first.order })
	a.texts(func(w *course) string { return w.last.order })
	b.wire = a.bytes
	start := 0
	for _, end := range a.ends {
		values = append(values, a.bytes[start:end])
		formats = append(formats, pgx.BinaryFormatCode)
		start = end
	}
	return values, a.types, formats
}

// arrays are arrays of PostgreSQL in its binary form, one after the other: the number of dimensions, whether there are NULLs, the
// type, the length, the lowest index; then each value behind its length, which is -1 for NULL.
type arrays struct {
	workflows []*course
	bytes     []byte
	ends      []int
	types     []uint32
}

func (a *arrays) texts(of func(w *course) string) {
	a.begin(pgtype.TextOID)
	for _, w := range a.workflows {
		text := of(w)
		a.bytes = append(appendLength(a.bytes, len(text)), text...)
	}
	a.end(pgtype.TextArrayOID)
}

func (a *arrays) times(of func(w *course) time.Time) {
	a.begin(pgtype.TimestamptzOID)
	for _, w := range a.workflows {
		a.bytes = appendTime(a.bytes, of(w))
	}
	a.end(pgtype.TimestamptzArrayOID)
}

func (a *arrays) begin(of uint32) {
	for _, n := range [...]uint32{1, 1, of, uint32(len(a.workflows)), 1} {
		a.bytes = binary.BigEndian.AppendUint32(a.bytes, n)
	}
}

func (a *arrays) end(of uint32) {
	a.ends, a.types = append(a.ends, len(a.bytes)), append(a.types, of)
}
