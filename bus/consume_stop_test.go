package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR19_AnIdleConsumerStopsAtOnceAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	client := redis.NewClient(s.Options())
	defer func() { _ = client.Close() }()
	leavesNothing(t, func() {
		b, err := bus.Open(t.Context(), client)
		if err != nil {
			t.Fatal(err)
		}
		got := newSeen()
		// A block this long: only an unblocked read ends in time.
		stop := consume(t, b, "workers", got.handle, bus.WithBlock(time.Hour))
		publish(t, b, event(model.WorkflowStarted, "wf", 0))
		redistest.Eventually(t, patience, func() bool { return got.count() == 1 && blockedClients(t, client) == 1 })
		if err := stop(); err != nil {
			t.Errorf("Consume = %v", err)
		}
		if err := b.Close(soon(t)); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
}

func blockedClients(t *testing.T, client *redis.Client) int {
	t.Helper()
	list, err := client.ClientList(t.Context()).Result()
	if err != nil {
		return -1
	}
	return strings.Count(list, "cmd=xreadgroup")
}

func TestR19_CloseStopsConsumersAndFlushesTheirAcks(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b, err := bus.Open(t.Context(), s.Client())
	if err != nil {
		t.Fatal(err)
	}
	got := newSeen()
	ended := make(chan error, 1)
	go func() { ended <- b.Consume(context.Background(), "workers", got.handle) }()
	const events = 500
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() >= 100 })
	if err := b.Close(soon(t)); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Consume = %v", err)
	}
	acked, err := s.Client().XPending(t.Context(), "events:workflow.started", "workers").Result()
	if err != nil {
		t.Fatal(err)
	}
	last := s.Client().XInfoGroups(t.Context(), "events:workflow.started").Val()[0].LastDeliveredID
	read := s.Client().XRange(t.Context(), "events:workflow.started", "-", last).Val()
	if int64(len(read))-acked.Count != int64(got.count()) {
		t.Errorf("%d handled, %d read, %d pending", got.count(), len(read), acked.Count)
	}
	if err := b.Consume(t.Context(), "workers", got.handle); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("Consume after Close = %v", err)
	}
}

func TestR19_AHandlerMayFinishWithinTheGrace(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	begun, release := make(chan struct{}), make(chan struct{})
	var alive atomic.Bool
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- b.Consume(ctx, "workers", func(ctx context.Context, _ bus.Message) error {
			close(begun)
			<-release
			alive.Store(ctx.Err() == nil)
			return nil
		})
	}()
	publish(t, b, event(model.WorkflowStarted, "wf", 0))
	<-begun
	cancel()
	close(release)
	if err := <-ended; err != nil || !alive.Load() {
		t.Errorf("Consume = %v, handler's context alive: %t", err, alive.Load())
	}
	if n := pending(t, b, "workers"); n != 0 {
		t.Errorf("%d pending", n)
	}
}

func TestR19_AHandlerThatNeverReturnsIsToldOf(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	begun, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- b.Consume(ctx, "workers", func(context.Context, bus.Message) error {
			close(begun)
			<-release
			return nil
		}, bus.WithGrace(time.Millisecond))
	}()
	publish(t, b, event(model.WorkflowStarted, "wf", 0))
	<-begun
	cancel()
	if err := <-ended; !errors.Is(err, bus.ErrHandlerStuck) {
		t.Errorf("Consume = %v", err)
	}
	if n := pending(t, b, "workers"); n != 1 {
		t.Errorf("%d pending, want 1", n)
	}
}

func TestR19_WhatWasReadAndNotBegunMovesOnAtOnce(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	const events = 200
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	begun, release := make(chan struct{}, 1), make(chan struct{})
	first := newSeen()
	stop := consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		select {
		case begun <- struct{}{}:
			<-release
		default:
		}
		return first.handle(ctx, m)
	}, bus.WithAckWait(10*time.Minute))
	<-begun
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") == events })
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	redistest.Eventually(t, patience, func() bool { return blockedClients(t, s.Client()) == 0 })
	close(release)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	second := newSeen()
	// Ten minutes are not waited for: the first consumer has given back what it had not begun.
	consume(t, b, "workers", second.handle, bus.WithAckWait(10*time.Minute), bus.WithSweep(10*time.Millisecond))
	redistest.Eventually(t, patience, func() bool { return first.count()+second.count() == events && pending(t, b, "workers") == 0 })
}

