package bus_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// consuming runs a consumer of a group on a bus of its own until the test ends.
func consuming(t *testing.T, client redis.UniversalClient, group string, h bus.Handler, opts ...bus.Option) *bus.Bus {
	t.Helper()
	b, err := bus.Open(t.Context(), client, opts...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Consume(ctx, group, h) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b
}

func TestAScheduledEventComesWhenItIsDueAndNotBefore(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	got := make(chan bus.Message, 8)
	b := consuming(t, server.Client(), "g", func(_ context.Context, m bus.Message) error { got <- m; return nil })
	now, err := b.Reader().Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := now.Add(300 * time.Millisecond).Truncate(time.Millisecond)
	s, err := b.PublishAt(t.Context(), model.Event{Type: "order.paid", WorkflowID: "wf-1", Data: []byte(`{"a":1}`)}, at)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := b.Reader().Scheduled(t.Context(), "", 10); err != nil || len(list.Entries) != 1 || list.Entries[0].ID != s.ID ||
		!list.Entries[0].Due.Equal(at) || list.Streams[0] != (model.ScheduledStream{Stream: "events:order.paid", Count: 1, Next: at.UTC()}) {
		t.Errorf("scheduled: %+v, %v", list, err)
	}
	select {
	case m := <-got:
		if m.Event.ID != s.ID || string(m.Event.Data) != `{"a":1}` || !m.Event.Timestamp.Equal(at) || m.ID.Time().Before(at) {
			t.Errorf("%+v under %s, want it at %s", m.Event, m.ID, at)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it never came")
	}
	if n := server.Client().Exists(t.Context(), model.ScheduledKey(s.Stream)).Val(); n != 0 {
		t.Error("what was added is still scheduled")
	}
}

// Four processes move what is due, and each event is in its stream once. Theirs is the order of when they are due.
func TestWhatIsDueIsAddedOnceWhoeverMovesIt(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	const streams, each = 3, 250
	client := server.Client()
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	for i := range streams * each {
		e := model.Event{ID: fmt.Sprintf("e-%04d", i), Type: model.Type(fmt.Sprintf("order.s%d", i%streams))}
		if _, err := b.PublishAt(t.Context(), e, past.Add(time.Duration(i)*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	seen := map[string]int{}
	var moved atomic.Int64
	for range 4 {
		own := redis.NewClient(server.Options())
		t.Cleanup(func() { _ = own.Close() })
		consuming(t, own, "g", func(_ context.Context, m bus.Message) error {
			mu.Lock()
			defer mu.Unlock()
			seen[m.Event.ID]++
			return nil
		}, bus.WithHooks(bus.Hooks{Moved: func(_ string, ids []model.Position) { moved.Add(int64(len(ids))) }}))
	}
	redistest.Eventually(t, patience, func() bool { mu.Lock(); defer mu.Unlock(); return len(seen) == streams*each }, "all events")
	// Events are handled while the process that moved them is about to say so.
	redistest.Eventually(t, patience, func() bool { return moved.Load() >= streams*each }, "all are reported as moved")
	if moved.Load() != streams*each {
		t.Errorf("%d were reported as moved", moved.Load())
	}
	for i := range streams {
		entries := client.XRange(t.Context(), fmt.Sprintf("events:order.s%d", i), "-", "+").Val()
		var ids []string
		for _, e := range entries {
			text, _ := e.Values["data"].(string)
			_, id, _ := strings.Cut(text, `"id":"`)
			ids = append(ids, id[:6])
		}
		if len(ids) != each || !slices.IsSorted(ids) {
			t.Errorf("stream %d has %d entries, want %d in the order in which they were due", i, len(ids), each)
		}
	}
}

func TestWhatIsCancelledNeverComesAndWhatCameCanNotBeCancelled(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	b, err := bus.Open(t.Context(), server.Client())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	s, err := b.PublishAt(t.Context(), model.Event{Type: "order.paid"}, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	cancel := func() (change.Step, error) {
		c := change.Cancel.Make(change.Target{Stream: s.Stream}, change.Values{"id": s.ID})
		on := change.On(b.Reader(), b.Writer())
		plan, err := c.Look(t.Context(), on)
		c.Say(&plan)
		if err != nil {
			t.Fatal(err)
		}
		for step, err := range c.Apply(t.Context(), on, plan) {
			return step, err
		}
		return change.Step{}, nil
	}
	if step, err := cancel(); err != nil || step.Changed != 1 {
		t.Errorf("%+v, %v", step, err)
	}
	if list, err := b.Reader().Scheduled(t.Context(), s.Stream, 10); err != nil || len(list.Streams) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := cancel(); err == nil || !strings.Contains(err.Error(), "streamdesk scheduled") {
		t.Errorf("cancelled twice: %v", err)
	}
}

func TestNoChoreIsDoneWhereTheyAreOff(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	came := make(chan struct{}, 4)
	b := consuming(t, server.Client(), "g", func(context.Context, bus.Message) error { came <- struct{}{}; return nil }, bus.WithChores(false))
	s, err := b.PublishAt(t.Context(), model.Event{Type: "order.paid"}, time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.PublishSync(t.Context(), model.Event{Type: "order.sent"}); err != nil {
		t.Fatal(err)
	}
	<-came // the consumer runs
	if n := server.Client().ZCard(t.Context(), model.ScheduledKey(s.Stream)).Val(); n != 1 {
		t.Errorf("%d are scheduled, want 1", n)
	}
	if calls := server.Client().Info(t.Context(), "commandstats").Val(); strings.Contains(calls, "cmdstat_eval") {
		t.Error("it sent EVAL")
	}
}

// A stream's key that is none holds up nothing else; it is told, and tried again.
func TestAStreamThatCanNotBeAddedToHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	client.Set(t.Context(), "events:order.bad", "text", 0)
	client.ZAdd(t.Context(), model.ScheduledKey("events:order.odd"), redis.Z{Score: 1, Member: "not an entry"})
	var told sync.Map
	came := make(chan string, 4)
	b := consuming(t, client, "g", func(_ context.Context, m bus.Message) error { came <- string(m.Event.Type); return nil },
		bus.WithHooks(bus.Hooks{ChoreFailed: func(_, stream string, err error, _ time.Duration) { told.Store(stream, err.Error()) }}))
	for _, kind := range []model.Type{"order.bad", "order.good"} {
		if _, err := b.PublishAt(t.Context(), model.Event{Type: kind}, time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if kind := <-came; kind != "order.good" {
		t.Errorf("%s came", kind)
	}
	redistest.Eventually(t, patience, func() bool {
		bad, _ := told.Load("events:order.bad")
		odd, _ := told.Load("events:order.odd")
		return strings.Contains(fmt.Sprint(bad), "WRONGTYPE") && strings.Contains(fmt.Sprint(odd), "no scheduled entry")
	}, "both to be told")
	if n := client.ZCard(t.Context(), model.ScheduledKey("events:order.bad")).Val(); n != 1 {
		t.Errorf("%d are scheduled for it, want the one", n)
	}
}
