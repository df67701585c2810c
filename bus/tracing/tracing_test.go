package tracing_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
	"streamdesk/bus/tracing"
	"streamdesk/model"
)

const patience = 10 * time.Second

// traced is a bus on a real server, whose spans are kept in memory.
type traced struct {
	*bus.Bus
	server *redistest.Server
	spans  *tracetest.InMemoryExporter
	from   *sdk.TracerProvider
}

func open(t *testing.T, opts ...tracing.Option) *traced {
	t.Helper()
	b := &traced{server: redistest.Start(t), spans: tracetest.NewInMemoryExporter()}
	b.from = sdk.NewTracerProvider(sdk.WithSyncer(b.spans))
	opened, err := bus.Open(t.Context(), b.server.Client(), bus.WithTracer(tracing.New(append(opts, tracing.WithProvider(b.from))...)))
	if err != nil {
		t.Fatal(err)
	}
	b.Bus = opened
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = b.Close(ctx)
	})
	return b
}

// consuming runs a consumer until the test ends.
func (b *traced) consuming(t *testing.T, h bus.Handler, opts ...bus.ConsumeOption) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- b.Consume(ctx, "workers", h, append(opts, bus.WithBackoff(bus.Backoff{First: time.Millisecond, Max: time.Millisecond}))...)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// all waits for n spans, and returns them in the order in which they began.
func (b *traced) all(t *testing.T, n int) tracetest.SpanStubs {
	t.Helper()
	redistest.Eventually(t, patience, func() bool { return len(b.spans.GetSpans()) >= n })
	spans := b.spans.GetSpans()
	if len(spans) != n {
		t.Fatalf("%d spans, want %d: %v", len(spans), n, names(spans))
	}
	slices.SortStableFunc(spans, func(s, u tracetest.SpanStub) int { return s.StartTime.Compare(u.StartTime) })
	return spans
}

func names(spans tracetest.SpanStubs) (all []string) {
	for i := range spans {
		all = append(all, spans[i].Name)
	}
	return all
}

func value(s *tracetest.SpanStub, key string) string {
	for _, a := range s.Attributes {
		if string(a.Key) == key {
			return a.Value.String()
		}
	}
	return ""
}

func linksOf(s *tracetest.SpanStub) (ids []string) {
	for _, l := range s.Links {
		ids = append(ids, l.SpanContext.SpanID().String())
	}
	return ids
}

func audit(id string) model.Event {
	return model.Event{ID: id, Type: model.AuditStarted, WorkflowID: "wf-1", Data: []byte(`{}`)}
}

