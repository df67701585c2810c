package bus_test

import (
	"context"
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

// BenchmarkOutage reports how long the streams of a node that dies stand still, for the bus and for a client of go-redis that publishes
// to the same streams in the same failover:
//
//	go test -run '^$' -bench Outage -benchtime 1x ./bus/
func BenchmarkOutage(b *testing.B) {
	b.Run("killed", func(b *testing.B) { outages(b, (*redistest.Server).Kill) })
	b.Run("frozen", func(b *testing.B) { outages(b, (*redistest.Server).Pause) })
}

func outages(b *testing.B, die func(*redistest.Server)) {
	b.Helper()
	var published, handled, raw time.Duration
	for range b.N {
		p, h, r := outage(b, die)
		published, handled, raw = published+p, handled+h, raw+r
	}
	for name, stood := range map[string]time.Duration{"publishing-ms": published, "handling-ms": handled, "raw-client-ms": raw} {
		b.ReportMetric(float64(stood.Milliseconds())/float64(b.N), name)
	}
}

// outage has a node die, and its replica take over some seconds later. It returns how long its streams stood still.
func outage(b *testing.B, die func(*redistest.Server)) (publishing, handling, rawClient time.Duration) {
	b.Helper()
	cluster := clusterOf(b)
	dead := cluster.Nodes[1]
	replica := replicaOf(b, cluster, dead)
	types := typesOf(b, cluster, dead, true, 4)
	clients := []*redis.ClusterClient{cluster.Client(), cluster.Client()}
	for _, client := range clients {
		b.Cleanup(func() { _ = client.Close() })
	}
	published, handled, raw := newLastSeen(), newLastSeen(), newLastSeen()
	eb := must(bus.Open(b.Context(), clients[0], bus.WithHooks(bus.Hooks{
		Published: func(key model.Key, _ int) { published.see(key.Stream) },
	})))(b)
	b.Cleanup(func() { _ = eb.Close(soon(b)) })
	stop := consume(b, eb, "workers", func(_ context.Context, m bus.Message) error {
		handled.see(m.Stream)
		return nil
	})
	l := startLoad(b, eb, types, 0)
	stopRaw := rawLoad(b, clients[1], types, raw)
	all := []*lastSeen{published, handled, raw}
	for _, seen := range all {
		if !seen.flow(soon(b), time.Time{}, len(types)) {
			b.Fatal("not all streams flow")
		}
	}
	died := time.Now()
	for _, seen := range all {
		seen.from(died)
	}
	die(dead)
	// As long as a cluster with short time limits takes to notice.
	redistest.Eventually(b, patience, func() bool { return l.sent[types[0]].Load() > 300 }, "events for the dead node gather")
	redistest.Eventually(b, patience, func() bool {
		return replica.Do(b.Context(), "CLUSTER", "FAILOVER", "TAKEOVER").Err() == nil
	}, "the replica takes over")
	tookOver := time.Now()
	for _, seen := range []*lastSeen{published, handled} {
		if !seen.flow(soon(b), tookOver, len(types)) {
			b.Fatal("the streams don't flow again")
		}
	}
	limited, cancel := context.WithTimeout(soon(b), rawPatience)
	defer cancel()
	rawClient = time.Since(died) + rawPatience // at least
	if raw.flow(limited, tookOver, len(types)) {
		rawClient = raw.longest()
	}
	b.Logf("the cluster was without the node for %s; the raw client stood still for %s (at most %s is waited for)",
		tookOver.Sub(died).Round(time.Millisecond), rawClient, rawPatience)
	stopRaw()
	l.stop()
	_ = stop()
	return published.longest(), handled.longest(), rawClient
}

// rawLoad publishes to each of the streams with a client of go-redis as it is, one event at a time, and again when that has failed.
func rawLoad(t testing.TB, client redis.UniversalClient, types []model.Type, seen *lastSeen) (stop func()) {
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
