package bus

import (
	"context"

	"streamdesk/bus/report"
	"streamdesk/model"
)

// WithTrace returns a context in which events are published as part of a distributed trace: their entries get the fields
// traceparent and tracestate beside the payload (W3C Trace Context). It returns ctx itself when t isn't a valid one
// ([model.TraceContext.Valid]). A handler's context has the trace of its event already, so what it publishes is part of it.
func WithTrace(ctx context.Context, t model.TraceContext) context.Context {
	return report.WithTrace(ctx, t)
}

// Trace returns the trace context of [WithTrace], or in a handler that of the event; zero when there is none.
func Trace(ctx context.Context) model.TraceContext { return report.Trace(ctx) }

// Tracer follows events through the bus, see [WithTracer].
type Tracer = report.Tracer

// WithTracer sets what is told of each event that is published, handled, dead-lettered or added again, and which trace
// context entries and handlers get; package bus/tracing has one for OpenTelemetry. Without one, the bus passes on the trace
// of the context ([WithTrace]) and of the event.
func WithTracer(t Tracer) Option { return func(b *Bus) { b.tracer = t } }
