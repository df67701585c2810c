package bus_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// childEnv tells the test binary to be a consumer instead, on the server at the address it holds.
const childEnv = "STREAMDESK_BUS_TEST_CONSUMER"

func TestMain(m *testing.M) {
	if address := os.Getenv(childEnv); address != "" {
		consumeUntilKilled(address)
	}
	if where := os.Getenv(breakEnv); where != "" {
		breakDown(where)
	}
	redistest.SideBySide(6)
	os.Exit(redistest.Shared(m).Run())
}

// consumeUntilKilled handles events by adding their number to a set, and never gets to acknowledge the fiftieth: it tells
// its parent, and waits to be killed.
func consumeUntilKilled(address string) {
	client := redis.NewClient(&redis.Options{Addr: address})
	b, err := bus.Open(context.Background(), client)
	if err != nil {
		panic(err)
	}
	handled := 0
	err = b.Consume(context.Background(), "workers", func(ctx context.Context, m bus.Message) error {
		if err := client.SAdd(ctx, "handled", m.Event.ID).Err(); err != nil {
			return err
		}
		handled++
		if handled == 50 {
			fmt.Println("fifty")
			select {} // between the handler's work and the ack
		}
		return nil
	}, bus.WithConsumer("victim"), bus.WithAckWait(time.Second), bus.WithMaxAckPending(200))
	panic(err)
}

func TestR01_NothingIsLostWhenAConsumerIsKilledBetweenHandlerAndAck(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	const events = 1000
	for i := range events {
		publish(t, b, event(model.WorkflowProgress, fmt.Sprint(i%10), i))
	}
	for range 2 {
		killAtFifty(t, s.Addr())
	}
	got := newSeen()
	var claimed atomic.Int64
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		if m.Redelivered {
			claimed.Add(1)
		}
		return got.handle(ctx, m)
	}, bus.WithConsumer("survivor"), bus.WithAckWait(100*time.Millisecond))
	redistest.Eventually(t, patience, func() bool {
		return pending(t, b, "workers") == 0 && s.Client().SCard(t.Context(), "handled").Val()+int64(got.count()) >= events
	})
	handled := make(map[string]bool)
	for _, id := range s.Client().SMembers(t.Context(), "handled").Val() {
		handled[id] = true
	}
	for _, m := range got.all() {
		handled[m.Event.ID] = true
	}
	if len(handled) != events {
		t.Errorf("%d events handled, want %d", len(handled), events)
	}
	if claimed.Load() == 0 {
		t.Error("the killed consumers' entries came as new ones")
	}
}

// killAtFifty runs a consumer in a process of its own, and kills it when it says that it has handled fifty.
func killAtFifty(t *testing.T, address string) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childEnv+"="+address)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 5)
	if _, err := out.Read(said); err != nil {
		t.Errorf("the consumer ended by itself: %v", err)
	}
	_ = child.Process.Kill()
	_ = child.Wait()
}

func TestR03_ALostReadReplyIsRecoveredWithoutARestart(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	proxy := redistest.StartProxy(t, s.Addr())
	through := openThrough(t, s, proxy)
	direct := openBus(t, s)
	got := newSeen()
	// An ack wait this long: what comes back, comes back by other means.
	consume(t, through, "workers", got.handle, bus.WithAckWait(time.Hour), bus.WithBlock(50*time.Millisecond))
	publish(t, direct, event(model.WorkflowStarted, "wf", 0))
	redistest.Eventually(t, patience, func() bool { return got.count() == 1 })
	struck := proxy.DropReply("xreadgroup")
	const events = 50
	for i := 1; i < events; i++ {
		publish(t, direct, event(model.WorkflowStarted, "wf", i))
	}
	<-struck
	redistest.Eventually(t, patience, func() bool { return got.count() == events && pending(t, direct, "workers") == 0 })
	got.mustBeInOrder(t)
}

func TestR04_ADeadConsumersEntriesMoveToALiveOne(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	for _, m := range takenOver(t, s, b).all() {
		if !m.Redelivered || m.Deliveries < 2 {
			t.Fatalf("%s came with deliveries=%d", m.Key(), m.Deliveries)
		}
	}
}

// takenOver are events that a consumer has read and never come back for, as a live one gets them.
func takenOver(t *testing.T, s *redistest.Server, b *bus.Bus) *seen {
	t.Helper()
	const events = 250
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	deadConsumerTakes(t, s, "events:workflow.started", events)
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithAckWait(50*time.Millisecond))
	redistest.Eventually(t, patience, func() bool { return got.count() == events && pending(t, b, "workers") == 0 })
	return got
}

// deadConsumerTakes has a consumer read n entries of a stream and never come back.
func deadConsumerTakes(t *testing.T, s *redistest.Server, stream string, n int) {
	t.Helper()
	c := s.Client()
	if err := c.XGroupCreateMkStream(t.Context(), stream, "workers", "0").Err(); err != nil {
		t.Fatal(err)
	}
	read, err := c.XReadGroup(t.Context(), &redis.XReadGroupArgs{
		Group: "workers", Consumer: "dead", Streams: []string{stream, ">"}, Count: int64(n),
	}).Result()
	if err != nil || len(read[0].Messages) != n {
		t.Fatalf("the dead consumer read %v, %v", read, err)
	}
}

