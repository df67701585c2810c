package observe

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// PendingOf looks up entries in a group's pending entries list by ID: XPENDING for each, 500 per round trip. The rows are in the
// order of the IDs; a row with a zero ID means that the entry isn't pending. A stream or group that doesn't exist is an error
// (NOGROUP).
func (rd *Reader) PendingOf(ctx context.Context, stream, group string, ids []model.Position) ([]model.Pending, error) {
	if err := fault.NeedGroup(stream, group); err != nil {
		return nil, fmt.Errorf("bus: pending: %w", err)
	}
	rows := make([]model.Pending, 0, len(ids))
	for start := 0; start < len(ids); start += wire.IDsPerCommand {
		chunk := ids[start:min(start+wire.IDsPerCommand, len(ids))]
		commands := make([]wire.Read, len(chunk))
		for i, id := range chunk {
			commands[i] = wire.PendingOne(stream, group, id)
		}
		replies, err := rd.look.Pipeline(ctx, commands)
		if err != nil {
			return nil, fmt.Errorf("bus: pending in group %s on %s: %w", group, stream, err)
		}
		for _, r := range replies {
			switch {
			case r.Kind == wire.KindError:
				return nil, fmt.Errorf("bus: pending in group %s on %s: %w", group, stream, wire.ServerError(r.Text))
			case len(r.Elems) == 0:
				rows = append(rows, model.Pending{})
			default:
				rows = append(rows, readPending(r.At(0)))
			}
		}
	}
	return rows, nil
}
