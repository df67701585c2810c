package bus

import (
	"context"
	"fmt"
	"strconv"

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
	// Create says that the stream isn't there, and has to be created without an entry.
	Create bool
}

// createdBy is the name of a group that exists for a moment only: creating and destroying it is how an empty stream comes
// to be.
const createdBy = "streamdesk-restore"

// Commands are what [Bus.RestoreStream] sends, in order: XSETID, and before it, with Create, what makes an empty stream.
func (r RestoreStreamRequest) Commands() []Command {
	var commands []Command
	if r.Create {
		commands = append(commands,
			Command{"XGROUP", "CREATE", r.Stream, createdBy, "0", "MKSTREAM"}, Command{"XGROUP", "DESTROY", r.Stream, createdBy})
	}
	set := Command{"XSETID", r.Stream, r.Last.String()}
	if r.EntriesAdded.Known {
		set = append(set, "ENTRIESADDED", strconv.FormatInt(r.EntriesAdded.N, 10), "MAXDELETEDID", r.MaxDeleted.String())
	}
	return append(commands, set)
}

// RestoreStream sets a stream's last ID and its counters: XSETID. The error is the server's when it refuses, as it does an
// ID that is before an entry of the stream.
func (b *Bus) RestoreStream(ctx context.Context, r RestoreStreamRequest) ([]Receipt, error) {
	var receipts []Receipt
	if err := needStream(r.Stream); err != nil {
		return nil, fmt.Errorf("bus: restore stream: %w", err)
	}
	for _, c := range r.Commands() {
		if _, err := b.change(ctx, c, &receipts); err != nil {
			return receipts, fmt.Errorf("bus: restore stream %s: %w", r.Stream, err)
		}
	}
	return receipts, nil
}

// RestorePending gives entries of a stream to consumers of a group as they were pending elsewhere, with their idle times
// and deliveries, whether the group has delivered them or not: XCLAIM … FORCE JUSTID, one for each, in pipelines. It
// returns how many are pending now: an entry that isn't there can't be.
func (b *Bus) RestorePending(ctx context.Context, stream, group string, rows []model.Pending) (restored int64, err error) {
	if err := needGroup(stream, group); err != nil {
		return 0, fmt.Errorf("bus: restore pending: %w", err)
	}
	for start := 0; start < len(rows); start += maxIDsPerCommand {
		chunk := rows[start:min(start+maxIDsPerCommand, len(rows))]
		commands := make([][]any, len(chunk))
		for i, row := range chunk {
			commands[i] = Command{
				"XCLAIM", stream, group, row.Consumer, "0", row.ID.String(), "IDLE", millisText(row.Idle),
				"RETRYCOUNT", strconv.FormatInt(row.Deliveries, 10), "FORCE", "JUSTID",
			}.args()
		}
		replies, err := b.pipeline(ctx, commands)
		if err != nil {
			return restored, fmt.Errorf("bus: restore pending of %s on %s: %w", group, stream, err)
		}
		for _, r := range replies {
			if r.kind == kindError {
				return restored, fmt.Errorf("bus: restore pending of %s on %s: %w", group, stream, groupError(replyError(r.text)))
			}
			restored += int64(len(r.elems))
		}
	}
	return restored, nil
}