func TestR04_OldServersWithoutXAutoClaim(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, redistest.Without(t, "XAUTOCLAIM"))
	b := openBus(t, s)
	takenOver(t, s, b)
}

func TestR05_SlowWorkIsNotRedeliveredWhileItsOwnerLives(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	release := make(chan struct{})
	got := newSeen()
	slow := func(ctx context.Context, m bus.Message) error {
		_ = got.handle(ctx, m)
		<-release
		return nil
	}
	const wait = time.Second // a quarter of which a busy machine may keep the owner from its touch
	const events = 20
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i), i))
	}
	consume(t, b, "workers", slow, bus.WithConsumer("owner"), bus.WithAckWait(wait))
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") == events })
	thief := newSeen()
	consume(t, b, "workers", thief.handle, bus.WithConsumer("thief"), bus.WithAckWait(wait))
	began := time.Now()
	redistest.Eventually(t, patience, func() bool { return time.Since(began) > 3*wait }, "sweeps have come by, six or so")
	close(release)
	redistest.Eventually(t, patience, func() bool { return got.count() == events && pending(t, b, "workers") == 0 })
	if thief.count() != 0 || len(got.all()) != events {
		t.Errorf("%d handled by the other consumer, %d calls for %d events", thief.count(), len(got.all()), events)
	}
}

func TestR10_AConsumerComesBackAfterARestart(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, redistest.WithAppendOnly("always"))
	var down, up atomic.Int64
	b := openBus(t, s, bus.WithHooks(bus.Hooks{
		Disconnected: func(part string, _ error) {
			if part == "reader" {
				down.Add(1)
			}
		},
		Reconnected: func(part string, _ time.Duration) {
			if part == "reader" {
				up.Add(1)
			}
		},
	}))
	got := newSeen()
	consume(t, b, "workers", got.handle)
	for i := range 100 {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 100 })
	s.Kill()
	redistest.Eventually(t, patience, func() bool { return down.Load() == 1 })
	s.Restart()
	for i := range 100 {
		publish(t, b, event(model.WorkflowStarted, "wf", 100+i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 200 && pending(t, b, "workers") == 0 && up.Load() == 1 })
	got.mustBeInOrder(t)
}

func TestR10_ClientKillIsSurvived(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	got := newSeen()
	consume(t, b, "workers", got.handle)
	for round := range 5 {
		for i := range 50 {
			publish(t, b, event(model.WorkflowStarted, "wf", 50*round+i))
		}
		if err := s.Client().Do(t.Context(), "client", "kill", "type", "normal", "skipme", "yes").Err(); err != nil {
			t.Fatal(err)
		}
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 250 && pending(t, b, "workers") == 0 })
	mustHoldInOrder(t, s, "events:workflow.started", 250)
}

func TestR11_AStallRedeliversNothing(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	got := newSeen()
	const wait = time.Second
	release := make(chan struct{})
	for _, name := range []string{"one", "two"} {
		consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
			<-release
			return got.handle(ctx, m)
		}, bus.WithConsumer(name), bus.WithAckWait(wait), bus.WithConcurrency(2))
	}
	const events = 100
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i), i))
	}
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") == events }, "all in hand")
	s.Pause()
	began := time.Now()
	redistest.Eventually(t, patience, func() bool { return time.Since(began) > 2*wait }, "stalled for twice the ack wait")
	s.Resume()
	redistest.Eventually(t, patience, func() bool { return time.Since(began) > 4*wait }, "sweeps have come by")
	close(release)
	redistest.Eventually(t, patience, func() bool { return got.count() == events && pending(t, b, "workers") == 0 })
	if n := len(got.all()); n != events {
		t.Errorf("%d calls for %d events", n, events)
	}
}

func TestR16_TheClaimCursorIsCarriedToTheEnd(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	// So many fresh entries before the dead one's that one XAUTOCLAIM, which looks at ten times its COUNT, sees none.
	const fresh = 3000
	for i := range fresh + 5 {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i), i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	deadConsumerTakes(t, s, "events:workflow.started", fresh+5)
	entries, err := s.Client().XRange(t.Context(), "events:workflow.started", "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	args := []any{"xclaim", "events:workflow.started", "workers", "dead", 0}
	for _, e := range entries[fresh:] {
		args = append(args, e.ID)
	}
	if err := s.Client().Do(t.Context(), append(args, "idle", 3600_000, "justid")...).Err(); err != nil {
		t.Fatal(err)
	}
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithAckWait(10*time.Minute), bus.WithSweep(20*time.Millisecond))
	redistest.Eventually(t, patience, func() bool { return got.count() == 5 })
}
