package change

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// RestoreGroupRequest asks for a copy of a consumer group from elsewhere. Unlike [CreateGroupRequest] it accepts every name that
// Redis accepts, including the empty one, and sends At unchanged.
//
// Restoring a group takes several commands, and may be interrupted between any two. The order below makes sure that no entry is
// lost, that is, passed by the group's position without being pending. Create the group just before the first entry that must be
// pending ([Writer.RestoreGroup]), make the entries pending ([Writer.RestorePending]), and move the group to its position last
// ([Writer.FinishGroup]). Until then its consumers are given more entries than in the original group, never fewer.
type RestoreGroupRequest struct {
	Stream, Group string
	// At is the position after which the group continues.
	At model.Position
	// EntriesRead is the number of entries ever added to the stream up to At (Redis 7). Unknown leaves it to the server.
	EntriesRead model.Count
}

func (r RestoreGroupRequest) command(verb string) model.Command {
	c := model.Command{"XGROUP", verb, r.Stream, r.Group, r.At.String()}
	if r.EntriesRead.Known {
		c = append(c, "ENTRIESREAD", strconv.FormatInt(r.EntriesRead.N, 10))
	}
	return c
}

// RestoreGroup creates a group: XGROUP CREATE. The error wraps [fault.ErrGroupExists] when a group of that name exists, which
// stays unchanged, and [fault.ErrNoStream] when there is no stream.
func (w *Writer) RestoreGroup(ctx context.Context, r RestoreGroupRequest) ([]model.Receipt, error) {
	return w.setGroup(ctx, r, "CREATE", "restore")
}

// FinishGroup moves a group to its position: XGROUP SETID. The error wraps [fault.ErrNoGroup] when the group is gone.
func (w *Writer) FinishGroup(ctx context.Context, r RestoreGroupRequest) ([]model.Receipt, error) {
	return w.setGroup(ctx, r, "SETID", "finish")
}

func (w *Writer) setGroup(ctx context.Context, r RestoreGroupRequest, verb, what string) ([]model.Receipt, error) {
	var receipts []model.Receipt
	if err := fault.NeedStream(r.Stream); err != nil {
		return nil, fmt.Errorf("bus: %s group: %w", what, err)
	}
	reply, err := w.send(ctx, r.command(verb), &receipts)
	if err != nil && r.EntriesRead.Known && wire.UnknownSyntax(reply) { // a server before Redis 7
		r.EntriesRead = model.Count{}
		_, err = w.send(ctx, r.command(verb), &receipts)
	}
	if err != nil {
		return receipts, fmt.Errorf("bus: %s group %s on %s: %w", what, r.Group, r.Stream, wire.GroupError(err))
	}
	return receipts, nil
}

// RestorePending makes entries of a stream pending for consumers of a group, with their original idle times and delivery counts,
// whether or not the group has delivered them. It sends one XCLAIM … FORCE JUSTID per entry, in pipelines. It returns the number
// that are pending now; an entry that doesn't exist can't be.
func (w *Writer) RestorePending(ctx context.Context, stream, group string, rows []model.Pending) (restored int64, err error) {
	if err := cmp.Or(fault.NeedStream(stream), w.conn.NeedWrite()); err != nil {
		return 0, fmt.Errorf("bus: restore pending: %w", err)
	}
	for start := 0; start < len(rows); start += wire.IDsPerCommand {
		chunk := rows[start:min(start+wire.IDsPerCommand, len(rows))]
		commands := make([][]any, len(chunk))
		for i, row := range chunk {
			commands[i] = model.Command{
				"XCLAIM", stream, group, row.Consumer, "0", row.ID.String(), "IDLE", millisText(row.Idle),
				"RETRYCOUNT", strconv.FormatInt(row.Deliveries, 10), "FORCE", "JUSTID",
			}.Args()
		}
		replies, err := w.conn.Pipeline(ctx, commands)
		if err != nil {
			return restored, fmt.Errorf("bus: restore pending of %s on %s: %w", group, stream, err)
		}
		for _, r := range replies {
			if r.Kind == wire.KindError {
				return restored, fmt.Errorf("bus: restore pending of %s on %s: %w", group, stream, wire.GroupError(wire.ServerError(r.Text)))
			}
			restored += int64(len(r.Elems))
		}
	}
	return restored, nil
}
