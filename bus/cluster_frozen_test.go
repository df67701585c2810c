package bus_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR25_ANodeThatIsSilentAndReplacedHoldsUpNothing(t *testing.T) {
	t.Parallel()
	t.Run("frozen", func(t *testing.T) {
		t.Parallel()
		silentAndReplaced(t, false)
	})
	t.Run("cut off", func(t *testing.T) {
		t.Parallel()
		silentAndReplaced(t, true)
	})
}

// silentAndReplaced freezes a node; when it is cut off, attempts to connect to it aren't answered either.
func silentAndReplaced(t *testing.T, cutOff bool) {
	t.Helper()
	cluster := clusterOf(t)
	frozen := cluster.Nodes[1]
	replica := replicaOf(t, cluster, frozen)
	types := typesOf(t, cluster, frozen, true, 4)
	var away atomic.Bool
	client := redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: cluster.Addrs(),
		Dialer: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if away.Load() && addr == frozen.Addr() {
				<-ctx.Done()
				return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
			}
			var d net.Dialer
			return d.DialContext(ctx, network, addr)
		},
	})
	t.Cleanup(func() { _ = client.Close() })
	var timeouts sync.Map
	b := must(bus.Open(t.Context(), client, bus.WithHooks(bus.Hooks{Disconnected: func(part string, err error) {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			timeouts.Store(part, err)
		}
	}})))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	abandoned := "events:" + string(types[0])
	must(b.PublishSync(soon(t), event(types[0], "wf", 0)))(t)
	// A read that waits for its own end is over later than the test has patience.
	consume(t, b, "workers", got.handle, bus.WithBlock(2*patience), bus.WithAckWait(4*time.Second))
	l := startLoad(t, b, types[1:], 0)
	redistest.Eventually(t, patience, func() bool { return got.count() > 100 }, "events are published and handled")
	leftBehind(t, client, abandoned, "workers", 5)
	frozen.AwaitReplica(t)

	away.Store(cutOff)
	frozen.Pause()
	whenFrozen := make(map[model.Type]int64)
	for of, n := range l.sent {
		whenFrozen[of] = n.Load()
	}
	redistest.Eventually(t, patience, func() bool { return b.Stats().Buffered >= 300 }, "events for the frozen node gather")
	redistest.Eventually(t, patience, func() bool {
		return replica.Do(t.Context(), "CLUSTER", "FAILOVER", "TAKEOVER").Err() == nil
	}, "the replica takes over")
	tookOver := time.Now()
	flows := func(why string) {
		t.Helper()
		before := make(map[model.Type]int)
		for of := range l.sent {
			before[of] = got.countOf(of)
		}
		redistest.Eventually(t, patience, func() bool {
			for of, n := range before {
				if got.countOf(of) < n+40 {
					return false
				}
			}
			return true
		}, why)
		t.Logf("%s after the replica took over, %s", time.Since(tookOver).Round(time.Millisecond), why)
	}
	flows("the streams of the frozen node flow again")
	redistest.Eventually(t, patience, func() bool { return got.countOf(types[0]) == 6 }, "a sweep takes over what a dead consumer has left")
	t.Logf("%s after the replica took over, the sweep has taken what a dead consumer left", time.Since(tookOver).Round(time.Millisecond))
	timeouts.Range(func(part, err any) bool {
		t.Errorf("the %s has waited for its time limit: %v", part, err)
		return true
	})

	away.Store(false)
	frozen.Resume()
	redistest.Eventually(t, patience, func() bool {
		info := frozen.Client().Info(t.Context(), "replication").Val()
		return strings.Contains(info, "role:slave") && strings.Contains(info, "master_link_status:up")
	}, "the thawed node follows the one that took over")
	flows("events flow while the thawed node is back")
	l.stop()
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	lost := l.mustHoldAllBut(t, client, whenFrozen)
	total := 6
	for _, n := range l.sent {
		total += int(n.Load())
	}
	redistest.Eventually(t, patience, func() bool { return got.countWith(lost) == total }, "all events were handled, but what was lost")
	redistest.Eventually(t, patience, func() bool { return clusterPending(t, client, types) == 0 }, "all events are acknowledged")
	got.mustBeInOrder(t)
	got.mustBeHandledOnce(t, client)
}