// TestOneTraceFromPublishingToTheSecondTryAfterADeadLetter follows an event that fails, is given up, sent back, added again, and
// handled in the end.
func TestOneTraceFromPublishingToTheSecondTryAfterADeadLetter(t *testing.T) {
	b := open(t, tracing.WithAttributes(attribute.String("server.address", "here")))
	ctx, request := b.from.Tracer("test").Start(t.Context(), "request")
	if _, err := b.PublishSync(ctx, audit("e-1")); err != nil {
		t.Fatal(err)
	}
	request.End()
	var failing atomic.Bool
	failing.Store(true)
	b.consuming(t, func(ctx context.Context, m bus.Message) error {
		if failing.Load() {
			return errors.New("disk full")
		}
		if m.Event.Type != model.AuditStarted {
			return nil
		}
		return b.Publish(ctx, model.Event{Type: model.AuditCompleted, WorkflowID: m.Event.WorkflowID})
	}, bus.WithTypes("audit.*"), bus.WithMaxDeliver(2))
	b.all(t, 5) // request, send, process twice, send the dead letter
	failing.Store(false)
	letters, err := b.Reader().DeadLetters(t.Context(), "events:audit.started", model.MaxPosition, 10)
	if err != nil || len(letters) != 1 {
		t.Fatalf("%d dead letters, %v", len(letters), err)
	}
	if _, err := b.Writer().Requeue(t.Context(), change.RequeueRequest{Letter: letters[0]}); err != nil {
		t.Fatal(err)
	}
	b.all(t, 9) // and: send it back, process, send audit.completed, process that
	again := model.Entry{Stream: "events:audit.started", ID: letters[0].Origin.ID, Fields: letters[0].Original}
	if _, err := b.Writer().Republish(t.Context(), change.RepublishRequest{Entry: again, To: "elsewhere", Provenance: true}); err != nil {
		t.Fatal(err)
	}
	spans := b.all(t, 10)
	at := func(name string, nth int) *tracetest.SpanStub {
		for i := range spans {
			if spans[i].Name != name {
				continue
			}
			if nth == 1 {
				return &spans[i]
			}
			nth--
		}
		t.Fatalf("there is no such span: %s, among %v", name, names(spans))
		return nil
	}
	send := at("send events:audit.started", 1)
	for _, c := range []struct {
		span, parent *tracetest.SpanStub
		kind         trace.SpanKind
		failed       bool
		links        []string
	}{
		{at("send events:audit.started", 1), at("request", 1), trace.SpanKindProducer, false, nil},
		{at("process events:audit.started", 1), send, trace.SpanKindConsumer, true, []string{spanID(send)}},
		{at("process events:audit.started", 2), send, trace.SpanKindConsumer, true, []string{spanID(send)}},
		{at("send dead:events:audit.started", 1), at("process events:audit.started", 2), trace.SpanKindProducer, false, []string{spanID(send)}},
		{at("send events:audit.started", 2), send, trace.SpanKindProducer, false, []string{spanID(send)}},
		{at("process events:audit.started", 3), send, trace.SpanKindConsumer, false, []string{spanID(send)}},
		{at("send events:audit.completed", 1), at("process events:audit.started", 3), trace.SpanKindProducer, false, nil},
		{at("process events:audit.completed", 1), at("send events:audit.completed", 1), trace.SpanKindConsumer, false, []string{spanID(at("send events:audit.completed", 1))}},
		{at("send elsewhere", 1), send, trace.SpanKindProducer, false, []string{spanID(send)}},
	} {
		s := c.span
		if s.SpanContext.TraceID() != request.SpanContext().TraceID() || s.Parent.SpanID() != c.parent.SpanContext.SpanID() || s.SpanKind != c.kind {
			t.Errorf("%s: a %v of trace %s below %s, want a %v of %s below %s", s.Name, s.SpanKind, s.SpanContext.TraceID(), s.Parent.SpanID(),
				c.kind, request.SpanContext().TraceID(), c.parent.SpanContext.SpanID())
		}
		if failed := s.Status.Code == codes.Error; failed != c.failed || failed && (s.Status.Description != "disk full" || len(s.Events) != 1 || value(s, "error.type") == "") {
			t.Errorf("%s: its status is %+v with %d events, failed: want %v", s.Name, s.Status, len(s.Events), c.failed)
		}
		if got := linksOf(s); !slices.Equal(got, c.links) {
			t.Errorf("%s is linked to %q, want %q", s.Name, got, c.links)
		}
		if value(s, "messaging.system") != "redis" || value(s, "server.address") != "here" || value(s, "messaging.message.conversation_id") != "wf-1" ||
			!strings.HasSuffix(s.Name, " "+value(s, "messaging.destination.name")) || value(s, "messaging.message.id") == "" ||
			s.InstrumentationScope.SchemaURL != tracing.Conventions {
			t.Errorf("%s of %s has %v", s.Name, s.InstrumentationScope.SchemaURL, s.Attributes)
		}
	}
	if p := at("process events:audit.started", 2); value(p, "messaging.consumer.group.name") != "workers" || value(p, "streamdesk.message.deliveries") != "2" || value(p, "streamdesk.event.id") != "e-1" {
		t.Errorf("the second try has %v", p.Attributes)
	}
}

func spanID(s *tracetest.SpanStub) string { return s.SpanContext.SpanID().String() }

// TestEventsOfOtherProgramsAreHandledInTheirTrace has entries as another program writes them, in a trace and in none.
func TestEventsOfOtherProgramsAreHandledInTheirTrace(t *testing.T) {
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	for name, c := range map[string]struct {
		opts          []tracing.Option
		fields        []string
		parent, links string
		inTrace       bool
	}{
		"a child": {fields: []string{"traceparent", parent, "tracestate", "congo=t61"}, parent: "00f067aa0ba902b7", links: "00f067aa0ba902b7", inTrace: true},
		"linked":  {opts: []tracing.Option{tracing.WithLinks()}, fields: []string{"traceparent", parent}, parent: "0000000000000000", links: "00f067aa0ba902b7"},
		"none":    {parent: "0000000000000000"},
		"broken":  {fields: []string{"traceparent", "00-1-2-3"}, parent: "0000000000000000"},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, c.opts...)
			fields := append([]string{"data", `{"id":"e","type":"audit.started","workflow_id":"wf"}`}, c.fields...)
			if err := b.server.Client().XAdd(t.Context(), &redis.XAddArgs{Stream: "events:audit.started", Values: fields}).Err(); err != nil {
				t.Fatal(err)
			}
			got := make(chan model.TraceContext, 1)
			b.consuming(t, func(ctx context.Context, _ bus.Message) error { got <- bus.Trace(ctx); return nil })
			s := &b.all(t, 1)[0]
			if s.Parent.SpanID().String() != c.parent || strings.Join(linksOf(s), " ") != c.links {
				t.Errorf("it is below %s, linked to %q", s.Parent.SpanID(), linksOf(s))
			}
			if in := s.SpanContext.TraceID().String() == "4bf92f3577b34da6a3ce929d0e0e4736"; in != c.inTrace || in && s.SpanContext.TraceState().Get("congo") != "t61" {
				t.Errorf("its trace is %s, %s", s.SpanContext.TraceID(), s.SpanContext.TraceState())
			}
			if within := <-got; within.Span() != spanID(s) || within.Trace() != s.SpanContext.TraceID().String() {
				t.Errorf("the handler is in %+v, its span is %s", within, spanID(s))
			}
		})
	}
}

