package database

import (
	"context"
	"fmt"
	"time"
)

const (
	// postgresMerge has one array per column, as postgresInsertRows has.
	postgresMerge = insertWorkflows + `
	SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
	$8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::timestamptz[], $13::text[], $14::timestamptz[],
	$15::text[], $16::text[], $17::text[], $18::text[], $19::text[])` + mergeWorkflows
	// mergeName is the prepared statement's name.
	mergeName = "streamdesk_merge"
)

// mergePostgres merges the workflows of a batch with those in the database. The arrays are made in the batch's memory.
func mergePostgres(ctx context.Context, c *connection, b *batch) error {
	if len(b.workflows) == 0 {
		return nil
	}
	if err := c.run(ctx, mergeName, postgresMerge, workflowArrays(b)); err != nil {
		return fmt.Errorf("insert into workflows: %w", err)
	}
	return nil
}

// workflowArrays returns the parameters of postgresMerge.
func workflowArrays(b *batch) *arrays {
	a := &arrays{length: len(b.workflows), bytes: b.wire[:0]}
	texts := func(of func(w *course) string) { a.texts(func(i int) string { return of(b.workflows[i]) }) }
	times := func(of func(w *course) time.Time) { a.times(func(i int) time.Time { return of(b.workflows[i]) }) }
	texts(func(w *course) string { return w.id })
	texts(func(w *course) string { return w.state.what })
	times(func(w *course) time.Time { return w.state.at })
	texts(func(w *course) string { return w.state.reason })
	texts(func(w *course) string { return w.stage.what })
	texts(func(w *course) string { return w.stage.state })
	times(func(w *course) time.Time { return w.stage.at })
	texts(func(w *course) string { return w.failure.what })
	texts(func(w *course) string { return w.failure.reason })
	times(func(w *course) time.Time { return w.failure.at })
	texts(func(w *course) string { return w.first.what })
	times(func(w *course) time.Time { return w.first.at })
	texts(func(w *course) string { return w.last.what })
	times(func(w *course) time.Time { return w.last.at })
	texts(func(w *course) string { return w.state.order })
	texts(func(w *course) string { return w.stage.order })
	texts(func(w *course) string { return w.failure.order })
	texts(func(w *course) string { return w.first.order })
	texts(func(w *course) string { return w.last.order })
	b.wire = a.bytes
	return a
}
