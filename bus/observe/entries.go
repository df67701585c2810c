package observe

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// Entries returns whole entries by their IDs, in one round trip: XRANGE for each. They are in the order of the IDs. An entry that
// is gone, or whose stream doesn't exist, has nil Fields.
func (rd *Reader) Entries(ctx context.Context, stream string, ids []model.Position) ([]model.Entry, error) {
	rows := make([]model.PendingEntry, len(ids))
	for i, id := range ids {
		rows[i].ID = id
		rows[i].Entry = model.Entry{Stream: stream, ID: id}
	}
	err := fault.NeedStream(stream)
	if err == nil {
		err = rd.readPayloads(ctx, stream, rows)
	}
	if err != nil {
		return nil, fmt.Errorf("bus: entries of %s: %w", stream, err)
	}
	entries := make([]model.Entry, len(rows))
	for i := range rows {
		entries[i] = rows[i].Entry
	}
	return entries, nil
}
