package bus_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestDiscoverFindsTheKeysUnderThePrefixWhateverTheyHold(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:b", 1, 1)
			s.add(t, "events:a", 1, 1)
			s.run(t, "SET", "events:text", "no stream")
			s.add(t, "other", 1, 1)
			s.add(t, "dead:events:a", 1, 1)
			got := must(s.Reader().Discover(t.Context()))(t)
			if want := []string{"events:a", "events:b", "events:text"}; !slices.Equal(got, want) {
				t.Errorf("found %q, want %q", got, want)
			}
		})
	}
}

func TestDiscoverTakesThePrefixLiterally(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	odd := serve(t, s.client, bus.WithPrefix(`a*[b]?\c:`))
	s.add(t, `a*[b]?\c:x`, 1, 1)
	s.add(t, `aX[b]?\c:x`, 1, 1)
	s.add(t, `a*b??\c:x`, 1, 1)
	got := must(odd.Reader().Discover(t.Context()))(t)
	if want := []string{`a*[b]?\c:x`}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

func TestDiscoverReadsEveryPage(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	pipe := s.client.Pipeline()
	for i := range 5000 {
		pipe.Set(t.Context(), fmt.Sprintf("noise:%d", i), 1, 0)
	}
	for i := range 3000 {
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: fmt.Sprintf("events:%04d", i), Values: []any{"a", "b"}})
	}
	must(pipe.Exec(t.Context()))(t)
	got := must(s.Reader().Discover(t.Context()))(t)
	if len(got) != 3000 || !slices.IsSorted(got) {
		t.Errorf("found %d keys (sorted: %t), want 3000 in order", len(got), slices.IsSorted(got))
	}
}

func TestSnapshotSaysWhatTheServerSays(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 10)
			s.run(t, "XDEL", "events:a", "10-0")
			s.deliver(t, "events:a", "behind", "c1", 4)
			s.deliver(t, "events:a", "behind", "c2", 2)
			s.run(t, "XACK", "events:a", "behind", "1-0")
			s.run(t, "XGROUP", "CREATE", "events:a", "ahead", "$")
			s.run(t, "XCLAIM", "events:a", "ahead", "idle", 0, "9-0", "FORCE", "JUSTID") // makes the consumer
			s.run(t, "XACK", "events:a", "ahead", "9-0")
			s.run(t, "XGROUP", "CREATE", "events:empty", "g", "0", "MKSTREAM")
			snap := must(s.Reader().Snapshot(t.Context(), []string{"events:empty", "events:a", "events:none", "events:a"}))(t)

			if got := len(snap.Streams); got != 3 {
				t.Fatalf("%d streams, want 3", got)
			}
			a := snap.Stream("events:a")
			if a.Length != 9 || !s.tells(t, a.EntriesAdded, 10) || a.First != at(1) || a.Last != at(10) || a.EntriesAdded.Known && a.MaxDeleted != at(10) {
				t.Errorf("events:a is %+v", a)
			}
			info := must(s.client.XInfoGroups(t.Context(), "events:a").Result())(t)
			for _, want := range info {
				g := a.Group(want.Name)
				if g == nil || g.Pending != want.Pending || len(g.Consumers) != int(want.Consumers) ||
					g.LastDelivered.String() != want.LastDeliveredID {
					t.Errorf("group %s is %+v, want %+v", want.Name, g, want)
				}
				if want.Lag < 0 {
					want.Lag = 3 // the last one was deleted, so the server can't tell; it can be counted
				}
				if !s.tells(t, g.Lag, want.Lag) {
					t.Errorf("lag of %s is %v, want %d", want.Name, g.Lag, want.Lag)
				}
			}
			behind := a.Group("behind")
			if o := behind.Oldest; o == nil || o.ID != at(2) || o.Consumer != "c1" || o.Deliveries != 1 {
				t.Errorf("the oldest pending is %+v", o)
			}
			if got := behind.Consumers; got[0].Name != "c1" || got[0].Pending != 3 || got[1].Name != "c2" || got[1].Pending != 2 {
				t.Errorf("consumers are %+v", got)
			}
			if g := a.Group("ahead"); g.Oldest != nil || len(g.Consumers) != 1 {
				t.Errorf("ahead is %+v", g)
			}
			empty := snap.Stream("events:empty")
			if empty.Length != 0 || !empty.First.IsZero() || len(empty.Groups) != 1 || empty.Missing || empty.Problem != "" {
				t.Errorf("events:empty is %+v", empty)
			}
			if none := snap.Stream("events:none"); !none.Missing {
				t.Errorf("events:none is %+v", none)
			}
			if snap.At.IsZero() {
				t.Error("no time")
			}
		})
	}
}

