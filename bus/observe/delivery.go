package observe

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Delivery returns the state of one entry in each group of its stream, in two round trips: XRANGE for the entry itself, XINFO
// GROUPS and XINFO STREAM, then one XPENDING per group. A stream that doesn't exist has no groups, and the entry is gone. An
// entry that doesn't exist is pending if the group says so; otherwise it is gone, or never existed if the stream's figures prove
// that ([model.Stream.NeverHeld]). A group that can't be queried has the state [model.DeliveryUnknown].
func (rd *Reader) Delivery(ctx context.Context, key model.Key) (model.Delivery, error) {
	d := model.Delivery{Key: key}
	if err := fault.NeedStream(key.Stream); err != nil {
		return d, fmt.Errorf("bus: delivery: %w", err)
	}
	replies, err := rd.look.Pipeline(ctx, []wire.Read{
		wire.Range(key.Stream, key.ID, key.ID, 1), wire.InfoGroups(key.Stream), wire.InfoStream(key.Stream),
	})
	if err != nil {
		return d, fmt.Errorf("bus: delivery of %s: %w", key, err)
	}
	entries, info := replies[0], replies[1]
	if entries.Kind == wire.KindError {
		return d, fmt.Errorf("bus: delivery of %s: %w", key, wire.ServerError(entries.Text))
	}
	d.Gone = len(entries.Elems) == 0
	if info.Kind == wire.KindError {
		if isNoKey(info.Text) {
			return d, nil
		}
		return d, fmt.Errorf("bus: delivery of %s: %w", key, wire.ServerError(info.Text))
	}
	if replies[2].Kind == wire.KindArray && d.Gone {
		s := readStream(key.Stream, replies[2])
		d.Never = s.NeverHeld(key.ID)
	}
	groups := make([]model.Group, len(info.Elems))
	for i, g := range info.Elems {
		groups[i] = readGroup(g)
	}
	sortGroups(groups)
	if d.Groups, err = rd.groupDeliveries(ctx, &d, groups); err != nil {
		return d, fmt.Errorf("bus: delivery of %s: %w", key, err)
	}
	return d, nil
}

func (rd *Reader) groupDeliveries(ctx context.Context, d *model.Delivery, groups []model.Group) ([]model.GroupDelivery, error) {
	if len(groups) == 0 {
		return nil, nil
	}
	key := d.Key
	commands := make([]wire.Read, len(groups))
	for i := range groups {
		commands[i] = wire.PendingOne(key.Stream, groups[i].Name, key.ID)
	}
	replies, err := rd.look.Pipeline(ctx, commands)
	if err != nil {
		return nil, err
	}
	deliveries := make([]model.GroupDelivery, len(groups))
	for i, r := range replies {
		deliveries[i].Group = groups[i].Name
		switch {
		case r.Kind == wire.KindError:
		case len(r.Elems) > 0:
			row := readPending(r.At(0))
			deliveries[i].State, deliveries[i].Pending = model.DeliveryPending, &row
		case d.Never:
			deliveries[i].State = model.NeverExisted
		case d.Gone:
			deliveries[i].State = model.DeliveryGone
		case key.ID.After(groups[i].LastDelivered):
			deliveries[i].State = model.NotDelivered
		default:
			deliveries[i].State = model.DeliveryAcked
		}
	}
	return deliveries, nil
}
