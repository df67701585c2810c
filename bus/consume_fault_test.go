package bus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
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

// childEnv tells the test binary to be a consumer instead, on the server at the address it holds.
const childEnv = "STREAMDESK_BUS_TEST_CONSUMER"

func TestMain(m *testing.M) {
	if address := os.Getenv(childEnv); address != "" {
		consumeUntilKilled(address)
	}
	os.Exit(m.Run())
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
	s := redistest.Start(t)
	b := openBus(t, s)
	const events = 250
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	deadConsumerTakes(t, s, "events:workflow.started", events)
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithAckWait(50*time.Millisecond))
	redistest.Eventually(t, patience, func() bool { return got.count() == events && pending(t, b, "workers") == 0 })
	for _, m := range got.all() {
		if !m.Redelivered || m.Deliveries < 2 {
			t.Fatalf("%s came with deliveries=%d", m.Key(), m.Deliveries)
		}
	}
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
	s := redistest.Start(t, redistest.WithConfig("rename-command", "XAUTOCLAIM", `""`))
	b := openBus(t, s)
	const events = 250
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	deadConsumerTakes(t, s, "events:workflow.started", events)
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithAckWait(50*time.Millisecond))
	redistest.Eventually(t, patience, func() bool { return got.count() == events && pending(t, b, "workers") == 0 })
}

func TestR05_SlowWorkIsNotRedeliveredWhileItsOwnerLives(t *testing.T) {
	s := redistest.Start(t)
	b := openBus(t, s)
	release := make(chan struct{})
	got := newSeen()
	slow := func(ctx context.Context, m bus.Message) error {
		_ = got.handle(ctx, m)
		<-release
		return nil
	}
	const wait = 100 * time.Millisecond
	const events = 20
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i), i))
	}
	consume(t, b, "workers", slow, bus.WithConsumer("owner"), bus.WithAckWait(wait))
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") == events })
	var sweeps atomic.Int64
	thief := newSeen()
	consume(t, b, "workers", thief.handle, bus.WithConsumer("thief"), bus.WithAckWait(wait))
	// Ten times the ack wait, by the server's own account of the touches.
	began := time.Now()
	redistest.Eventually(t, patience, func() bool { return time.Since(began) > 10*wait })
	close(release)
	redistest.Eventually(t, patience, func() bool { return got.count() == events && pending(t, b, "workers") == 0 })
	if thief.count() != 0 || len(got.all()) != events || sweeps.Load() != 0 {
		t.Errorf("%d handled by the other consumer, %d calls for %d events", thief.count(), len(got.all()), events)
	}
}

func TestR06_AVanishedGroupComesBackAtItsLastAckedPosition(t *testing.T) {
	for name, vanish := range map[string]func(context.Context, *redis.Client) error{
		"XGROUP DESTROY": func(ctx context.Context, c *redis.Client) error {
			return c.XGroupDestroy(ctx, "events:workflow.started", "workers").Err()
		},
		"DEL":      func(ctx context.Context, c *redis.Client) error { return c.Del(ctx, "events:workflow.started").Err() },
		"FLUSHALL": func(ctx context.Context, c *redis.Client) error { return c.FlushAll(ctx).Err() },
	} {
		t.Run(name, func(t *testing.T) {
			s := redistest.Start(t)
			b := openBus(t, s)
			got := newSeen()
			consume(t, b, "workers", got.handle, bus.WithBlock(50*time.Millisecond), bus.WithDiscovery(20*time.Millisecond))
			for i := range 100 {
				publish(t, b, event(model.WorkflowStarted, "wf", i))
				publish(t, b, event(model.AuditStarted, "wf", i))
			}
			redistest.Eventually(t, patience, func() bool { return got.count() == 200 && pending(t, b, "workers") == 0 })
			if err := vanish(t.Context(), s.Client()); err != nil {
				t.Fatal(err)
			}
			for i := range 100 {
				publish(t, b, event(model.WorkflowStarted, "wf", i))
				publish(t, b, event(model.AuditStarted, "wf", i))
			}
			redistest.Eventually(t, patience, func() bool { return got.count() == 400 }, "later events of both streams")
			if n := len(got.all()); n != 400 {
				t.Errorf("%d calls for 400 events: acknowledged ones came back", n)
			}
		})
	}
}

func TestR06_WhatWasNotAckedComesBackWithTheGroup(t *testing.T) {
	s := redistest.Start(t)
	b := openBus(t, s)
	release := make(chan struct{})
	got := newSeen()
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		if strings.Contains(string(m.Event.Data), `:50}`) {
			<-release
		}
		return got.handle(ctx, m)
	}, bus.WithBlock(50*time.Millisecond), bus.WithConcurrency(4))
	for i := range 100 {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i), i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() >= 75 })
	if err := s.Client().XGroupDestroy(t.Context(), "events:workflow.started", "workers").Err(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") > 0 }, "the group is back")
	close(release)
	redistest.Eventually(t, patience, func() bool { return got.count() == 100 && pending(t, b, "workers") == 0 })
}

