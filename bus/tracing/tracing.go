// Package tracing makes OpenTelemetry spans of what a bus does with events: [New] is for bus.WithTracer. It uses OpenTelemetry's
// API alone; where spans go is up to the program, which sets up an SDK. Nothing else imports it, so who doesn't trace doesn't
// compile it. Spans are named and described by the semantic conventions for messaging, whose version [Conventions] is.
package tracing

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"streamdesk/bus"
	"streamdesk/model"
)

// Conventions is the schema URL of the semantic conventions that spans follow.
const Conventions = semconv.SchemaURL

// scope is the name of the instrumentation.
const scope = "streamdesk/bus/tracing"

// Tracer makes spans. It is a [bus.Tracer]: its methods are called by the bus.
//
// An event that is published has a span of the kind producer from Publish until the server has added it, and its entry names
// that span. A call of a handler has a span of the kind consumer, whose parent is the span that the entry names; it is linked to
// it too. The handler's context has the span, so that what the handler does and publishes is below it. A dead letter, and an
// entry that is republished or requeued, has a span of the kind producer; such entries keep the trace context of the original,
// so that whatever handles them is in the same trace. Errors are recorded, and make the span's status an error.
type Tracer struct {
	provider trace.TracerProvider
	tracer   trace.Tracer
	linked   bool
	always   []attribute.KeyValue
}

var _ bus.Tracer = (*Tracer)(nil)

// Option sets one option of a [Tracer].
type Option func(*Tracer)

// WithProvider sets where spans come from; default OpenTelemetry's global provider.
func WithProvider(p trace.TracerProvider) Option { return func(t *Tracer) { t.provider = p } }

// WithLinks makes spans of handlers only linked to the span that their entry names, not its children: each begins a trace of
// its own, or is part of that of Consume's context. It suits long or wide workflows, whose traces would never end.
func WithLinks() Option { return func(t *Tracer) { t.linked = true } }

// WithAttributes adds attributes to each span, such as server.address and server.port.
func WithAttributes(all ...attribute.KeyValue) Option { return func(t *Tracer) { t.always = all } }

// New returns a new tracer.
func New(opts ...Option) *Tracer {
	t := &Tracer{}
	for _, o := range opts {
		o(t)
	}
	if t.provider == nil {
		t.provider = otel.GetTracerProvider()
	}
	t.tracer = t.provider.Tracer(scope, trace.WithSchemaURL(Conventions))
	return t
}

// Publish implements [bus.Tracer].
func (t *Tracer) Publish(ctx context.Context, e model.Event, stream string) (at model.TraceContext, end func(model.Position, error)) {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		ctx = continued(ctx, remote(bus.Trace(ctx)))
	}
	attributes := appendEvent(t.sending(stream), &e)
	ctx, span := t.tracer.Start(ctx, "send "+stream, trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(attributes...))
	return placeOf(ctx), added(span)
}

// Add implements [bus.Tracer].
func (t *Tracer) Add(ctx context.Context, from *model.Record, stream string) func(model.Position, error) {
	attributes := append(t.sending(stream), attrOrigin.String(from.Key().String()))
	attributes = appendEvent(attributes, &from.Event)
	ctx, links := t.after(ctx, remote(from.TraceContext), true)
	_, span := t.tracer.Start(ctx, "send "+stream, trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(attributes...), trace.WithLinks(links...))
	return added(span)
}

// Handle implements [bus.Tracer].
func (t *Tracer) Handle(ctx context.Context, messages []model.Message) (within context.Context, end func(error)) {
	if len(messages) == 0 {
		return ctx, func(error) {}
	}
	m, name := &messages[0], "process"
	attributes := append(t.operation("process", semconv.MessagingOperationTypeProcess),
		semconv.MessagingConsumerGroupName(m.Group), semconv.MessagingClientID(m.Consumer))
	if of := streamOf(messages); of != "" {
		name += " " + of
		attributes = append(attributes, semconv.MessagingDestinationName(of))
	}
	var links []trace.Link
	if len(messages) == 1 {
		attributes = append(attributes, semconv.MessagingMessageID(m.ID.String()), attrDeliveries.Int64(m.Deliveries))
		attributes = appendEvent(attributes, &m.Event)
		ctx, links = t.after(ctx, remote(m.TraceContext), false)
	} else {
		attributes = append(attributes, semconv.MessagingBatchMessageCount(len(messages)))
		links = linksTo(messages)
	}
	ctx, span := t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(attributes...), trace.WithLinks(links...))
	return bus.WithTrace(ctx, placeOf(ctx)), func(err error) { finish(span, err) }
}

// after returns the context and the links of a span that comes after the one that an entry names. In a trace of its own, or
// when it is near and the context's span is part of the entry's trace already, it stays below the context's.
func (t *Tracer) after(ctx context.Context, origin trace.SpanContext, near bool) (context.Context, []trace.Link) {
	if !origin.IsValid() {
		return ctx, nil
	}
	links := []trace.Link{{SpanContext: origin}}
	around := trace.SpanContextFromContext(ctx)
	if t.linked || near && around.TraceID() == origin.TraceID() {
		return ctx, links
	}
	if around.IsValid() {
		links = append(links, trace.Link{SpanContext: around})
	}
	return trace.ContextWithRemoteSpanContext(ctx, origin), links
}

// linksTo returns a link to the span that each message names, with the ID of its entry.
func linksTo(messages []model.Message) []trace.Link {
	links := make([]trace.Link, 0, len(messages))
	for i := range messages {
		if origin := remote(messages[i].TraceContext); origin.IsValid() {
			links = append(links, trace.Link{SpanContext: origin, Attributes: []attribute.KeyValue{
				semconv.MessagingMessageID(messages[i].ID.String()),
			}})
		}
	}
	return links
}