func TestR25_AcksOfOtherStreamsDontWaitForANodeThatDoesntAnswer(t *testing.T) {
	t.Parallel()
	cluster := clusterOf(t)
	frozen := cluster.Nodes[1]
	ill, well := typesOf(t, cluster, frozen, true, 2), typesOf(t, cluster, frozen, false, 4)
	client := cluster.Client()
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	isFrozen := make(chan struct{})
	// In few hands, so that nothing flows without acks: by some tens in the seconds that a frozen node is waited for.
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		if slices.Contains(ill, m.Event.Type) {
			<-isFrozen
		}
		return got.handle(ctx, m)
	}, bus.WithMaxAckPending(20), bus.WithConcurrency(8))
	for i, of := range ill {
		must(b.PublishSync(soon(t), event(of, fmt.Sprint("wf-", i), 0)))(t)
	}
	// One of them: the other one may wait in the same lane behind it.
	redistest.Eventually(t, patience, func() bool { return b.Stats().Delivered > 0 }, "an event of the node is in hand")
	frozen.Pause()
	t.Cleanup(frozen.Resume)
	close(isFrozen)
	l := startLoad(t, b, well, 0)
	redistest.Eventually(t, patience, func() bool {
		for of := range l.sent {
			if got.countOf(of) < 150 {
				return false
			}
		}
		return true
	}, "other streams are read and acknowledged")
	l.stop()
	got.mustBeHandledOnce(t, client)
}

// leftBehind has a consumer that is gone read so many events of a stream, and not acknowledge them.
func leftBehind(t *testing.T, client redis.UniversalClient, stream, group string, n int) {
	t.Helper()
	of := strings.TrimPrefix(stream, bus.DefaultPrefix)
	// At once, or the group's other consumer is faster.
	if _, err := client.TxPipelined(t.Context(), func(p redis.Pipeliner) error {
		for i := range n {
			p.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: []any{"data", fmt.Sprintf(`{"id":"left-%d","type":%q}`, i, of)}})
		}
		p.XReadGroup(t.Context(), &redis.XReadGroupArgs{Group: group, Consumer: "gone", Streams: []string{stream, ">"}})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// mustBeHandledOnce checks that no event was handled twice, but for what a node took in the moment it froze and its replica
// had not heard of when it took over: an event that was published again, since the entry that was handled first is gone,
// and one that was delivered again, since its ack is.
func (s *seen) mustBeHandledOnce(t *testing.T, client redis.UniversalClient) {
	t.Helper()
	first := make(map[string]bus.Message)
	lostAcks := 0
	for _, m := range s.all() {
		before, again := first[m.Event.ID]
		first[m.Event.ID] = m
		if !again {
			continue
		}
		switch there, err := client.XRange(t.Context(), before.Stream, before.ID.String(), before.ID.String()).Result(); {
		case err == nil && len(there) == 0:
		case err == nil && before.Key() == m.Key() && m.Redelivered && lostAcks < 100:
			lostAcks++
		default:
			t.Errorf("%s was handled as %s of %s and again as %s, its delivery %d (%v)", m.Event.ID, before.ID, m.Stream, m.ID, m.Deliveries, err)
		}
	}
}

// countWith is how many different events were seen, or are among these.
func (s *seen) countWith(ids []string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.byEvent)
	for _, id := range ids {
		if s.byEvent[id] == 0 {
			n++
		}
	}
	return n
}

// countOf is how many different events of a type were seen.
func (s *seen) countOf(of model.Type) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byType[of])
}
