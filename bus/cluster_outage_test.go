package bus_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// lastSeen is when each stream was last seen to take or bring an event, and the longest that it stood still after a moment.
type lastSeen struct {
	mu    sync.Mutex
	at    map[string]time.Time
	stood map[string]time.Duration
	since time.Time // gaps that end before don't count
	moved chan struct{}
}

func newLastSeen() *lastSeen {
	return &lastSeen{at: make(map[string]time.Time), stood: make(map[string]time.Duration), moved: make(chan struct{}, 1)}
}

func (l *lastSeen) see(stream string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if before := l.at[stream]; !before.IsZero() && !l.since.IsZero() {
		l.stood[stream] = max(l.stood[stream], now.Sub(before))
	}
	l.at[stream] = now
	select {
	case l.moved <- struct{}{}:
	default:
	}
}

// from begins to count.
func (l *lastSeen) from(moment time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.since = moment
}

// flow waits until so many streams were seen after a moment. It is false when that hasn't come to be before ctx is done.
func (l *lastSeen) flow(ctx context.Context, after time.Time, streams int) bool {
	for {
		n := 0
		l.mu.Lock()
		for _, at := range l.at {
			if at.After(after) {
				n++
			}
		}
		l.mu.Unlock()
		if n >= streams {
			return true
		}
		select {
		case <-l.moved:
		case <-ctx.Done():
			return false
		}
	}
}

// longest is how long the stream that stood still longest did.
func (l *lastSeen) longest() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	longest := time.Duration(0)
	for _, d := range l.stood {
		longest = max(longest, d)
	}
	return longest.Round(time.Millisecond)
}

// rawPatience is how much longer than the bus the raw client is waited for: it may be a minute.
const rawPatience = 10 * time.Second

// TestR25_HowLongStreamsStandStillBesideARawClient tells how long the streams of a node that dies stand still, for the bus and for a
// client of go-redis that publishes to the same streams in the same failover.
func TestR25_HowLongStreamsStandStillBesideARawClient(t *testing.T) {
	t.Parallel()
	for how, die := range map[string]func(*redistest.Server){"killed": (*redistest.Server).Kill, "frozen": (*redistest.Server).Pause} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			cluster := clusterOf(t)
			dead := cluster.Nodes[1]
			replica := replicaOf(t, cluster, dead)
			types := typesOf(t, cluster, dead, true, 4)
			clients := []*redis.ClusterClient{cluster.Client(), cluster.Client()}
			for _, client := range clients {
				t.Cleanup(func() { _ = client.Close() })
			}
			published, handled, raw := newLastSeen(), newLastSeen(), newLastSeen()
			b := must(bus.Open(t.Context(), clients[0], bus.WithHooks(bus.Hooks{
				Published: func(key model.Key, _ int) { published.see(key.Stream) },
			})))(t)
			t.Cleanup(func() { _ = b.Close(soon(t)) })
			consume(t, b, "workers", func(_ context.Context, m bus.Message) error {
				handled.see(m.Stream)
				return nil
			})
			l := startLoad(t, b, types, 0)
			stopRaw := rawLoad(t, clients[1], types, raw)
			all := []*lastSeen{published, handled, raw}
			for _, seen := range all {
				if !seen.flow(soon(t), time.Time{}, len(types)) {
					t.Fatal("not all streams flow")
				}
			}
			died := time.Now()
			for _, seen := range all {
				seen.from(died)
			}
			die(dead)
			// As long as a cluster with short time limits takes to notice.
			redistest.Eventually(t, patience, func() bool { return l.sent[types[0]].Load() > 750 }, "events for the dead node gather")
			redistest.Eventually(t, patience, func() bool {
				return replica.Do(t.Context(), "CLUSTER", "FAILOVER", "TAKEOVER").Err() == nil
			}, "the replica takes over")
			tookOver := time.Now()
			for _, seen := range []*lastSeen{published, handled} {
				if !seen.flow(soon(t), tookOver, len(types)) {
					t.Fatal("the streams don't flow again")
				}
			}
			limited, cancel := context.WithTimeout(soon(t), rawPatience)
			defer cancel()
			rawAgain := fmt.Sprint("for more than ", time.Since(died).Round(time.Second)+rawPatience)
			if raw.flow(limited, tookOver, len(types)) {
				rawAgain = fmt.Sprint("for ", raw.longest())
			}
			t.Logf("the cluster was without the node for %s; publishing stood still for %s with the bus, handling for %s; with a raw client %s",
				tookOver.Sub(died).Round(time.Millisecond), published.longest(), handled.longest(), rawAgain)
			stopRaw()
			l.stop()
		})
	}
}

// rawLoad publishes to each of the streams with a client of go-redis as it is, one event at a time, and again when that has failed.
func rawLoad(t *testing.T, client redis.UniversalClient, types []model.Type, seen *lastSeen) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var producers sync.WaitGroup
	for _, of := range types {
		stream := bus.DefaultPrefix + string(of)
		producers.Go(func() {
			for ; ctx.Err() == nil; pace(ctx, loadEvery) {
				if client.XAdd(ctx, &redis.XAddArgs{Stream: stream, Values: []any{"data", `{"id":"raw"}`}}).Err() == nil {
					seen.see(stream)
				}
			}
		})
	}
	stop = sync.OnceFunc(func() { cancel(); producers.Wait() })
	t.Cleanup(stop)
	return stop
}
