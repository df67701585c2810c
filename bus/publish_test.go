package bus_test

import (
	"context"
	"errors"
	"fmt"
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

func TestPublishWritesTheWireFormatExactly(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	at := time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)
	b := openBus(t, s, bus.WithClock(func() time.Time { return at }))
	ids, err := b.PublishSync(soon(t), model.Event{
		ID: "e1", Type: "workflow.started", WorkflowID: "wf", SourceAgent: "coordinator", Data: []byte(`{"a":1}`),
	}, model.Event{Type: "workflow.started"})
	if err != nil || len(ids) != 2 || !ids[1].After(ids[0]) {
		t.Fatalf("PublishSync = %v, %v", ids, err)
	}
	entries, err := s.Client().XRange(t.Context(), "events:workflow.started", "-", "+").Result()
	if err != nil || len(entries) != 2 {
		t.Fatalf("XRANGE = %v, %v", entries, err)
	}
	want := `{"id":"e1","type":"workflow.started","workflow_id":"wf","timestamp":"2026-03-04T05:06:07.000008+00:00",` +
		`"data":{"a":1},"source_agent":"coordinator"}`
	if got := entries[0].Values["data"]; got != want || len(entries[0].Values) != 1 {
		t.Errorf("entry = %v\nwant data %s", entries[0].Values, want)
	}
	if entries[0].ID != ids[0].String() {
		t.Errorf("ID = %s, want %s", ids[0], entries[0].ID)
	}
	second, err := model.ParseEvent(fmt.Sprint(entries[1].Values["data"]))
	if err != nil || len(second.ID) != 36 || !second.Timestamp.Equal(at.Truncate(time.Microsecond)) {
		t.Errorf("completed event = %+v, %v", second, err)
	}
}

func TestPublishRefusesWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	b := openBus(t, redistest.Start(t), bus.WithMaxEventSize(1000))
	for name, c := range map[string]struct {
		event model.Event
		want  error
	}{
		"no type":       {model.Event{}, model.ErrType},
		"a pattern":     {model.Event{Type: "workflow.*"}, model.ErrType},
		"data no JSON":  {model.Event{Type: "a.b", Data: []byte(`{"x":`)}, model.ErrData},
		"data an array": {model.Event{Type: "a.b", Data: []byte(`[1]`)}, model.ErrData},
		"broken UTF-8":  {model.Event{Type: "a.b", WorkflowID: "\xff"}, model.ErrUTF8},
		"too large":     {model.Event{Type: "a.b", SourceAgent: strings.Repeat("x", 1000)}, bus.ErrTooLarge},
	} {
		if err := b.Publish(t.Context(), c.event); !errors.Is(err, c.want) {
			t.Errorf("%s: Publish = %v, want %v", name, err, c.want)
		}
		if _, err := b.PublishSync(soon(t), c.event); !errors.Is(err, c.want) {
			t.Errorf("%s: PublishSync = %v, want %v", name, err, c.want)
		}
	}
}

func TestPublishReportsTheEventsThatFailAndNoOthers(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	if err := s.Client().Set(t.Context(), "events:audit.failed", "no stream", 0).Err(); err != nil {
		t.Fatal(err)
	}
	var failed atomic.Int64
	b := openBus(t, s, bus.WithHooks(bus.Hooks{PublishFailed: func(*bus.PublishError) { failed.Add(1) }}))
	ids, err := b.PublishSync(soon(t), event("audit.started", "wf", 0), event("audit.failed", "wf", 1), event("audit.started", "wf", 2))
	var failure *bus.PublishError
	if !errors.As(err, &failure) || failure.Index != 1 || failure.Stream != "events:audit.failed" || !strings.Contains(err.Error(), "WRONGTYPE") {
		t.Errorf("PublishSync = %v", err)
	}
	if ids[0].IsZero() || !ids[1].IsZero() || ids[2].IsZero() {
		t.Errorf("IDs = %v", ids)
	}
	publish(t, b, event("audit.failed", "wf", 3))
	if err := b.Flush(soon(t)); !errors.Is(err, bus.ErrUnpublished) || failed.Load() != 1 {
		t.Errorf("Flush = %v, %d failures told", err, failed.Load())
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Errorf("a second Flush = %v", err)
	}
}