func TestSnapshotShowsKeysThatAreNoStreams(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 1)
			s.run(t, "SET", "events:text", "x")
			snap := must(s.Reader().Snapshot(t.Context(), []string{"events:a", "events:text"}))(t)
			if p := snap.Stream("events:text").Problem; !strings.HasPrefix(p, "WRONGTYPE") {
				t.Errorf("the problem is %q", p)
			}
			if snap.Stream("events:a").Length != 1 {
				t.Error("the other stream suffers")
			}
		})
	}
}

func TestSnapshotShowsKeysThatMayNotBeSeen(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.WithACL("half on >pw ~events:mine* +@all"))
	all := serve(t, server.Client())
	all.add(t, "events:mine", 1, 1)
	all.add(t, "events:theirs", 1, 1)
	o := server.Options()
	o.Username, o.Password = "half", "pw"
	client := redis.NewClient(o)
	t.Cleanup(func() { _ = client.Close() })
	snap := must(serve(t, client).Reader().Snapshot(t.Context(), []string{"events:mine", "events:theirs"}))(t)
	if p := snap.Stream("events:theirs").Problem; !strings.HasPrefix(p, "NOPERM") {
		t.Errorf("the problem is %q", p)
	}
	if snap.Stream("events:mine").Length != 1 {
		t.Error("the other stream suffers")
	}
}

func TestSnapshotTakesIdleTimesFromTheServersClock(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 1)
	s.deliver(t, "events:a", "g", "c", 1)
	s.run(t, "XCLAIM", "events:a", "g", "c", "0", "1-0", "IDLE", "3600000")
	g := must(s.Reader().Snapshot(t.Context(), []string{"events:a"}))(t).Streams[0].Groups[0]
	if idle := g.Oldest.Idle; idle < time.Hour || idle > time.Hour+time.Minute {
		t.Errorf("pending idle %s, want an hour", idle)
	}
	if idle := g.Consumers[0].Idle; idle < 0 || idle > time.Minute {
		t.Errorf("consumer idle %s", idle)
	}
}

func TestSnapshotOfManyStreamsTakesFewRoundTrips(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	keys := make([]string, 26)
	for i := range keys {
		keys[i] = fmt.Sprintf("events:%02d", i)
		s.add(t, keys[i], 1, 1)
	}
	trips := &roundTrips{}
	s.client.AddHook(trips)
	must(s.Reader().Snapshot(t.Context(), keys))(t)
	if trips.n != 1 {
		t.Errorf("%d round trips, want 1", trips.n)
	}
}

// roundTrips counts what a client sends.
type roundTrips struct{ n int }

func (h *roundTrips) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h *roundTrips) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error { h.n++; return next(ctx, cmd) }
}

func (h *roundTrips) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error { h.n++; return next(ctx, cmds) }
}

func TestSnapshotOfNothingTellsTheTime(t *testing.T) {
	t.Parallel()
	snap := must(onRedis(t).Reader().Snapshot(t.Context(), nil))(t)
	if snap.At.IsZero() || len(snap.Streams) != 0 {
		t.Errorf("got %+v", snap)
	}
}

func TestSnapshotWithoutAServerIsAnError(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := serve(t, server.Client())
	server.Kill()
	if _, err := s.Reader().Snapshot(t.Context(), []string{"events:a"}); err == nil {
		t.Error("no error")
	}
}

