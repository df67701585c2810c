package bus_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// keepMaster has a server refuse to become a replica: what is connected to it when another is promoted stays so until it
// notices by itself.
func keepMaster(t *testing.T, s *redistest.Server) {
	t.Helper()
	if err := s.Client().Do(t.Context(), "acl", "setuser", "default", "-replicaof", "-slaveof").Err(); err != nil {
		t.Fatalf("this needs a server with ACLs (Redis 6): %v", err)
	}
}

// holds says whether an entry is there.
func holds(t *testing.T, s *redistest.Server, stream string, id model.Position) bool {
	t.Helper()
	found, err := s.Client().XRange(t.Context(), stream, id.String(), id.String()).Result()
	return err == nil && len(found) == 1
}

func TestR24_EveryConnectionFollowsTheMasterThoughTheFormerOneLivesOn(t *testing.T) {
	t.Parallel()
	set := redistest.StartSentinel(t)
	b := sentinelBus(t, set)
	got, shown := newSeen(), newSeen()
	var released atomic.Bool
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		if m.Event.WorkflowID == "held" && !released.Load() {
			return bus.RetryAfter(50*time.Millisecond, errors.New("not yet"))
		}
		return got.handle(ctx, m)
	}, bus.WithBlock(30*time.Second), bus.WithAckWait(time.Hour))
	following, stop := context.WithCancel(t.Context())
	var tailing sync.WaitGroup
	tailing.Go(func() {
		for batch, err := range b.Reader().Tail(following, tail.Options{}) {
			for _, e := range batch.Entries {
				_ = shown.handle(following, bus.Message{Record: b.Reader().Decode(e)})
			}
			_ = err // the tail goes on by itself
		}
	})
	defer tailing.Wait()
	defer stop()
	loader := b.Writer().NewLoader()
	defer func() { _ = loader.Close() }()
	load := func() model.Position {
		done, err := loader.Add(t.Context(), []model.Entry{{Stream: "loaded", Fields: []model.Field{{Name: "a", Value: "b"}}}})
		if err != nil || done[0].Err != nil {
			return model.Position{}
		}
		return done[0].ID
	}
	for _, workflow := range []string{"done", "held"} {
		for i := range 20 {
			if _, err := b.PublishSync(t.Context(), event("a.b", workflow, i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	load()
	redistest.Eventually(t, patience, func() bool { return got.count() == 20 && shown.count() > 0 && pending(t, b, "workers") == 20 })
	former, err := set.Master(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	former.AwaitReplica(t)
	keepMaster(t, former)
	promoted := set.Promote(t)

	redistest.Eventually(t, patience, func() bool {
		ids, err := b.PublishSync(t.Context(), event("c.d", "new", 0))
		return err == nil && holds(t, promoted, "events:c.d", ids[0])
	}, "events are published to the new master")
	redistest.Eventually(t, patience, func() bool { return holds(t, promoted, "loaded", load()) }, "entries are loaded into the new master")
	e := event("a.b", "direct", 0)
	e.ID, e.Timestamp = "only-there", time.Now()
	if err := promoted.Client().Do(t.Context(), "xadd", "events:a.b", "*", "data", e.AppendJSON(nil)).Err(); err != nil {
		t.Fatal(err)
	}
	has := func(s *seen) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.byEvent["only-there"] > 0
	}
	redistest.Eventually(t, patience, func() bool { return has(got) }, "the group is delivered what the new master has")
	redistest.Eventually(t, patience, func() bool { return has(shown) }, "the tail shows what the new master has")
	released.Store(true)
	redistest.Eventually(t, patience, func() bool {
		p, err := promoted.Client().XPending(t.Context(), "events:a.b", "workers").Result()
		return err == nil && p.Count == 0 && got.count() >= 41
	}, "what was pending is handled, and acknowledged to the new master")
	if role := former.Client().Info(t.Context(), "replication").Val(); !strings.Contains(role, "role:master") {
		t.Error("the former master became a replica, and told its clients by that")
	}
}

func TestR24_ABusThatFollowedSentinelLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	set := redistest.StartSentinel(t)
	watched := func() bool {
		return slices.ContainsFunc(labelled(t, t.Name()), func(stack string) bool { return strings.Contains(stack, "masters).watch") })
	}
	leavesNothing(t, func() {
		client := set.Client()
		defer client.Close()
		b := must(bus.Open(t.Context(), client))(t)
		must(b.PublishSync(t.Context(), event("a.b", "wf", 0)))(t)
		// The goroutine is there, and may not have begun yet.
		redistest.Eventually(t, patience, watched, "the master is watched")
		if err := b.Close(soon(t)); err != nil {
			t.Error(err)
		}
		if watched() {
			t.Error("the watch goes on after Close")
		}
	})
}

func TestR24_NothingIsLostThatAReplicaHasAcknowledged(t *testing.T) {
	t.Parallel()
	for _, way := range failovers {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			set := redistest.StartSentinel(t)
			former, err := set.Master(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			former.AwaitReplica(t)
			w := busLoser(sentinelBus(t, set, bus.WithWait(1, 200*time.Millisecond)), "our.event")
			ctx, stop := context.WithCancel(t.Context())
			var running sync.WaitGroup
			running.Go(func() { w.run(ctx) })
			more := func(n int) {
				t.Helper()
				enough := w.count() + n
				redistest.Eventually(t, patience, func() bool { return w.count() >= enough })
			}
			more(50)
			way.lose(t, set, former)
			switch way.name {
			case "killed":
				set.Rejoin(t, former)
			case "stopped":
				former.Resume()
			}
			set.AwaitDemotion(t, former)
			more(50)
			stop()
			running.Wait()
			promoted, err := set.Master(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if n := w.lost(t, promoted); n > 0 {
				t.Errorf("%d events are lost of which the bus said that a replica had them", n)
			}
		})
	}
}
