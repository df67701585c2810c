package report

import (
	"context"

	"streamdesk/model"
)

// traceKey is the key of a context's [model.TraceContext].
type traceKey struct{}

// WithTrace returns a context in the trace of t; see bus.WithTrace.
func WithTrace(ctx context.Context, t model.TraceContext) context.Context {
	if t = t.Propagated(); t == (model.TraceContext{}) {
		return ctx
	}
	return context.WithValue(ctx, traceKey{}, t)
}

// Trace returns the trace of a context; see bus.Trace.
func Trace(ctx context.Context) model.TraceContext {
	t, _ := ctx.Value(traceKey{}).(model.TraceContext)
	return t
}

// Tracer follows events through the bus: it is told when work on one begins, and gives a function that is called once when
// that work has ended, with its error. It is called by several goroutines at a time, and must return soon. Package
// bus/tracing makes spans of it.
type Tracer interface {
	// Publish begins the publishing of an event. at is the trace context that the entry gets; the zero value writes none. end
	// gets the entry's ID.
	Publish(ctx context.Context, e model.Event, stream string) (at model.TraceContext, end func(model.Position, error))
	// Handle begins a call of a handler with messages that were delivered to it; several of a batch handler. The handler gets
	// the context.
	Handle(ctx context.Context, messages []model.Message) (within context.Context, end func(error))
	// Add begins the adding of an entry that is made of another one: its dead letter, or a copy of it. The new entry keeps the
	// trace context of the other.
	Add(ctx context.Context, from *model.Record, stream string) (end func(model.Position, error))
}
