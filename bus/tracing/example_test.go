package tracing_test

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"streamdesk/bus"
	"streamdesk/bus/embedded"
	"streamdesk/bus/tracing"
	"streamdesk/model"
)

// What is published within a span is handled below it, in whatever program. A program of yours has an exporter of OTLP in place
// of the one in memory, and gives its provider to otel.SetTracerProvider.
func Example() {
	ctx := context.Background()
	server, err := embedded.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer client.Close()

	spans := tracetest.NewInMemoryExporter()
	provider := sdk.NewTracerProvider(sdk.WithSyncer(spans))
	b, err := bus.Open(ctx, client, bus.WithTracer(tracing.New(tracing.WithProvider(provider))))
	if err != nil {
		fmt.Println(err)
		return
	}
	request, span := provider.Tracer("shop").Start(ctx, "POST /orders")
	if _, err := b.PublishSync(request, model.Event{Type: model.AuditStarted, WorkflowID: "wf-1"}); err != nil {
		fmt.Println(err)
	}
	span.End()
	consuming, stop := context.WithCancel(ctx)
	err = b.Consume(consuming, "auditors", func(ctx context.Context, m bus.Message) error {
		fmt.Println("same trace:", bus.Trace(ctx).Trace() == span.SpanContext().TraceID().String())
		stop() // for the example: a service runs until it is told to stop
		return nil
	})
	if err := b.Close(ctx); err != nil {
		fmt.Println(err)
	}
	for _, s := range spans.GetSpans() {
		fmt.Println(s.SpanKind, s.Name)
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// same trace: true
	// producer send events:audit.started
	// internal POST /orders
	// consumer process events:audit.started
}
