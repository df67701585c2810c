package observe

import (
	"context"
	"strings"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// observeParts is observe for servers without XINFO STREAM … FULL (before Redis 6): two round trips, the second about the groups
// that the first one found. It is also for servers that deny TIME: the idle times it reads need no clock, and it then uses this
// machine's time.
func (rd *Reader) observeParts(ctx context.Context, node wire.Node, keys []string) (time.Time, []model.Stream, error) {
	commands := make([]wire.Read, 0, 2*len(keys)+1)
	told := !rd.look.Learned().NoTime.Load()
	if told {
		commands = append(commands, wire.Time())
	}
	for _, key := range keys {
		commands = append(commands, wire.InfoStream(key), wire.InfoGroups(key))
	}
	replies, err := rd.look.PipelineOn(ctx, node, commands)
	if err != nil {
		return time.Time{}, nil, err
	}
	now := time.Now()
	switch {
	case !told:
	case wire.Denied(replies[0]):
		rd.look.Learned().NoTime.Store(true)
		replies = replies[1:]
	default:
		if now, err = serverTime(replies[0]); err != nil {
			return time.Time{}, nil, err
		}
		replies = replies[1:]
	}
	streams := make([]model.Stream, len(keys))
	counting := rd.lags.counting(rd.look)
	commands = commands[:0]
	for i, key := range keys {
		rd.look.Learned().See(replies[2*i])
		streams[i] = readStream(key, replies[2*i])
		for _, g := range replies[1+2*i].Elems {
			group := readGroup(g)
			group.Pending = g.Field("pending").Integer()
			streams[i].Groups = append(streams[i].Groups, group)
		}
		sortGroups(streams[i].Groups)
		counting.weigh(&streams[i], firstEntry(replies[2*i]))
		for _, group := range streams[i].Groups {
			commands = append(commands,
				wire.InfoConsumers(key, group.Name), wire.Pending(wire.Rows{Stream: key, Group: group.Name, To: model.MaxPosition, Count: 1}))
		}
	}
	if len(commands) == 0 {
		return now, streams, nil
	}
	if replies, err = rd.look.PipelineOn(ctx, node, commands); err != nil {
		return time.Time{}, nil, err
	}
	for i := range streams {
		for j := range streams[i].Groups {
			readParts(&streams[i].Groups[j], replies[0], replies[1])
			replies = replies[2:]
		}
	}
	return now, streams, counting.do(ctx, node)
}

// readParts adds what XINFO CONSUMERS and XPENDING say to a group. A group that vanished between the round trips
// stays as it was found.
func readParts(group *model.Group, consumers, pending wire.Reply) {
	for _, c := range consumers.Elems {
		consumer := model.Consumer{
			Name:    strings.Clone(c.Field("name").Text),
			Pending: c.Field("pending").Integer(),
			Idle:    max(c.Field("idle").Millis(), 0),
		}
		if inactive, ok := c.Get("inactive"); ok && inactive.Integer() >= 0 {
			consumer.Inactive = model.Exactly(inactive.Integer())
		}
		group.Consumers = append(group.Consumers, consumer)
	}
	sortConsumers(group.Consumers)
	if row := pending.At(0); pending.Kind == wire.KindArray && row.Kind == wire.KindArray {
		oldest := readPending(row)
		group.Oldest = &oldest
	}
}
