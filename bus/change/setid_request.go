package change

import (
	"context"
	"strconv"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// SetGroupIDRequest asks for a group to go on from another position. What is pending stays pending.
type SetGroupIDRequest struct {
	Stream, Group string
	// ID is the position after which the group goes on: zero for the whole stream again, [model.MaxPosition] for what is
	// added from now on ("$").
	ID model.Position
	// EntriesRead is how many entries had ever been added to the stream up to ID, from which Redis works out the group's lag.
	// Unknown leaves it to [Writer.SetGroupID] to find out.
	EntriesRead model.Count
}

// Commands are what [Writer.SetGroupID] sends: one XGROUP SETID, with ENTRIESREAD when that is known.
func (r SetGroupIDRequest) Commands() []model.Command {
	c := model.Command{"XGROUP", "SETID", r.Stream, r.Group, groupBound(r.ID)}
	if r.EntriesRead.Known {
		c = append(c, "ENTRIESREAD", strconv.FormatInt(r.EntriesRead.N, 10))
	}
	return []model.Command{c}
}

// SetGroupID moves a group's last-delivered ID: XGROUP SETID. [PlanSetID] says beforehand what that redelivers or
// skips. The error wraps [fault.ErrNoGroup] or [fault.ErrNoStream] when there is none.
//
// A group that is moved loses count of what it has read, and Redis its lag with it. So it is told again (ENTRIESREAD, Redis 7)
// where that can be found out exactly: XINFO STREAM, and for an ID in the middle XRANGE pages of up to 20,000 entries.
// For the same reason the end of the stream is sent as the ID it has at that look rather than as "$". Otherwise the lag is
// unknown until the group has read to the end.
func (w *Writer) SetGroupID(ctx context.Context, r SetGroupIDRequest) (GroupResult, error) {
	r = CountRead(ctx, w.reader, r)
	return w.changeGroup(ctx, "set the ID of", r.Stream, r.Group, r.Commands()[0])
}

// CountRead fills in what [Writer.SetGroupID] finds out before it sends the request: how many entries had been added up to its
// ID, and which ID the end of the stream has. What can't be told exactly stays unknown. It changes nothing.
func CountRead(ctx context.Context, on Reader, r SetGroupIDRequest) SetGroupIDRequest {
	if r.EntriesRead.Known || fault.NeedGroup(r.Stream, r.Group) != nil {
		return r
	}
	if id, read, err := on.EntriesRead(ctx, r.Stream, r.ID); err == nil && read.Known {
		r.ID, r.EntriesRead = id, read
	}
	return r
}
