package bus_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// soakEnv lengthens the soak: how long faults are injected, as a duration.
const soakEnv = "STREAMDESK_SOAK"

// soakTime is how long faults are injected when nobody asks for longer: some ten faults, in a suite that has to be quick.
const soakTime = 6 * time.Second

// TestSoakUnderFaults publishes into two groups of consumers that come and go, while the server is killed, stalled and
// its connections are cut. An oracle then checks that every accepted event was handled by every group, that the order
// within each workflow was kept, that nothing is left pending, and that no goroutine is.
func TestSoakUnderFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("a soak is long")
	}
	long := soakTime
	if text := os.Getenv(soakEnv); text != "" {
		var err error
		if long, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	s := redistest.Start(t, redistest.WithAppendOnly("always"))
	client := redis.NewClient(s.Options())
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	leftOver := goleak.IgnoreCurrent()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]*seen{"db_writers": newSeen(), "websocket_workers": newSeen()}
	var running sync.WaitGroup
	consuming, stopConsuming := context.WithCancel(t.Context())
	for name, got := range groups {
		for n := range 2 {
			running.Go(func() { comeAndGo(consuming, t, b, name, n, got) })
		}
	}
	publishing, stopPublishing := context.WithCancel(t.Context())
	published := 0
	var publisher sync.WaitGroup
	publisher.Go(func() {
		for ; publishing.Err() == nil; published++ {
			of := benchTypes[published%len(benchTypes)]
			if b.Publish(publishing, event(of, fmt.Sprint(published%11), published)) != nil {
				return
			}
			if published%50 == 0 {
				pace(time.Millisecond)
			}
		}
	})
	faults := injectFaults(t, s, random, long)
	stopPublishing()
	publisher.Wait()
	redistest.Eventually(t, 6*patience, func() bool {
		return b.Flush(soon(t)) == nil && pending(t, b, "db_writers") == 0 && pending(t, b, "websocket_workers") == 0 &&
			groups["db_writers"].count() >= published && groups["websocket_workers"].count() >= published
	}, "everything is handled")
	stopConsuming()
	running.Wait()
	if err := b.Close(soon(t)); err != nil {
		t.Errorf("Close = %v", err)
	}
	for name, got := range groups {
		calls := len(got.all())
		t.Logf("%s: %d events, %d calls (%d duplicates), %d faults, %+v", name, published, calls, calls-published, faults, b.Stats())
		if got.count() != published {
			t.Errorf("%s handled %d events, want %d", name, got.count(), published)
		}
	}
	entries := int64(0)
	for _, of := range benchTypes {
		entries += client.XLen(t.Context(), "events:"+string(of)).Val()
	}
	if entries != int64(published) {
		t.Errorf("%d entries for %d events", entries, published)
	}
	_ = client.Close()
	goleak.VerifyNone(t, leftOver, // and those of the restarted server
		goleak.IgnoreAnyFunction("os/exec.(*Cmd).Start.func2"),
		goleak.IgnoreAnyFunction("streamdesk/bus/redistest.startProcess.func1"))
}

// comeAndGo runs one consumer after the other until ctx is done, each for a while. Its handler fails now and then.
func comeAndGo(ctx context.Context, t *testing.T, b *bus.Bus, group string, n int, got *seen) {
	t.Helper()
	for life := 0; ctx.Err() == nil; life++ {
		while, cancel := context.WithTimeout(ctx, time.Duration(1+n)*time.Second)
		order := &orderWithin{last: make(map[string]model.Position)}
		err := b.Consume(while, group, func(ctx context.Context, m bus.Message) error {
			if rand.IntN(200) == 0 {
				return errors.New("by chance")
			}
			if !m.Redelivered {
				order.see(t, &m)
			}
			return got.handle(ctx, m)
		}, bus.WithConsumer(fmt.Sprint(group, n, life)), bus.WithConcurrency(3), bus.WithAckWait(500*time.Millisecond),
			bus.WithBackoff(bus.Backoff{First: time.Millisecond, Max: 10 * time.Millisecond}), bus.WithMaxDeliver(0))
		cancel()
		if err != nil {
			t.Errorf("Consume = %v", err)
		}
	}
}

// orderWithin checks the order of one consumer's new entries: within a stream and a workflow, IDs rise.
type orderWithin struct {
	mu   sync.Mutex
	last map[string]model.Position
}

func (o *orderWithin) see(t *testing.T, m *bus.Message) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	key := m.Stream + " " + m.Event.WorkflowID
	if !m.ID.After(o.last[key]) {
		t.Errorf("%s: %s after %s", key, m.ID, o.last[key])
	}
	o.last[key] = m.ID
}

// pace lets the load or the faults go on for a while. Nothing is waited for: no outcome depends on how long it takes.
func pace(d time.Duration) { <-time.After(d) }

// injectFaults hurts the server for so long, and returns how often.
func injectFaults(t *testing.T, s *redistest.Server, random *rand.Rand, long time.Duration) int {
	t.Helper()
	faults := 0
	for end := time.Now().Add(long); time.Now().Before(end); faults++ {
		pace(time.Duration(100+random.IntN(400)) * time.Millisecond)
		switch random.IntN(4) {
		case 0:
			s.Kill()
			s.Restart()
		case 1:
			s.Pause()
			pace(time.Duration(random.IntN(700)) * time.Millisecond)
			s.Resume()
		case 2:
			_ = s.Client().Do(t.Context(), "client", "kill", "type", "normal", "skipme", "yes").Err() // may hit a server that comes up
		case 3:
			_ = s.Client().Do(t.Context(), "client", "pause", random.IntN(300), "all").Err()
		}
	}
	return faults
}
