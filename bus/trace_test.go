package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/redistest"
	"streamdesk/bus/transfer"
	"streamdesk/model"
)

var inTrace = model.TraceContext{Parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", State: "congo=t61"}

func TestPublishWritesTheTraceOfItsContextAndNothingWithoutOne(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	parentOnly := model.TraceContext{Parent: inTrace.Parent}
	for i, c := range []struct {
		ctx  context.Context
		want []string
	}{
		{t.Context(), nil},
		{bus.WithTrace(t.Context(), model.TraceContext{Parent: "00-00-00-00", State: "a=1"}), nil},
		{bus.WithTrace(t.Context(), parentOnly), []string{"traceparent", parentOnly.Parent}},
		{bus.WithTrace(t.Context(), inTrace), []string{"traceparent", inTrace.Parent, "tracestate", inTrace.State}},
	} {
		// Once waited for, once buffered.
		if _, err := b.PublishSync(c.ctx, event("audit.started", "wf", i)); err != nil {
			t.Fatal(err)
		}
		if err := b.Publish(c.ctx, event("audit.started", "wf", i)); err != nil {
			t.Fatal(err)
		}
		if err := b.Flush(soon(t)); err != nil {
			t.Fatal(err)
		}
		for _, e := range readWhole(t, b, "events:audit.started")[2*i:] {
			if got := flattened(e.Fields[1:]); e.Fields[0].Name != "data" || !slices.Equal(got, c.want) {
				t.Errorf("%d: beside the data stands %q, want %q", i, got, c.want)
			}
		}
	}
}

func flattened(fields []model.Field) (all []string) {
	for _, f := range fields {
		all = append(all, f.Name, f.Value)
	}
	return all
}

// readWhole returns all entries of a stream.
func readWhole(t *testing.T, b *bus.Bus, stream string) (all []model.Entry) {
	t.Helper()
	for e, err := range b.Reader().Replay(t.Context(), []string{stream}, model.Position{}, model.MaxPosition) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// TestTheTraceGoesFromTheEntryToTheHandlerAndOn has entries that another program writes, with and without a trace.
func TestTheTraceGoesFromTheEntryToTheHandlerAndOn(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	c := s.Client()
	data := func(id string) string { return fmt.Sprintf(`{"id":%q,"type":"audit.started","workflow_id":"wf"}`, id) }
	for _, fields := range [][]string{
		{"data", data("none")},
		{"traceparent", inTrace.Parent, "data", data("both"), "tracestate", inTrace.State},
		{"data", data("broken"), "traceparent", "00-xyz"},
	} {
		if err := c.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:audit.started", Values: fields}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	got := newSeen()
	traces := make(chan string, 3)
	consume(t, b, "workers", func(ctx context.Context, m bus.Message) error {
		if at := bus.Trace(ctx); at != m.TraceContext.Propagated() || m.Trace != at.Trace() {
			t.Errorf("%s: the handler is in %+v, its message in %+v of %q", m.Event.ID, at, m.TraceContext, m.Trace)
		}
		traces <- m.Event.ID + " " + bus.Trace(ctx).State
		_, err := b.PublishSync(ctx, model.Event{ID: "of " + m.Event.ID, Type: "audit.completed", WorkflowID: "wf"})
		_ = got.handle(ctx, m)
		return err
	}, bus.WithTypes("audit.started"))
	redistest.Eventually(t, patience, func() bool { return got.count() == 3 })
	for _, want := range []string{"none ", "both congo=t61", "broken "} {
		if said := <-traces; said != want {
			t.Errorf("a handler is in %q, want %q", said, want)
		}
	}
	for i, e := range readWhole(t, b, "events:audit.completed") {
		if got, want := flattened(e.Fields[1:]), []string{"traceparent", inTrace.Parent, "tracestate", inTrace.State}; (i == 1) != slices.Equal(got, want) || i != 1 && got != nil {
			t.Errorf("what the handler of entry %d published has %q beside its data", i, got)
		}
	}
}

// TestTheTraceSurvivesWhateverIsMadeOfAnEntry has an event given up, sent back, added again and replayed.
func TestTheTraceSurvivesWhateverIsMadeOfAnEntry(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	if _, err := b.PublishSync(bus.WithTrace(t.Context(), inTrace), event("audit.failed", "wf", 1)); err != nil {
		t.Fatal(err)
	}
	original := readWhole(t, b, "events:audit.failed")[0]
	consume(t, b, "workers", func(context.Context, bus.Message) error { return bus.Term(errors.New("no use")) },
		bus.WithBackoff(wire.Backoff{First: time.Millisecond, Max: time.Millisecond}))
	redistest.Eventually(t, patience, func() bool { return b.Stats().DeadLettered == 1 })
	letter := readWhole(t, b, "dead:events:audit.failed")[0]
	if _, err := b.Writer().Requeue(t.Context(), change.RequeueRequest{Letter: model.ReadDeadLetter(letter)}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Writer().Republish(t.Context(), change.RepublishRequest{Entry: original, To: "again", Provenance: true}); err != nil {
		t.Fatal(err)
	}
	_, err := transfer.Replay(t.Context(), b, b, transfer.ReplayOptions{
		Streams: []string{"again"}, Into: func(string) string { return "replayed" },
	})
	if err != nil {
		t.Fatal(err)
	}
	for stream, e := range map[string]model.Entry{
		"the dead letter": letter, "the requeued one": readWhole(t, b, "events:audit.failed")[1],
		"the republished one": readWhole(t, b, "again")[0], "the replayed one": readWhole(t, b, "replayed")[0],
	} {
		if r := b.Reader().Decode(e); r.TraceContext != inTrace {
			t.Errorf("%s is in %+v, its fields are %q", stream, r.TraceContext, flattened(e.Fields))
		}
	}
}
