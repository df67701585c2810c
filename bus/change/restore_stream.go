package change

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// RestoreStreamRequest asks to give a stream the figures of another. After the entries were copied one by one, under their own
// IDs, these are the only remaining difference.
type RestoreStreamRequest struct {
	Stream string
	// Last is the ID that the next entry must come after; it must not be before any existing entry.
	Last model.Position
	// EntriesAdded is the number of entries ever added, MaxDeleted the greatest ID that was deleted or trimmed (zero when there
	// is none). Unknown leaves both unchanged; servers before Redis 7 have neither.
	EntriesAdded model.Count
	MaxDeleted   model.Position
	// Create is set when the stream must be created without an entry: it doesn't exist, or it is empty and only half created.
	Create bool
}

// createdBy is the name of a short-lived group: creating and destroying it creates an empty stream.
const createdBy = "streamdesk-restore"

// HalfMade reports whether [Writer.RestoreStream] was interrupted while it was creating the stream.
func HalfMade(s *model.Stream) bool { return !s.Missing && s.Length == 0 && s.Group(createdBy) != nil }

// Commands returns what [Writer.RestoreStream] sends, in order: with Create, the commands that create an empty stream; then
// XSETID.
func (r RestoreStreamRequest) Commands() []model.Command {
	var commands []model.Command
	if r.Create {
		commands = append(commands,
			model.Command{"XGROUP", "CREATE", r.Stream, createdBy, "0", "MKSTREAM"}, model.Command{"XGROUP", "DESTROY", r.Stream, createdBy})
	}
	set := model.Command{"XSETID", r.Stream, r.Last.String()}
	if r.EntriesAdded.Known {
		set = append(set, "ENTRIESADDED", strconv.FormatInt(r.EntriesAdded.N, 10), "MAXDELETEDID", r.MaxDeleted.String())
	}
	return append(commands, set)
}

// RestoreStream sets a stream's last ID and its counters: XSETID. The error is the server's when it refuses, for example because
// the ID is before an entry of the stream.
func (w *Writer) RestoreStream(ctx context.Context, r RestoreStreamRequest) ([]model.Receipt, error) {
	var receipts []model.Receipt
	if err := fault.NeedStream(r.Stream); err != nil {
		return nil, fmt.Errorf("bus: restore stream: %w", err)
	}
	for i, c := range r.Commands() {
		_, err := w.send(ctx, c, &receipts)
		if r.Create && i == 0 && errors.Is(wire.GroupError(err), fault.ErrGroupExists) {
			err = nil // an earlier call got no further
		}
		if err != nil {
			return receipts, fmt.Errorf("bus: restore stream %s: %w", r.Stream, err)
		}
	}
	return receipts, nil
}
