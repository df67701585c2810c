package bus_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/redistest"
)

// soakEnv lengthens the soak: how long faults are injected, as a duration.
const soakEnv = "STREAMDESK_SOAK"

// soakTime is how long faults are injected when nobody asks for longer: some ten faults, in a suite that has to be quick.
const soakTime = 6 * time.Second

// soakPatience is how long the end of a soak may take: the backlog of a slow machine is worked off in it.
const soakPatience = 5 * patience

func soakFor(t *testing.T) time.Duration {
	t.Helper()
	if testing.Short() {
		t.Skip("a soak is long")
	}
	text := os.Getenv(soakEnv)
	if text == "" {
		return soakTime
	}
	long, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return long
}

// TestSoakUnderFaults publishes into two groups of consumers that come and go, while the server is killed, stalled and
// its connections are cut, and the streams are trimmed to what the groups still need. An oracle then checks that every
// accepted event was handled by every group, that the order within each workflow was kept, that nothing is left pending, that
// no goroutine is, and that no event has two entries but for those that the bus itself counts as perhaps sent twice: where
// a stream is trimmed while a connection is made again, the entries it would look for may be gone.
func TestSoakUnderFaults(t *testing.T) {
	t.Parallel()
	long := soakFor(t)
	s := redistest.Start(t, redistest.WithAppendOnly("always"))
	client := redis.NewClient(s.Options())
	soak(t, client, func(random *rand.Rand) map[string]func() {
		return faultsOf(t, func() *redistest.Server { return s }, random)
	}, long, func(o *oracle, stats bus.Stats) {
		if o.failed() != 0 {
			t.Errorf("%d events failed", o.failed())
		}
		if !redistest.Has(t, redistest.Lag) {
			return // nor does the server count what was added
		}
		if n := added(t, client); n < int64(o.published) || n > int64(o.published)+int64(stats.Resent) {
			t.Errorf("%d entries for %d events, %d of which were perhaps sent twice", n, o.published, stats.Resent)
		}
	})
}

