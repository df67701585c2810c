package change

import (
	"context"
	"strconv"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// SetGroupIDRequest asks for a group to continue from another position. Pending entries stay pending.
type SetGroupIDRequest struct {
	Stream, Group string
	// ID is the position after which the group continues: zero for the whole stream again, [model.MaxPosition] for entries added
	// from now on ("$").
	ID model.Position
	// EntriesRead is the number of entries ever added to the stream up to ID. Redis computes the group's lag from it. If it is
	// unknown, [Writer.SetGroupID] finds it out.
	EntriesRead model.Count
}

// Commands returns what [Writer.SetGroupID] sends: one XGROUP SETID, with ENTRIESREAD when that is known.
func (r SetGroupIDRequest) Commands() []model.Command {
	c := model.Command{"XGROUP", "SETID", r.Stream, r.Group, groupBound(r.ID)}
	if r.EntriesRead.Known {
		c = append(c, "ENTRIESREAD", strconv.FormatInt(r.EntriesRead.N, 10))
	}
	return []model.Command{c}
}

// SetGroupID moves a group's last-delivered ID: XGROUP SETID. [PlanSetID] tells in advance what that redelivers or skips. The
// error wraps [fault.ErrNoGroup] or [fault.ErrNoStream] when the group or stream doesn't exist.
//
// Moving a group clears its count of entries read, and with it the lag. So the count is sent along (ENTRIESREAD, Redis 7) if it
// can be found out exactly: by XINFO STREAM, and for an ID in the middle by XRANGE pages of up to 20,000 entries. For the same
// reason the end of the stream is sent as the last ID of that look, not as "$". Otherwise the lag is unknown until the group has
// read to the end.
func (w *Writer) SetGroupID(ctx context.Context, r SetGroupIDRequest) (GroupResult, error) {
	r = CountRead(ctx, w.reader, r)
	return w.changeGroup(ctx, "set the ID of", r.Stream, r.Group, r.Commands()[0])
}

// CountRead fills in what [Writer.SetGroupID] finds out before it sends the request: the number of entries ever added up to its
// ID, and the ID of the stream's end. What isn't known exactly stays unknown. It changes nothing.
func CountRead(ctx context.Context, on Reader, r SetGroupIDRequest) SetGroupIDRequest {
	if r.EntriesRead.Known || fault.NeedGroup(r.Stream, r.Group) != nil {
		return r
	}
	if id, read, err := on.EntriesRead(ctx, r.Stream, r.ID); err == nil && read.Known {
		r.ID, r.EntriesRead = id, read
	}
	return r
}
