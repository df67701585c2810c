package tracing

import (
	"context"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"streamdesk/model"
)

// w3c reads and writes the two texts of W3C Trace Context.
var w3c propagation.TraceContext

// carrier is the two texts as a propagator sees them.
type carrier model.TraceContext

func (c *carrier) Get(key string) string {
	switch key {
	case model.FieldTraceParent:
		return c.Parent
	case model.FieldTraceState:
		return c.State
	}
	return ""
}

func (c *carrier) Set(key, value string) {
	switch key {
	case model.FieldTraceParent:
		c.Parent = value
	case model.FieldTraceState:
		c.State = value
	}
}

func (*carrier) Keys() []string { return []string{model.FieldTraceParent, model.FieldTraceState} }

// remote returns the span that a trace context names; it isn't valid when there is none.
func remote(t model.TraceContext) trace.SpanContext {
	if t.Parent == "" {
		return trace.SpanContext{}
	}
	c := carrier(t)
	return trace.SpanContextFromContext(w3c.Extract(context.Background(), &c))
}

// placeOf returns the trace context of a context's span; zero when it has none.
func placeOf(ctx context.Context) model.TraceContext {
	var c carrier
	w3c.Inject(ctx, &c)
	return model.TraceContext(c)
}

// continued returns a context below a span of another program; the context itself when the span isn't valid.
func continued(ctx context.Context, of trace.SpanContext) context.Context {
	if !of.IsValid() {
		return ctx
	}
	return trace.ContextWithRemoteSpanContext(ctx, of)
}
