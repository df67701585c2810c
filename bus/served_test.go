package bus_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/embedded"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// served is a bus on a server, and a client to look at the server past the bus.
type served struct {
	*bus.Bus
	client *redis.Client
}

// onRedis serves a bus from a real redis-server.
func onRedis(t testing.TB, opts ...redistest.Option) served {
	t.Helper()
	return serve(t, redistest.Start(t, opts...).Client())
}

// serve opens a bus on a client, and closes it when the test ends.
func serve(t testing.TB, client *redis.Client, opts ...bus.Option) served {
	t.Helper()
	b, err := bus.Open(t.Context(), client, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	return served{b, client}
}

// bothServers are a real redis-server and the embedded one, which have to behave alike.
var bothServers = map[string]func(t testing.TB) served{
	"redis-server": func(t testing.TB) served { t.Helper(); return onRedis(t) },
	"embedded":     onEmbedded,
}

// needs skips the test of one of bothServers where a redis-server is of a version that lacks an ability.
func needs(t testing.TB, name string, abilities ...redistest.Ability) {
	t.Helper()
	if name == "redis-server" {
		redistest.Needs(t, abilities...)
	}
}

// onEmbedded serves a bus from the embedded server.
func onEmbedded(t testing.TB) served {
	t.Helper()
	server, err := embedded.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { _ = client.Close() })
	return serve(t, client)
}

// tells says whether a number that servers tell from Redis 7 on is the wanted one. An older server has it unknown, unless it
// follows from others.
func (s served) tells(t testing.TB, got model.Count, want int64) bool {
	t.Helper()
	return got == model.Exactly(want) || !got.Known && !must(s.Reader().Server(t.Context()))(t).Can.Lag
}

// run sends a command past the bus.
func (s served) run(t testing.TB, args ...any) any {
	t.Helper()
	v, err := s.client.Do(t.Context(), args...).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		t.Fatalf("%v: %v", args, err)
	}
	return v
}

// addAtOnce is how many entries are added at once: as many as a busy machine takes before a client loses patience and sends them again.
const addAtOnce = 2000

// add adds n entries with IDs from-0, from+1-0, … and returns them.
func (s served) add(t testing.TB, stream string, from, n int) []model.Entry {
	t.Helper()
	entries := make([]model.Entry, n)
	pipe := s.client.Pipeline()
	for i := range n {
		entries[i] = model.Entry{
			Stream: stream, ID: at(from + i), Fields: []model.Field{{Name: "data", Value: fmt.Sprintf(`{"n":%d}`, from+i)}},
		}
		pipe.XAdd(t.Context(), &redis.XAddArgs{
			Stream: stream, ID: entries[i].ID.String(), Values: []any{"data", entries[i].Fields[0].Value},
		})
		if pipe.Len() < addAtOnce && i < n-1 {
			continue
		}
		if _, err := pipe.Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return entries
}

// deliver has a consumer of a group, made when there is none, read n entries.
func (s served) deliver(t testing.TB, stream, group, consumer string, n int) {
	t.Helper()
	_ = s.client.XGroupCreateMkStream(t.Context(), stream, group, "0").Err() // BUSYGROUP: it is there
	s.run(t, "XREADGROUP", "GROUP", group, consumer, "COUNT", n, "STREAMS", stream, ">")
}

// at is the entry ID ms-0.
func at(ms int) model.Position { return model.Position{Ms: uint64(ms)} }

// ids are the entry IDs ms-0.
func ids(ms ...int) []model.Position {
	all := make([]model.Position, len(ms))
	for i := range ms {
		all[i] = at(ms[i])
	}
	return all
}

// must fails the test when err isn't nil.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// wantError fails the test unless err is target.
func wantError(t testing.TB, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("got error %v, want one that is %v", err, target)
	}
}