// TestABatchIsOneSpanLinkedToEachOfItsEvents has buffered events, a batch handler, and one that it gives up.
func TestABatchIsOneSpanLinkedToEachOfItsEvents(t *testing.T) {
	b := open(t)
	for _, e := range []model.Event{audit("e-1"), audit("e-2"), {ID: "e-3", Type: model.AuditFailed}} {
		if err := b.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := b.all(t, 3)
	ctx, cancel := context.WithCancel(t.Context())
	err := b.ConsumeBatch(ctx, "workers", func(ctx context.Context, all []bus.Message) error {
		defer cancel()
		if !trace.SpanContextFromContext(ctx).IsValid() {
			t.Error("the handler has no span")
		}
		return bus.BatchError{0: bus.Term(errors.New("no use"))}
	}, bus.WithTypes("audit.started"))
	if err != nil {
		t.Fatal(err)
	}
	spans := b.all(t, 5)
	batch, letter := &spans[3], &spans[4]
	if batch.Name != "process events:audit.started" || value(batch, "messaging.batch.message_count") != "2" || batch.Status.Code != codes.Error ||
		!slices.Equal(linksOf(batch), []string{spanID(&sent[0]), spanID(&sent[1])}) || batch.Parent.IsValid() {
		t.Errorf("the batch is %s below %v with %v, linked to %q: %v", batch.Name, batch.Parent, batch.Attributes, linksOf(batch), batch.Status)
	}
	if letter.Name != "send dead:events:audit.started" || letter.Parent.SpanID() != sent[0].SpanContext.SpanID() ||
		!slices.Equal(linksOf(letter), []string{spanID(&sent[0]), spanID(batch)}) {
		t.Errorf("the dead letter is %s below %s, linked to %q", letter.Name, letter.Parent.SpanID(), linksOf(letter))
	}
}

// TestAnEventThatIsNotPublishedEndsItsSpanWithTheReason has one that no server takes, and one that a closed bus refuses.
func TestAnEventThatIsNotPublishedEndsItsSpanWithTheReason(t *testing.T) {
	b := open(t)
	if err := b.server.Client().Set(t.Context(), "events:audit.started", "no stream", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := b.Publish(t.Context(), audit("e-1")); err != nil {
		t.Fatal(err)
	}
	if err := b.Flush(t.Context()); err == nil {
		t.Error("it was published")
	}
	if err := b.Close(t.Context()); err != nil {
		t.Log(err)
	}
	if err := b.Publish(t.Context(), audit("e-2")); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("Publish = %v", err)
	}
	for i, says := range []string{"WRONGTYPE", "closed"} {
		if s := b.all(t, 2)[i]; s.Status.Code != codes.Error || !strings.Contains(s.Status.Description, says) || value(&s, "messaging.message.id") != "" {
			t.Errorf("%s: %+v", s.Name, s.Status)
		}
	}
}

// TestATraceThatIsNotRecordedGoesOn has a provider that records nothing: the caller's trace is passed on as it is.
func TestATraceThatIsNotRecordedGoesOn(t *testing.T) {
	s := redistest.Start(t)
	b, err := bus.Open(t.Context(), s.Client(), bus.WithTracer(tracing.New())) // the global provider records nothing
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	at := model.TraceContext{Parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", State: "congo=t61"}
	for i, ctx := range []context.Context{t.Context(), bus.WithTrace(t.Context(), at)} {
		ids, err := b.PublishSync(ctx, audit("e"))
		if err != nil {
			t.Fatal(err)
		}
		entries, err := b.Reader().Entries(t.Context(), "events:audit.started", ids)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Reader().Decode(entries[0]).TraceContext; i == 0 && got != (model.TraceContext{}) || i == 1 && got != at {
			t.Errorf("%d: the entry is in %+v", i, got)
		}
	}
}