func TestR02_ALostReplyMakesNoDuplicate(t *testing.T) {
	t.Parallel()
	for _, sync := range []bool{false, true} {
		t.Run(fmt.Sprintf("sync=%t", sync), func(t *testing.T) {
			t.Parallel()
			s := redistest.Start(t)
			proxy := redistest.StartProxy(t, s.Addr())
			b := openThrough(t, s, proxy)
			const events = 300
			for i := range events {
				if i%100 == 50 {
					proxy.DropReply("xadd")
				}
				if !sync {
					publish(t, b, event(model.WorkflowProgress, "wf", i))
				} else if _, err := b.PublishSync(soon(t), event(model.WorkflowProgress, "wf", i)); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.Flush(soon(t)); err != nil {
				t.Fatal(err)
			}
			mustHoldInOrder(t, s, "events:workflow.progress", events)
		})
	}
}

func TestR02_ARequestThatNeverArrivedIsSentAgain(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	proxy := redistest.StartProxy(t, s.Addr())
	b := openThrough(t, s, proxy)
	const events = 300
	for i := range events {
		if i%100 == 50 {
			proxy.DropRequest("xadd")
		}
		publish(t, b, event(model.WorkflowProgress, "wf", i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	mustHoldInOrder(t, s, "events:workflow.progress", events)
}

func TestR02_WhatIsStillUncertainWhenTheContextEndsSaysSo(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	proxy := redistest.StartProxy(t, s.Addr())
	b := openThrough(t, s, proxy)
	if _, err := b.PublishSync(soon(t), event("a.b", "wf", 0)); err != nil {
		t.Fatal(err)
	}
	s.Pause()
	defer s.Resume()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := b.PublishSync(ctx, event("a.b", "wf", 1))
		ended <- err
	}()
	redistest.Eventually(t, patience, func() bool { return b.Stats().Buffered == 1 }, "on its way")
	publish(t, b, event("a.b", "wf", 2)) // waits behind it, so the first is in the server's hands
	redistest.Eventually(t, patience, func() bool { return b.Stats().Buffered == 2 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("PublishSync = %v", err)
	}
	s.Resume()
	if err := b.Flush(soon(t)); err != nil {
		t.Error(err)
	}
}

func TestR09_OutOfMemoryIsReturnedAndConsumersGoOn(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	got := newSeen()
	for i := range 100 {
		publish(t, b, event(model.AuditStarted, "wf", i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	if err := s.Client().ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.PublishSync(soon(t), event(model.AuditStarted, "wf", 100)); !errors.Is(err, bus.ErrMemory) {
		t.Errorf("PublishSync = %v, want ErrMemory", err)
	}
	publish(t, b, event(model.AuditStarted, "wf", 101)) // the probe
	redistest.Eventually(t, patience, func() bool {
		return errors.Is(b.Publish(t.Context(), event(model.AuditStarted, "wf", 102)), bus.ErrMemory)
	}, "Publish fails fast")
	// No group can be made without memory, but one that is there goes on.
	if err := s.Client().ConfigSet(t.Context(), "maxmemory", "0").Err(); err != nil {
		t.Fatal(err)
	}
	stop := consume(t, b, "workers", got.handle)
	redistest.Eventually(t, patience, func() bool { return got.count() >= 101 })
	_ = stop()
	more := newSeen()
	// Before Redis 7 this needs memory too.
	if err := s.Client().XGroupSetID(t.Context(), "events:audit.started", "workers", "0").Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.Client().ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	consume(t, b, "workers", more.handle)
	redistest.Eventually(t, patience, func() bool { return more.count() >= 101 && pending(t, b, "workers") == 0 }, "consumed without memory")
	if err := s.Client().ConfigSet(t.Context(), "maxmemory", "0").Err(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { return b.Publish(t.Context(), event(model.AuditStarted, "wf", 103)) == nil })
}

func TestR10_BufferedEventsSurviveARestartOfTheServer(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, redistest.WithAppendOnly("always"))
	var down, up atomic.Int64
	b := openBus(t, s, bus.WithHooks(bus.Hooks{
		Disconnected: func(string, error) { down.Add(1) },
		Reconnected:  func(string, time.Duration) { up.Add(1) },
	}))
	const events = 3000
	var publishing sync.WaitGroup
	publishing.Go(func() {
		for i := range events {
			publish(t, b, event(model.WorkflowProgress, "wf", i))
		}
	})
	redistest.Eventually(t, patience, func() bool { return b.Stats().Published > 200 })
	s.Kill()
	redistest.Eventually(t, patience, func() bool { return down.Load() > 0 }, "told of the loss")
	s.Restart()
	publishing.Wait()
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	if up.Load() == 0 {
		t.Error("not told of the return")
	}
	mustHoldInOrder(t, s, "events:workflow.progress", events)
}

func TestCloseTellsWhatWasNotPublished(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b, err := bus.Open(t.Context(), s.Client())
	if err != nil {
		t.Fatal(err)
	}
	s.Kill()
	for i := range 3 {
		publish(t, b, event("a.b", "wf", i))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := b.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "3 events") {
		t.Errorf("Flush = %v", err)
	}
	err = b.Close(ctx)
	if !errors.Is(err, bus.ErrUnpublished) || strings.Count(err.Error(), "publish event") != 3 {
		t.Errorf("Close = %v", err)
	}
	if err := b.Publish(t.Context(), event("a.b", "wf", 3)); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("Publish after Close = %v", err)
	}
	if err := b.Close(soon(t)); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("second Close = %v", err)
	}
}

func TestAFullBufferBlocksPublish(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s, bus.WithBuffer(4))
	publish(t, b, event("a.b", "wf", -1))
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	s.Pause()
	defer s.Resume()
	for n := range 4 {
		publish(t, b, event("a.b", "wf", n))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := b.Publish(ctx, event("a.b", "wf", 4)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Publish into a full buffer = %v", err)
	}
	waited := make(chan error)
	go func() { waited <- b.Publish(t.Context(), event("a.b", "wf", 4)) }()
	s.Resume()
	if err := <-waited; err != nil {
		t.Errorf("Publish after room was made = %v", err)
	}
}

func TestMaxLenTrims(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s, bus.WithMaxLen(10, false))
	for i := range 100 {
		publish(t, b, event("a.b", "wf", i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	if n := s.Client().XLen(t.Context(), "events:a.b").Val(); n != 10 {
		t.Errorf("%d entries, want 10", n)
	}
}

// openThrough opens a bus on a server through a proxy.
func openThrough(t testing.TB, s *redistest.Server, proxy *redistest.Proxy, opts ...bus.Option) *bus.Bus {
	t.Helper()
	options := *s.Options()
	options.Addr = proxy.Addr()
	client := redis.NewClient(&options)
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	return b
}

// mustHoldInOrder checks that a stream holds the events 0 … n-1, each once and in order.
func mustHoldInOrder(t testing.TB, s *redistest.Server, stream string, n int) {
	t.Helper()
	entries, err := s.Client().XRange(t.Context(), stream, "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != n {
		t.Errorf("%d entries, want %d", len(entries), n)
	}
	for i, e := range entries {
		parsed, err := model.ParseEvent(fmt.Sprint(e.Values["data"]))
		if want := fmt.Sprintf(`{"n":%d}`, i); err != nil || string(parsed.Data) != want {
			t.Fatalf("entry %d = %s, %v", i, parsed.Data, err)
		}
	}
}
