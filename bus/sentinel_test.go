package bus_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// losing publishes one event after the other until told to end, and knows which were acknowledged.
type losing struct {
	name    string
	stream  string
	publish func(ctx context.Context, n int) (id string, err error)

	mu     sync.Mutex
	acked  []string // IDs of entries
	failed int
}

// publishEvery is how often each client publishes: slow enough that both keep it up beside a failover on a busy machine, so that what
// they lose can be compared.
const publishEvery = 8 * time.Millisecond

func (l *losing) run(ctx context.Context) {
	ticker := time.NewTicker(publishEvery)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		attempt, cancel := context.WithTimeout(context.Background(), patience)
		id, err := l.publish(attempt, n)
		cancel()
		l.mu.Lock()
		if err != nil {
			l.failed++
		} else {
			l.acked = append(l.acked, id)
		}
		l.mu.Unlock()
	}
}

func (l *losing) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// lost counts what was acknowledged and isn't in its stream, and logs the figures.
func (l *losing) lost(t *testing.T, master *redistest.Server) int {
	t.Helper()
	entries, err := master.Client().XRange(t.Context(), l.stream, "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	there := make(map[string]bool, len(entries))
	for _, e := range entries {
		there[e.ID] = true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, id := range l.acked {
		if !there[id] {
			n++
		}
	}
	t.Logf("%s: %d acknowledged, of which %d lost; %d failed", l.name, len(l.acked), n, l.failed)
	return n
}

// mustBeTold checks that the bus tells of losses where there are some.
func mustBeTold(t *testing.T, told <-chan *bus.LostError, n int) {
	t.Helper()
	select {
	case lost := <-told:
		t.Logf("told: %v", lost)
		if n == 0 || lost.Stream != "events:our.event" || !lost.After.Before(lost.Last) {
			t.Errorf("told %v, with %d lost", lost, n)
		}
	default:
		if n > 0 {
			t.Errorf("%d acknowledged events are lost, and nobody is told", n)
		}
	}
}

// bareLoser publishes with a bare failover client.
func bareLoser(client *redis.Client) *losing {
	return &losing{name: "bare client", stream: "events:raw.event", publish: func(ctx context.Context, n int) (string, error) {
		return client.XAdd(ctx, &redis.XAddArgs{Stream: "events:raw.event", Values: []any{"data", fmt.Sprint(n)}}).Result()
	}}
}

// busLoser publishes with a bus.
func busLoser(b *bus.Bus, of model.Type) *losing {
	return &losing{name: "bus", stream: b.StreamKey(of), publish: func(ctx context.Context, n int) (string, error) {
		ids, err := b.PublishSync(ctx, event(of, "wf", n))
		return ids[0].String(), err
	}}
}

func sentinelBus(t *testing.T, set *redistest.SentinelSet, opts ...bus.Option) *bus.Bus {
	t.Helper()
	client := set.Client()
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	return b
}

// failovers are the ways to lose a master.
var failovers = []struct {
	name string
	lose func(t *testing.T, set *redistest.SentinelSet, master *redistest.Server)
}{
	{"on command", func(t *testing.T, set *redistest.SentinelSet, _ *redistest.Server) { t.Helper(); set.Promote(t) }},
	{"killed", func(t *testing.T, set *redistest.SentinelSet, _ *redistest.Server) { t.Helper(); set.FailOver(t) }},
	{"stopped", func(t *testing.T, set *redistest.SentinelSet, master *redistest.Server) {
		t.Helper()
		master.Pause()
		t.Cleanup(master.Resume)
		set.Promote(t)
	}},
}

func TestR24_AFailoverLosesNoMoreThanABareClientDoes(t *testing.T) {
	t.Parallel()
	for _, way := range failovers {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			set := redistest.StartSentinel(t)
			bare := set.Client()
			t.Cleanup(func() { _ = bare.Close() })
			told := make(chan *bus.LostError, 100)
			b := sentinelBus(t, set, bus.WithHooks(bus.Hooks{Lost: func(lost *bus.LostError) { told <- lost }}))
			writers := []*losing{bareLoser(bare), busLoser(b, "our.event")}
			ctx, stop := context.WithCancel(t.Context())
			var running sync.WaitGroup
			for _, w := range writers {
				running.Go(func() { w.run(ctx) })
			}
			more := func(n int) {
				t.Helper()
				for _, w := range writers {
					enough := w.count() + n
					redistest.Eventually(t, patience, func() bool { return w.count() >= enough }, w.name)
				}
			}
			former, err := set.Master(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			former.AwaitReplica(t)
			more(50)
			way.lose(t, set, former)
			if way.name == "on command" {
				set.AwaitDemotion(t, former)
			}
			more(50)
			stop()
			running.Wait()
			promoted, err := set.Master(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			bareLost, busLost := writers[0].lost(t, promoted), writers[1].lost(t, promoted)
			mustBeTold(t, told, busLost)
			var flushed *bus.LostError
			if err := b.Flush(soon(t)); errors.As(err, &flushed) != (busLost > 0) {
				t.Errorf("Flush = %v, with %d lost", err, busLost)
			}
			// Both have until +switch-master, and notice it within some ticks of each other.
			if slack := int(200 * time.Millisecond / publishEvery); busLost > bareLost+slack {
				t.Errorf("the bus lost %d acknowledged events, the bare client beside it %d", busLost, bareLost)
			}
		})
	}
}
