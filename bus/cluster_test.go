package bus_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/observe"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// onCluster serves a bus from a cluster of two masters.
func onCluster(t *testing.T) (*bus.Bus, *redistest.Cluster) {
	t.Helper()
	cluster := redistest.StartCluster(t, 2)
	client := cluster.Client()
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	return b, cluster
}

func TestAClusterIsObservedAndRepairedAsOneBus(t *testing.T) {
	t.Parallel()
	b, _ := onCluster(t)
	ctx := t.Context()
	s := served{Bus: b}
	f := s.follow(t, quick)
	var keys []string
	for i := range 12 {
		key := fmt.Sprintf("events:s%02d", i)
		keys = append(keys, key)
		must(b.Writer().CreateGroup(ctx, change.CreateGroupRequest{Stream: key, Group: "g", MkStream: true}))(t)
		for range 3 {
			must(b.Writer().Append(ctx, change.AppendRequest{Stream: key, Fields: []model.Field{{Name: "data", Value: "x"}}}))(t)
		}
	}
	if got := must(b.Reader().Discover(ctx))(t); !slices.Equal(got, keys) {
		t.Errorf("found %q", got)
	}
	snap := must(b.Reader().Snapshot(ctx, keys))(t)
	for _, stream := range snap.Streams {
		if stream.Length != 3 || stream.Problem != "" || !s.tells(t, stream.Groups[0].Lag, 3) {
			t.Errorf("got %+v", stream)
		}
	}
	f.sees(t, 36)
	if got := replayed(t, s, keys, model.Position{}, model.Position{}); len(got) != 36 {
		t.Errorf("replayed %d", len(got))
	}
	entry := must(b.Reader().Range(ctx, keys[3], model.Position{}, model.Position{}, 1))(t)[0]
	must(b.Writer().Claim(ctx, change.ClaimRequest{Stream: keys[3], Group: "g", Consumer: "c", IDs: []model.Position{entry.ID}, Force: true}))(t)
	if rows := must(b.Reader().Pending(ctx, observe.PendingQuery{Stream: keys[3], Group: "g", Payloads: true}))(t); len(rows) != 1 || rows[0].Gone {
		t.Errorf("pending are %+v", rows)
	}
	dead := must(b.Writer().DeadLetter(ctx, change.DeadLetterRequest{Entry: entry, Group: "g", Reason: "why"}))(t)
	if dead.Acked != 1 {
		t.Errorf("got %+v", dead)
	}
	if d := must(b.Reader().Delivery(ctx, entry.Key()))(t); d.Gone || len(d.Groups) != 1 {
		t.Errorf("got %+v", d)
	}
	if got := must(b.Reader().Server(ctx))(t); got.Mode != "cluster" || got.Can != canNow(t) {
		t.Errorf("mode %q, can %+v", got.Mode, got.Can)
	}
}

func TestASlotThatMovedIsFollowed(t *testing.T) {
	t.Parallel()
	b, cluster := onCluster(t)
	ctx := t.Context()
	s := served{Bus: b}
	const key = "events:moves"
	f := s.follow(t, tail.Options{Types: []string{"moves"}, Interval: time.Millisecond, Discover: time.Millisecond})
	_, to := cluster.MoveSlot(t, key)
	got := must(b.Writer().Append(ctx, change.AppendRequest{Stream: key, Fields: []model.Field{{Name: "data", Value: "x"}}}))(t)
	if n := to.Client().XLen(ctx, key).Val(); n != 1 {
		t.Errorf("%d entries at the new node, want 1", n)
	}
	if back := must(b.Reader().Range(ctx, key, got.ID, got.ID, 1))(t); len(back) != 1 {
		t.Error("the entry can't be read")
	}
	if snap := must(b.Reader().Snapshot(ctx, []string{key}))(t); snap.Streams[0].Length != 1 {
		t.Errorf("got %+v", snap.Streams[0])
	}
	f.sees(t, 1)
}
