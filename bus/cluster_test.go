package bus_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// lastSlot is the highest hash slot; the first node of a test's cluster has the lower half of them.
const lastSlot, halfOfSlots = 16383, 8192

// twoNodes starts a cluster of two masters, each with half of the slots, and returns it with the nodes.
func twoNodes(t *testing.T) (*bus.Bus, [2]served) {
	t.Helper()
	var nodes [2]served
	var addrs []string
	for i := range nodes {
		server := redistest.Start(t, redistest.WithConfig("cluster-enabled", "yes"))
		addrs = append(addrs, server.Addr())
		nodes[i] = served{client: server.Client()}
	}
	nodes[0].run(t, "CLUSTER", "ADDSLOTSRANGE", 0, halfOfSlots-1)
	nodes[1].run(t, "CLUSTER", "ADDSLOTSRANGE", halfOfSlots, lastSlot)
	nodes[1].run(t, "CLUSTER", "SET-CONFIG-EPOCH", 2)
	host, port, _ := strings.Cut(addrs[1], ":")
	nodes[0].run(t, "CLUSTER", "MEET", host, port)
	for _, node := range nodes {
		redistest.Eventually(t, time.Minute, func() bool {
			info := node.client.ClusterInfo(t.Context()).Val()
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_slots_ok:16384")
		}, "the cluster to be up")
	}
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs})
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_ = b.Close(ctx)
	})
	return b, nodes
}

func TestAClusterIsObservedAndRepairedAsOneBus(t *testing.T) {
	b, _ := twoNodes(t)
	ctx := t.Context()
	s := served{Bus: b}
	f := s.follow(t, quick)
	var keys []string
	for i := range 12 {
		key := fmt.Sprintf("events:s%02d", i)
		keys = append(keys, key)
		must(b.CreateGroup(ctx, bus.CreateGroupRequest{Stream: key, Group: "g", MkStream: true}))(t)
		for range 3 {
			must(b.Append(ctx, bus.AppendRequest{Stream: key, Fields: []model.Field{{Name: "data", Value: "x"}}}))(t)
		}
	}
	if got := must(b.Discover(ctx))(t); !slices.Equal(got, keys) {
		t.Errorf("found %q", got)
	}
	snap := must(b.Snapshot(ctx, keys))(t)
	for _, stream := range snap.Streams {
		if stream.Length != 3 || stream.Problem != "" || stream.Groups[0].Lag != model.Exactly(3) {
			t.Errorf("got %+v", stream)
		}
	}
	f.sees(t, 36)
	if got := replayed(t, s, keys, model.Position{}, model.Position{}); len(got) != 36 {
		t.Errorf("replayed %d", len(got))
	}
	entry := must(b.Range(ctx, keys[3], model.Position{}, model.Position{}, 1))(t)[0]
	must(b.Claim(ctx, bus.ClaimRequest{Stream: keys[3], Group: "g", Consumer: "c", IDs: []model.Position{entry.ID}, Force: true}))(t)
	if rows := must(b.Pending(ctx, bus.PendingQuery{Stream: keys[3], Group: "g", Payloads: true}))(t); len(rows) != 1 || rows[0].Gone {
		t.Errorf("pending are %+v", rows)
	}
	dead := must(b.DeadLetter(ctx, bus.DeadLetterRequest{Entry: entry, Group: "g", Reason: "why"}))(t)
	if dead.Acked != 1 {
		t.Errorf("got %+v", dead)
	}
	if d := must(b.Delivery(ctx, entry.Key()))(t); d.Gone || len(d.Groups) != 1 {
		t.Errorf("got %+v", d)
	}
	if got := must(b.Server(ctx))(t); got.Mode != "cluster" || !got.Can.FullInfo || !got.Can.AutoClaim || !got.Can.Lag {
		t.Errorf("mode %q", got.Mode)
	}
}

func TestASlotThatMovedIsFollowed(t *testing.T) {
	b, nodes := twoNodes(t)
	ctx := t.Context()
	s := served{Bus: b}
	const key = "events:moves"
	slot := must(nodes[0].client.ClusterKeySlot(ctx, key).Result())(t)
	to := nodes[0]
	if slot < halfOfSlots {
		to = nodes[1]
	}
	f := s.follow(t, bus.TailOptions{Types: []string{"moves"}, Interval: time.Millisecond, Discover: time.Millisecond})
	id := to.run(t, "CLUSTER", "MYID")
	for _, node := range nodes {
		node.run(t, "CLUSTER", "SETSLOT", slot, "NODE", id)
	}
	got := must(b.Append(ctx, bus.AppendRequest{Stream: key, Fields: []model.Field{{Name: "data", Value: "x"}}}))(t)
	if n := to.client.XLen(ctx, key).Val(); n != 1 {
		t.Errorf("%d entries at the new node, want 1", n)
	}
	if back := must(b.Range(ctx, key, got.ID, got.ID, 1))(t); len(back) != 1 {
		t.Error("the entry can't be read")
	}
	if snap := must(b.Snapshot(ctx, []string{key}))(t); snap.Streams[0].Length != 1 {
		t.Errorf("got %+v", snap.Streams[0])
	}
	f.sees(t, 1)
}