// TestSoakUnderFailovers is the same on a master that is killed for good again and again, so that its replica takes over.
// Redis replicates after it has answered, so the bus waits for the replica (WAIT): what it says is on too few servers, and
// only that, may be lost.
func TestSoakUnderFailovers(t *testing.T) {
	t.Parallel()
	long := soakFor(t)
	set := redistest.StartSentinel(t, redistest.WithAppendOnly("always"))
	client := set.Client()
	master := func() *redistest.Server {
		s, err := set.Master(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	soak(t, client, func(random *rand.Rand) map[string]func() {
		faults := faultsOf(t, master, random)
		faults["failover"] = func() {
			_, dead := set.FailOver(t)
			set.Rejoin(t, dead)
		}
		return faults
	}, long, func(o *oracle, _ bus.Stats) {
		t.Logf("%d entries for %d events, %d of which were told to be on too few servers", added(t, client), o.published, o.failed())
	}, bus.WithWait(1, time.Second))
}

// soak publishes and consumes while faults are injected for so long, and has the oracle judge.
func soak(t *testing.T, client *redis.Client, faults func(*rand.Rand) map[string]func(), long time.Duration, judge func(*oracle, bus.Stats), opts ...bus.Option) {
	t.Helper()
	leavesNothing(t, func() { soakOnce(t, client, faults, long, judge, opts...) },
		"os/exec.(*Cmd).Start.func2", "streamdesk/bus/redistest.startProcess.func1") // of servers that were started again
}

func soakOnce(t *testing.T, client *redis.Client, faults func(*rand.Rand) map[string]func(), long time.Duration, judge func(*oracle, bus.Stats), opts ...bus.Option) {
	t.Helper()
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	o := newOracle("db_writers", "websocket_workers")
	b, err := bus.Open(t.Context(), client, append(opts, bus.WithHooks(bus.Hooks{PublishFailed: o.failedToPublish}))...)
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	consuming, stopConsuming := context.WithCancel(t.Context())
	for group := range o.groups {
		for n := range 2 {
			running.Go(func() { comeAndGo(consuming, t, b, group, n, o) })
		}
	}
	running.Go(func() { trimNowAndThen(consuming, b) })
	publishing, stopPublishing := context.WithCancel(t.Context())
	var publisher sync.WaitGroup
	publisher.Go(func() { o.publish(publishing, b) })

	counts := inject(random, faults(random), long)
	stopPublishing()
	publisher.Wait()
	flushed := b.Flush(soon(t))
	if flushed != nil && !errors.Is(flushed, bus.ErrUnpublished) {
		t.Errorf("Flush = %v", flushed)
	}
	redistest.Eventually(t, soakPatience, func() bool {
		return o.handledAll() && pending(t, b, "db_writers") == 0 && pending(t, b, "websocket_workers") == 0
	}, "everything is handled")
	stopConsuming()
	running.Wait()
	if err := b.Close(soon(t)); err != nil {
		t.Errorf("Close = %v", err)
	}
	t.Logf("%s, faults %v, %+v", o, counts, b.Stats())
	o.check(t)
	judge(o, b.Stats())
	_ = client.Close()
}

// added is how many entries the bus's streams were ever given.
func added(t *testing.T, client *redis.Client) int64 {
	t.Helper()
	n := int64(0)
	for _, of := range benchTypes {
		info, err := client.XInfoStream(t.Context(), "events:"+string(of)).Result()
		if err != nil {
			t.Fatal(err)
		}
		n += info.EntriesAdded
	}
	return n
}

// comeAndGo runs one consumer after the other until ctx is done, each for a while. Its handler fails now and then.
func comeAndGo(ctx context.Context, t *testing.T, b *bus.Bus, group string, n int, o *oracle) {
	t.Helper()
	for life := 0; ctx.Err() == nil; life++ {
		while, cancel := context.WithTimeout(ctx, time.Duration(1+n)*time.Second)
		err := b.Consume(while, group, o.handler(group),
			bus.WithConsumer(fmt.Sprint(group, n, "-", life%10)), bus.WithConcurrency(3), bus.WithAckWait(500*time.Millisecond),
			bus.WithBackoff(wire.Backoff{First: time.Millisecond, Max: 10 * time.Millisecond}), bus.WithMaxDeliver(0))
		cancel()
		if err != nil {
			t.Errorf("Consume = %v", err)
		}
	}
}

// trimEvery is how often the streams are trimmed: often enough to do it in a short soak, too.
const trimEvery = 2 * time.Second

// trimNowAndThen removes what every group has acknowledged, which keeps a long soak from filling the memory. Errors are
// those of the faults.
func trimNowAndThen(ctx context.Context, b *bus.Bus) {
	for ; ctx.Err() == nil; pace(ctx, trimEvery) {
		for _, of := range benchTypes {
			plan, err := change.PlanTrim(ctx, b.Reader(), b.StreamKey(of))
			if err == nil && plan.HeldBy != "" {
				_, _ = b.Writer().Trim(ctx, change.TrimRequest{Stream: plan.Stream, MinID: plan.MinID})
			}
		}
	}
}

// pace lets the load or the faults go on for a while. Nothing is waited for: no outcome depends on how long it takes.
func pace(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// faultsOf are the faults that a server recovers from.
func faultsOf(t *testing.T, server func() *redistest.Server, random *rand.Rand) map[string]func() {
	t.Helper()
	return map[string]func(){
		"kill": func() {
			s := server()
			s.Kill()
			s.Restart()
		},
		"pause": func() {
			s := server()
			s.Pause()
			pace(t.Context(), time.Duration(random.IntN(700))*time.Millisecond)
			s.Resume()
		},
		"cut connections": func() {
			_ = server().Client().Do(t.Context(), "client", "kill", "type", "normal", "skipme", "yes").Err() // may hit a server that comes up
		},
		"client pause": func() {
			_ = server().Client().Do(t.Context(), "client", "pause", random.IntN(300), "all").Err()
		},
	}
}

// inject hurts the server at random for so long, each way once at least, and returns how often in which way.
func inject(random *rand.Rand, faults map[string]func(), long time.Duration) map[string]int {
	names := make([]string, 0, len(faults))
	for name := range faults {
		names = append(names, name)
	}
	slices.Sort(names) // a seed stands for one sequence
	counts := make(map[string]int)
	end := time.Now().Add(long)
	for n := 0; n < len(names) || time.Now().Before(end); n++ {
		pace(context.Background(), time.Duration(100+random.IntN(400))*time.Millisecond)
		name := names[random.IntN(len(names))]
		if n < len(names) {
			name = names[n]
		}
		faults[name]()
		counts[name]++
	}
	return counts
}
