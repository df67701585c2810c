package observe

import (
	"context"
	"fmt"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Control returns what people have set for a group of the bus, whether the group exists or not, and the time by the server's
// clock (this machine's where TIME is denied): TIME, GET, PTTL and HGET. The error wraps [fault.ErrReply] when the keys hold
// something else; a server's refusal is a [wire.ServerError].
func (rd *Reader) Control(ctx context.Context, group string) (*model.Control, time.Time, error) {
	at, err := rd.look.Do(ctx, wire.Time())
	now, clockErr := serverTime(at)
	if err != nil || clockErr != nil {
		now = time.Now()
	}
	var replies []wire.Reply
	for _, read := range wire.Control(rd.look.Prefix(), group) {
		reply, err := rd.look.Do(ctx, read)
		if err != nil {
			return nil, now, fmt.Errorf("bus: what is set for group %s: %w", group, err)
		}
		replies = append(replies, reply)
	}
	control := wire.ReadControl(replies, now)
	if control == nil {
		return nil, now, fmt.Errorf("bus: what is set for group %s: %w: %s or %s holds something else",
			group, fault.ErrReply, model.PauseKey(rd.look.Prefix(), group), model.LimitKey(rd.look.Prefix(), group))
	}
	return control, now, nil
}

// addControls adds what is set for the groups of a snapshot. A user who may not read the keys isn't asked for again: the
// settings stay unknown.
func (rd *Reader) addControls(ctx context.Context, snap *model.Snapshot) {
	if rd.look.Learned().NoControl.Load() {
		return
	}
	var names []string
	seen := make(map[string]struct{})
	each := func(do func(g *model.Group)) {
		for i := range snap.Streams {
			for j := range snap.Streams[i].Groups {
				do(&snap.Streams[i].Groups[j])
			}
		}
	}
	each(func(g *model.Group) {
		if _, known := seen[g.Name]; !known {
			seen[g.Name] = struct{}{}
			names = append(names, g.Name)
		}
	})
	if len(names) == 0 {
		return
	}
	all, denied := rd.look.Controls(ctx, names, func() time.Time { return snap.At })
	if denied {
		rd.look.Learned().NoControl.Store(true)
	}
	each(func(g *model.Group) { g.Control = all[g.Name] })
}
