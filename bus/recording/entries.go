package recording

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"iter"

	"streamdesk/model"
)

// AddEntries adds entries to an incident file. One that is there already is left as it is.
func (s *Store) AddEntries(ctx context.Context, entries []model.Entry) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT INTO entries VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`)
		if err != nil {
			return err
		}
		defer func() { _ = insert.Close() }() // the transaction closes it too
		for i := range entries {
			e := &entries[i]
			// IDs are unsigned in Redis, and keep their bits here.
			if _, err := insert.ExecContext(ctx, int64(e.ID.Ms), int64(e.ID.Seq), e.Stream, packFields(e.Fields)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("add entries: %w", mend(err))
	}
	return nil
}

// Entries returns the entries of an incident file, oldest first. The sequence ends after an error.
func (s *Store) Entries(ctx context.Context) iter.Seq2[model.Entry, error] {
	return func(yield func(model.Entry, error) bool) {
		rows, err := s.db.QueryContext(ctx, `SELECT ms, seq, stream, fields FROM entries ORDER BY ms, seq, stream`)
		if err != nil {
			yield(model.Entry{}, fmt.Errorf("read the entries: %w", mend(err)))
			return
		}
		defer func() { _ = rows.Close() }() // rows.Err says what went wrong
		for rows.Next() {
			var ms, seq int64
			var e model.Entry
			var fields sql.RawBytes
			err := rows.Scan(&ms, &seq, &e.Stream, &fields)
			e.ID = model.Position{Ms: uint64(ms), Seq: uint64(seq)}
			if err == nil {
				e.Fields, err = unpackFields(fields)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(model.Entry{}, fmt.Errorf("read the entries: %w", mend(err)))
		}
	}
}

// packFields returns the names and values of fields, each after its length.
func packFields(fields []model.Field) []byte {
	b := binary.AppendUvarint(nil, uint64(len(fields)))
	for i := range fields {
		for _, text := range [...]string{fields[i].Name, fields[i].Value} {
			b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
		}
	}
	return b
}

// unpackFields is the reverse of packFields. The error is [ErrDamaged].
func unpackFields(b []byte) ([]model.Field, error) {
	d := decoder{left: b}
	var fields []model.Field
	for range d.len() {
		fields = append(fields, model.Field{Name: d.text(), Value: d.text()})
	}
	if d.err == nil && len(d.left) > 0 {
		d.fail()
	}
	if d.err != nil {
		return nil, fmt.Errorf("an entry: %w", d.err)
	}
	return fields, nil
}