func TestR07_FiftyStartersMakeAGroupOnce(t *testing.T) {
	s := redistest.Start(t)
	b := openBus(t, s)
	got := newSeen()
	for range 50 {
		consume(t, b, "workers", got.handle, bus.WithTypes("workflow.started", "audit.*"))
	}
	const events = 500
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i), i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == events && pending(t, b, "workers") == 0 })
	if n := len(got.all()); n != events {
		t.Errorf("%d calls for %d events", n, events)
	}
}

func TestR08_AnUnreadableStreamIsToldAndTheOthersFlow(t *testing.T) {
	s := redistest.Start(t, redistest.WithACL("limited on nopass ~events:workflow.* ~events:audit.started &* +@all"))
	if err := s.Client().Set(t.Context(), "events:workflow.failed", "no stream", 0).Err(); err != nil {
		t.Fatal(err)
	}
	admin := openBus(t, s)
	publish(t, admin, event("testing.started", "wf", 0)) // not for that user
	options := *s.Options()
	options.Username, options.Password = "limited", "any"
	client := redis.NewClient(&options)
	t.Cleanup(func() { _ = client.Close() })
	var mu sync.Mutex
	told := make(map[string][]time.Duration)
	b, err := bus.Open(t.Context(), client, bus.WithHooks(bus.Hooks{
		StreamError: func(_, stream string, err error, retryIn time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			word, _, _ := strings.Cut(err.Error(), " ")
			told[stream+" "+word] = append(told[stream+" "+word], retryIn)
		},
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	got := newSeen()
	consume(t, b, "workers", got.handle)
	const events = 300
	for i := range events {
		publish(t, admin, event(model.AuditStarted, "wf", i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == events })
	redistest.Eventually(t, patience, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(told["events:workflow.failed WRONGTYPE"]) > 0 && len(told["events:testing.started NOPERM"]) > 1
	})
	mu.Lock()
	defer mu.Unlock()
	for which, rests := range told {
		for i, rest := range rests {
			if least := (250 * time.Millisecond << i) / 2; rest < least && rest < 30*time.Second {
				t.Errorf("%s: rest %d is %s, want %s or more", which, i+1, rest, least)
			}
		}
	}
}

func TestR10_AConsumerComesBackAfterARestart(t *testing.T) {
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

func TestR13_WhatCannotBeHandledIsDeadLetteredAndTheStreamGoesOn(t *testing.T) {
	s := redistest.Start(t)
	b := openBus(t, s)
	c := s.Client()
	for _, fields := range [][]string{
		{"data", "no JSON", "x", "\x00\xff", "x", "again"},
		{"other", "field"},
		{"data", `{"id":"panics","type":"workflow.started","workflow_id":"wf1"}`},
		{"data", `{"id":"fails","type":"workflow.started","workflow_id":"wf2"}`},
		{"data", `{"id":"term","type":"workflow.started","workflow_id":"wf3"}`},
		{"data", `{"id":"fine","type":"workflow.started","workflow_id":"wf1"}`},
	} {
		if err := c.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:workflow.started", Values: fields}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	got := newSeen()
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		_ = got.handle(ctx, m)
		switch m.Event.ID {
		case "panics":
			panic("oh no")
		case "fails":
			return errors.New("always")
		case "term":
			return bus.Term(errors.New("hopeless"))
		}
		return nil
	}, bus.WithMaxDeliver(3), bus.WithBackoff(bus.Backoff{First: time.Millisecond, Max: time.Millisecond}))
	redistest.Eventually(t, patience, func() bool { return got.count() == 4 && pending(t, b, "workers") == 0 })
	if calls := got.byEvent; calls["panics"] != 3 || calls["fails"] != 3 || calls["term"] != 1 || calls["fine"] != 1 {
		t.Errorf("calls = %v", calls)
	}
	dead, err := b.DeadLetters(t.Context(), "events:workflow.started", model.MaxPosition, 10)
	if err != nil || len(dead) != 5 {
		t.Fatalf("%d dead letters, %v", len(dead), err)
	}
	reasons := make(map[string]bus.DeadLetter)
	for _, d := range dead {
		if d.Group != "workers" || d.Origin.Stream != "events:workflow.started" {
			t.Errorf("dead letter %+v", d)
		}
		reasons[d.Reason] = d
	}
	if d := reasons["the handler panicked: oh no"]; d.Attempt != 3 {
		t.Errorf("panic: %+v", d)
	}
	if d := reasons["hopeless"]; d.Attempt != 1 {
		t.Errorf("term: %+v", d)
	}
	found := false
	for _, d := range dead {
		if fmt.Sprint(d.Original) == fmt.Sprint([]model.Field{{Name: "data", Value: "no JSON"}, {Name: "x", Value: "\x00\xff"}, {Name: "x", Value: "again"}}) {
			found = true
		}
	}
	if !found {
		t.Errorf("the broken entry's fields did not survive: %+v", dead)
	}
}

func TestR13_TheDeadLetterIsWrittenBeforeTheAck(t *testing.T) {
	s := redistest.Start(t)
	b := openBus(t, s)
	// No dead letter can be written, so nothing may be acknowledged.
	if err := s.Client().Set(t.Context(), "dead:events:workflow.started", "in the way", 0).Err(); err != nil {
		t.Fatal(err)
	}
	var troubles atomic.Int64
	b2 := openBus(t, s, bus.WithHooks(bus.Hooks{StreamError: func(string, string, error, time.Duration) { troubles.Add(1) }}))
	publish(t, b, event(model.WorkflowStarted, "wf", 0))
	consume(t, b2, "workers", func(context.Context, bus.Message) error { return bus.Term(errors.New("hopeless")) })
	redistest.Eventually(t, patience, func() bool { return troubles.Load() > 1 })
	if n := pending(t, b, "workers"); n != 1 {
		t.Errorf("%d pending, want 1", n)
	}
	if err := s.Client().Del(t.Context(), "dead:events:workflow.started").Err(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool {
		return pending(t, b, "workers") == 0 && s.Client().XLen(t.Context(), "dead:events:workflow.started").Val() == 1
	})
}

func TestR14_EntriesDeletedWhilePendingAreCountedAndCleared(t *testing.T) {
	s := redistest.Start(t)
	var gone atomic.Int64
	b := openBus(t, s, bus.WithHooks(bus.Hooks{Gone: func(_ string, keys []model.Key) { gone.Add(int64(len(keys))) }}))
	const events = 30
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	deadConsumerTakes(t, s, "events:workflow.started", events)
	if err := s.Client().XTrimMaxLen(t.Context(), "events:workflow.started", 10).Err(); err != nil {
		t.Fatal(err)
	}
	got := newSeen()
	// One comes in the dead one's name and looks at its own entries, the other takes over.
	for _, name := range []string{"dead", "other"} {
		consume(t, b, "workers", got.handle, bus.WithConsumer(name), bus.WithAckWait(50*time.Millisecond))
	}
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") == 0 && got.count() == 10 && gone.Load() >= 20 })
	for _, m := range got.all() {
		if m.Fields == nil {
			t.Errorf("the handler saw the empty %s", m.Key())
		}
	}
}

func TestR16_TheClaimCursorIsCarriedToTheEnd(t *testing.T) {
	s := redistest.Start(t)
	b := openBus(t, s)
	// So many fresh entries before the dead one's that one XAUTOCLAIM, which looks at ten times its COUNT, sees none.
	const fresh = 3000
	for i := range fresh + 5 {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i), i))
	}
	if err := b.Flush(t.Context()); err != nil {
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

func TestR18_OrderPerWorkflowIsKeptThroughRetries(t *testing.T) {
	s := redistest.Start(t)
	b := openBus(t, s)
	const workflows, each = 20, 30
	for i := range each {
		for w := range workflows {
			publish(t, b, event(model.WorkflowProgress, fmt.Sprint(w), i))
		}
	}
	done := newSeen()
	var attempts sync.Map
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		n, _ := attempts.LoadOrStore(m.Event.ID, new(atomic.Int64))
		var data struct{ N int }
		if err := json.Unmarshal(m.Event.Data, &data); err != nil {
			return err
		}
		if tries := n.(*atomic.Int64).Add(1); data.N%7 == 3 && tries < 3 {
			if data.N%2 == 0 {
				return bus.RetryAfter(time.Millisecond, errors.New("not yet"))
			}
			return errors.New("not yet")
		}
		return done.handle(ctx, m)
	}, bus.WithConcurrency(4), bus.WithBackoff(bus.Backoff{First: 2 * time.Millisecond, Max: 5 * time.Millisecond}))
	redistest.Eventually(t, patience, func() bool { return done.count() == workflows*each && pending(t, b, "workers") == 0 })
	done.mustBeInOrder(t)
}

func TestR18_AFailingWorkflowHoldsBackNobodyElse(t *testing.T) {
	s := redistest.Start(t)
	b := openBus(t, s)
	got := newSeen()
	var mended atomic.Bool
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		if m.Event.WorkflowID == "broken" && !mended.Load() {
			return bus.RetryAfter(time.Millisecond, errors.New("its store is away"))
		}
		return got.handle(ctx, m)
	})
	for i := range 100 {
		publish(t, b, event(model.WorkflowProgress, "broken", i))
		publish(t, b, event(model.WorkflowProgress, "fine", i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == 100 })
	mended.Store(true)
	redistest.Eventually(t, patience, func() bool { return got.count() == 200 && pending(t, b, "workers") == 0 })
	got.mustBeInOrder(t)
}
