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

// RestoreStreamRequest asks for a stream to have the figures of another: after its entries were copied one by one, under
// their own IDs, only these are missing for it to look the same to everybody.
type RestoreStreamRequest struct {
	Stream string
	// Last is the ID that the next entry has to come after; not before any entry there is.
	Last model.Position
	// EntriesAdded is how many entries were ever added, MaxDeleted the greatest ID that was deleted or trimmed (zero for
	// none). Unknown leaves both as they are; servers before Redis 7 have neither.
	EntriesAdded model.Count
	MaxDeleted   model.Position
	// Create says that the stream isn't there, or is empty and was left half made, and has to be created without an entry.
	Create bool
}

// createdBy is the name of a group that exists for a moment only: creating and destroying it is how an empty stream comes
// to be.
const createdBy = "streamdesk-restore"

// HalfMade says whether a stream is one that [Writer.RestoreStream] had begun to create when it was cut off.
func HalfMade(s *model.Stream) bool { return !s.Missing && s.Length == 0 && s.Group(createdBy) != nil }

// Commands are what [Writer.RestoreStream] sends, in order: XSETID, and before it, with Create, what makes an empty stream.
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

// RestoreStream sets a stream's last ID and its counters: XSETID. The error is the server's when it refuses, as it does an
// ID that is before an entry of the stream.
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