func TestR20_AcksAreBatchedAndRetried(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	proxy := redistest.StartProxy(t, s.Addr())
	b := openThrough(t, s, proxy)
	for i := range 5000 {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i%3), i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	dropped := proxy.DropReply("xack")
	lost := proxy.DropRequest("xack")
	got := newSeen()
	consume(t, b, "workers", got.handle)
	<-dropped
	<-lost
	redistest.Eventually(t, patience, func() bool { return got.count() == 5000 && pending(t, b, "workers") == 0 })
	if n := len(got.all()); n != 5000 {
		t.Errorf("%d calls for 5000 events", n)
	}
	stats, err := s.Client().Info(t.Context(), "commandstats").Result()
	if err != nil {
		t.Fatal(err)
	}
	var calls int
	for line := range strings.Lines(stats) {
		if rest, ok := strings.CutPrefix(line, "cmdstat_xack:calls="); ok {
			_, _ = fmt.Sscanf(rest, "%d", &calls)
		}
	}
	if calls == 0 || calls > 5000/10 {
		t.Errorf("%d XACKs for 5000 entries", calls)
	}
}

func TestConsumeRefusesABlockThatWouldNeverEnd(t *testing.T) {
	t.Parallel()
	b := openBus(t, redistest.Start(t))
	err := b.Consume(t.Context(), "workers", newSeen().handle, bus.WithBlock(time.Millisecond-1))
	if !errors.Is(err, bus.ErrBlock) {
		t.Errorf("Consume = %v, want ErrBlock", err)
	}
}

func TestConsumePicksUpStreamsThatAppearLater(t *testing.T) {
	t.Parallel()
	b := openBus(t, redistest.Start(t))
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithTypes("workflow.*"), bus.WithDiscovery(10*time.Millisecond), bus.WithBlock(20*time.Millisecond))
	for i, of := range []model.Type{"workflow.started", "workflow.anything", "audit.started"} {
		publish(t, b, event(of, "wf", i))
		if of != "audit.started" {
			redistest.Eventually(t, patience, func() bool { return got.count() == i+1 })
		}
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	publish(t, b, event("workflow.anything", "wf", 3))
	redistest.Eventually(t, patience, func() bool { return got.count() == 3 })
}

func TestMaxAckPendingBoundsWhatIsInHand(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	const events = 500
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, "wf", i))
	}
	step := make(chan struct{})
	var most atomic.Int64
	got := newSeen()
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		<-step
		most.Store(max(most.Load(), pending(t, b, "workers")))
		return got.handle(ctx, m)
	}, bus.WithMaxAckPending(20))
	redistest.Eventually(t, patience, func() bool { return pending(t, b, "workers") == 20 })
	close(step)
	redistest.Eventually(t, patience, func() bool { return got.count() == events })
	if most.Load() > 20 {
		t.Errorf("%d in hand, want 20 at most", most.Load())
	}
}

func TestConsumeBatchAcknowledgesAllButWhatFailed(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	const events = 300
	for i := range events {
		publish(t, b, event(model.WorkflowStarted, fmt.Sprint(i%5), i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	got := newSeen()
	var largest atomic.Int64
	tries := make(map[string]int)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- b.ConsumeBatch(ctx, "workers", func(ctx context.Context, messages []bus.Message) error {
			largest.Store(max(largest.Load(), int64(len(messages))))
			failed := bus.BatchError{}
			broken := make(map[string]bool)
			for i, m := range messages {
				tries[m.Event.ID]++
				if broken[m.Event.WorkflowID] || i%10 == 3 && tries[m.Event.ID] < 2 {
					broken[m.Event.WorkflowID] = true
					failed[i] = bus.RetryAfter(time.Millisecond, errors.New("not yet"))
					continue
				}
				_ = got.handle(ctx, m)
			}
			if len(failed) > 0 {
				return failed
			}
			return nil
		}, bus.WithBatchSize(50))
	}()
	redistest.Eventually(t, patience, func() bool { return got.count() == events && pending(t, b, "workers") == 0 })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	got.mustBeInOrder(t)
	if largest.Load() != 50 || len(got.all()) != events {
		t.Errorf("largest batch %d, %d acknowledged", largest.Load(), len(got.all()))
	}
}
