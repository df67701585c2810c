package payload

import (
	"strings"

	"streamdesk/model"
)

// setTrace sets the trace of the event from a text: a W3C traceparent with its tracestate, or else another kind of trace ID,
// unchanged.
func setTrace(r *model.Record, text, state string) {
	at := model.TraceContext{Parent: text, State: state}
	if r.Trace = at.Trace(); r.Trace == "" {
		r.Trace, at = text, model.TraceContext{}
	}
	r.TraceContext = at
}

// traceBeside sets the trace from separate fields beside the payload. A traceparent that isn't valid is ignored.
func traceBeside(r *model.Record) {
	if len(r.Fields) < 2 {
		return
	}
	for i := range r.Fields {
		f := &r.Fields[i]
		if at := (model.TraceContext{Parent: f.Value}); strings.EqualFold(f.Name, model.FieldTraceParent) && at.Valid() {
			at.State = stateBeside(r.Fields)
			r.Trace, r.TraceContext = at.Trace(), at
			return
		}
	}
}

// stateBeside returns the tracestate in a separate field; empty when there is none.
func stateBeside(fields []model.Field) string {
	for i := range fields {
		if strings.EqualFold(fields[i].Name, model.FieldTraceState) {
			return fields[i].Value
		}
	}
	return ""
}
