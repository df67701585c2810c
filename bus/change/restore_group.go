package change

import (
	"context"
	"fmt"
	"strconv"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// RestoreGroupRequest asks for a consumer group as it was elsewhere. Unlike [CreateGroupRequest] it takes every name that
// Redis takes, the empty one included, and At is an ID that is sent as it is.
//
// Restoring a group takes several commands, and may be cut off between any two. So that no entry lies behind the group's
// position without being pending in it, create the group just before the first entry that is to be pending
// ([Writer.RestoreGroup]), make them pending ([Writer.RestorePending]), and move it to its position last
// ([Writer.FinishGroup]). Until then its consumers are given more than they would have been elsewhere, never less.
type RestoreGroupRequest struct {
	Stream, Group string
	// At is the position after which the group goes on.
	At model.Position
	// EntriesRead is how many entries had ever been added to the stream up to At (Redis 7). Unknown leaves it to the server.
	EntriesRead model.Count
}

func (r RestoreGroupRequest) command(verb string) model.Command {
	c := model.Command{"XGROUP", verb, r.Stream, r.Group, r.At.String()}
	if r.EntriesRead.Known {
		c = append(c, "ENTRIESREAD", strconv.FormatInt(r.EntriesRead.N, 10))
	}
	return c
}

// RestoreGroup creates a group: XGROUP CREATE. The error wraps [fault.ErrGroupExists] when there is one of that name, which is
// left as it is, and [fault.ErrNoStream] when there is no stream.
func (w *Writer) RestoreGroup(ctx context.Context, r RestoreGroupRequest) ([]model.Receipt, error) {
	return w.setGroup(ctx, r, "CREATE", "restore")
}

// FinishGroup moves a group to its position: XGROUP SETID. The error wraps [fault.ErrNoGroup] when it is gone.
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

// RestorePending gives entries of a stream to consumers of a group as they were pending elsewhere, with their idle times
// and deliveries, whether the group has delivered them or not: XCLAIM … FORCE JUSTID, one for each, in pipelines. It
// returns how many are pending now: an entry that isn't there can't be.
func (w *Writer) RestorePending(ctx context.Context, stream, group string, rows []model.Pending) (restored int64, err error) {
	if err := fault.NeedStream(stream); err != nil {
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
