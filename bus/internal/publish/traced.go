package publish

import (
	"context"

	"streamdesk/bus/report"
	"streamdesk/model"
)

// traced is what belongs to an event that is published within a trace.
type traced struct {
	at  model.TraceContext
	end func(model.Position, error) // nil without a tracer
}

// trace returns what traces an event, by the tracer or else by its context; nil when nothing does.
func (w *Writer) trace(ctx context.Context, e model.Event, stream string) *traced {
	if w.tracer != nil {
		at, end := w.tracer.Publish(ctx, e, stream)
		return &traced{at: at.Propagated(), end: end}
	}
	if at := report.Trace(ctx); at.Parent != "" {
		return &traced{at: at}
	}
	return nil
}

var (
	argTraceParent any = model.FieldTraceParent
	argTraceState  any = model.FieldTraceState
)

// maxTraceArgs is the max number of arguments that append adds.
const maxTraceArgs = 4

// append appends the fields of the trace context to the arguments of an XADD.
func (t *traced) append(args []any) []any {
	if t == nil || t.at.Parent == "" {
		return args
	}
	args = append(args, argTraceParent, t.at.Parent)
	if t.at.State != "" {
		args = append(args, argTraceState, t.at.State)
	}
	return args
}

// ended tells the tracer what became of the event.
func (t *traced) ended(id model.Position, err error) {
	if t != nil && t.end != nil {
		t.end(id, err)
	}
}
