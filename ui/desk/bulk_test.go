package desk

import (
	"fmt"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// publishAll writes events of these types, one of each workflow, at the clock's time in one round trip, and hands them to the desk.
func (b *harness) publishAll(types []model.Type, workflows int, data func(n int) string) {
	b.t.Helper()
	pipe := b.client.Pipeline()
	entries := make([]model.Entry, 0, len(types)*workflows)
	added := make([]*redis.StringCmd, 0, cap(entries))
	for _, t := range types {
		for n := range workflows {
			e := b.event(t, fmt.Sprintf("wf-%d", n), data(n))
			field := model.Field{Name: "data", Value: string(e.AppendJSON(nil))}
			entries = append(entries, model.Entry{Stream: b.bus.StreamKey(t), Fields: []model.Field{field}})
			added = append(added, pipe.XAdd(b.t.Context(), &redis.XAddArgs{Stream: b.bus.StreamKey(t), Values: []string{field.Name, field.Value}}))
		}
	}
	if _, err := pipe.Exec(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	for i := range entries {
		var err error
		if entries[i].ID, err = model.ParsePosition(added[i].Val()); err != nil {
			b.t.Fatal(err)
		}
	}
	b.arrive(entries...)
}

// deliverAll makes these groups of every type's stream, and lets a consumer of each read an entry of each, in two round trips.
func (b *harness) deliverAll(types []model.Type, groups []string, consumer string) {
	b.t.Helper()
	making, reading := b.client.Pipeline(), b.client.Pipeline()
	for _, t := range types {
		for _, group := range groups {
			making.XGroupCreateMkStream(b.t.Context(), b.bus.StreamKey(t), group, "0")
			reading.XReadGroup(b.t.Context(), &redis.XReadGroupArgs{
				Group: group, Consumer: consumer, Streams: []string{b.bus.StreamKey(t), ">"}, Count: 1, Block: -1,
			})
		}
	}
	for _, pipe := range []redis.Pipeliner{making, reading} {
		if _, err := pipe.Exec(b.t.Context()); err != nil {
			b.t.Fatal(err)
		}
	}
}