func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 20)
	s.deliver(t, "events:a", "g", "c", 5)
	s.run(t, "XDEL", "events:a", "2-0")
	s.run(t, "SET", "events:text", "x")
	s.add(t, "dead:events:a", 1, 1)
	before := everything(t, s)
	ctx := t.Context()
	keys := append(must(s.Reader().Discover(ctx))(t), "events:none")
	must(s.Reader().Server(ctx))(t)
	must(s.Reader().Snapshot(ctx, keys))(t)
	must(s.Reader().Range(ctx, "events:none", model.Position{}, model.Position{}, 10))(t)
	must(s.Reader().RangeBack(ctx, "events:a", model.Position{}, model.Position{}, 10))(t)
	for _, q := range []observe.PendingQuery{
		{Stream: "events:a", Group: "g", Payloads: true},
		{Stream: "events:a", Group: "g", Consumer: "nobody", MinIdle: time.Second},
	} {
		must(s.Reader().Pending(ctx, q))(t)
	}
	if _, err := s.Reader().Pending(ctx, observe.PendingQuery{Stream: "events:none", Group: "g"}); err == nil {
		t.Error("a group that isn't there has pending entries")
	}
	must(s.Reader().Delivery(ctx, model.Key{Stream: "events:a", ID: at(1)}))(t)
	must(s.Reader().Delivery(ctx, model.Key{Stream: "events:none", ID: at(1)}))(t)
	must(s.Reader().DeadLetters(ctx, "events:none", model.Position{}, 10))(t)
	must(change.PlanTrim(ctx, s.Reader(), "events:a"))(t)
	must(change.PlanMaxLen(ctx, s.Reader(), "events:a", 3))(t)
	must(change.PlanSetID(ctx, s.Reader(), change.SetGroupIDRequest{Stream: "events:a", Group: "g"}))(t)
	if _, err := change.PlanTrim(ctx, s.Reader(), "events:none"); !errors.Is(err, fault.ErrNoStream) {
		t.Errorf("planning without a stream: %v", err)
	}
	for _, err := range s.Reader().Replay(ctx, []string{"events:a", "events:none"}, model.Position{}, model.Position{}) {
		must(0, err)(t)
	}
	for batch, err := range s.Reader().Tail(ctx, tail.Options{Backlog: 5, Types: []string{"*"}}) {
		must(batch, err)(t)
		break
	}
	if after := everything(t, s); !reflect.DeepEqual(after, before) {
		t.Errorf("looking changed the server:\nbefore %q\nafter  %q", before, after)
	}
}

// everything is all keys of the server with all they hold, groups and pending entries lists included.
func everything(t *testing.T, s served) map[string]string {
	t.Helper()
	held := make(map[string]string)
	for _, key := range must(s.client.Keys(t.Context(), "*").Result())(t) {
		held[key] = must(s.client.Dump(t.Context(), key).Result())(t)
	}
	return held
}

// TestWhatAStreamKnowsOfRepeatedPublishesIsShown: what Redis from 8.6 on says of XADD … IDMP.
func TestWhatAStreamKnowsOfRepeatedPublishesIsShown(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	if !must(s.Reader().Server(t.Context()))(t).Can.Idempotent {
		s.add(t, "events:a", 1, 1)
		if got := must(s.Reader().Snapshot(t.Context(), []string{"events:a"}))(t).Streams[0].Idempotence; got != nil {
			t.Errorf("of a server that knows nothing of it: %+v", got)
		}
		return
	}
	for range 3 {
		s.run(t, "XADD", "events:a", "IDMP", "p", "one", "*", "f", "v")
	}
	got := must(s.Reader().Snapshot(t.Context(), []string{"events:a"}))(t).Streams[0].Idempotence
	if got == nil || got.Added != 1 || got.Duplicates != 2 || got.Producers != 1 || got.IDs != 1 || got.Duration <= 0 || got.MaxSize <= 0 {
		t.Errorf("got %+v", got)
	}
}
