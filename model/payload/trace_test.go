package payload_test

import (
	"strings"
	"testing"

	"streamdesk/model"
	"streamdesk/model/payload"
)

// TestTheTraceIsReadWithItsState has each way in which a trace is written, and broken ones, which say nothing.
func TestTheTraceIsReadWithItsState(t *testing.T) {
	const (
		state  = "congo=t61,rojo=00f0"
		own    = `{"id":"e","type":"a.b","workflow_id":"w","source_agent":"s","data":{"n":1}}`
		broken = "00-" + trace + "-0000000000000000-01"
	)
	none, whole := model.TraceContext{}, model.TraceContext{Parent: traceparent, State: state}
	long := strings.Repeat("x", 300)
	for name, c := range map[string]struct {
		fields []string
		paths  payload.Paths
		want   model.TraceContext
		trace  string
	}{
		"none":                     {fields: []string{"data", own}},
		"wire":                     {fields: []string{"data", own, "traceparent", traceparent, "tracestate", state}, want: whole, trace: trace},
		"wire, the state first":    {fields: []string{"Tracestate", state, "data", own, "TRACEPARENT", traceparent}, want: whole, trace: trace},
		"wire, packed":             {fields: []string{"data", zipped(own), "traceparent", traceparent, "tracestate", state}, want: whole, trace: trace},
		"wire, broken":             {fields: []string{"data", own, "traceparent", broken, "tracestate", state}},
		"wire, broken, then whole": {fields: []string{"data", own, "traceparent", "x", "traceparent", traceparent}, want: model.TraceContext{Parent: traceparent}, trace: trace},
		"wire, a state alone":      {fields: []string{"data", own, "tracestate", state}},
		"attributes":               {fields: []string{"ce_specversion", "1.0", "ce_id", "1", "ce_type", "a.b", "ce_source", "/s", "ce_traceparent", traceparent, "ce_tracestate", state, "data", `{"n":1}`}, want: whole, trace: trace},
		"structured":               {fields: []string{"data", `{"specversion":"1.0","id":"1","type":"a.b","source":"/s","traceparent":"` + traceparent + `","tracestate":"` + state + `","data":{}}`}, want: whole, trace: trace},
		"a long state":             {fields: []string{"event_type", "a.b", "traceparent", traceparent, "tracestate", long}, want: model.TraceContext{Parent: traceparent, State: long}, trace: trace},
		"flat":                     {fields: []string{"event_type", "a.b", "trace-parent", traceparent, "trace_state", state}, want: whole, trace: trace},
		"flat, broken":             {fields: []string{"event_type", "a.b", "traceparent", broken, "trace_id", "t-1"}, trace: "t-1"},
		"flat, only broken":        {fields: []string{"event_type", "a.b", "traceparent", broken, "tracestate", state}},
		"a state of the data isn't the header's": {
			fields: []string{"body", `{"tracestate":"` + state + `"}`, "event_type", "a.b", "traceparent", traceparent}, want: model.TraceContext{Parent: traceparent}, trace: trace,
		},
		"a path":           {fields: []string{"data", own, "tp", traceparent, "tracestate", state}, paths: payload.Paths{Trace: "field:tp"}, want: whole, trace: trace},
		"a path to an ID":  {fields: []string{"data", own, "tp", "t-1", "traceparent", traceparent}, paths: payload.Paths{Trace: "field:tp"}, want: none, trace: "t-1"},
		"a path to none":   {fields: []string{"data", own, "traceparent", traceparent, "tracestate", state}, paths: payload.Paths{Trace: "field:tp"}, want: whole, trace: trace},
		"a path to itself": {fields: []string{"data", own, "traceparent", traceparent, "tracestate", state}, paths: payload.Paths{Trace: "field:traceparent"}, want: whole, trace: trace},
	} {
		r := payload.New(&payload.Opener{}, payload.Rule{Paths: c.paths}).Decode(entryOf("s", c.fields...), "")
		if r.Trace != c.trace || r.TraceContext != c.want {
			t.Errorf("%s: trace %q in %+v, want %q in %+v", name, r.Trace, r.TraceContext, c.trace, c.want)
		}
	}
}
