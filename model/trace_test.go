package model_test

import (
	"strings"
	"testing"

	"streamdesk/model"
)

const (
	traceID     = "4bf92f3577b34da6a3ce929d0e0e4736"
	spanID      = "00f067aa0ba902b7"
	traceparent = "00-" + traceID + "-" + spanID + "-01"
)

func TestTraceContextIsValidAsW3CSays(t *testing.T) {
	for text, want := range map[string]bool{
		traceparent:                               true,
		"00-" + traceID + "-" + spanID + "-00":    true, // not sampled
		"cc-" + traceID + "-" + spanID + "-01":    true, // a version to come
		"cc-" + traceID + "-" + spanID + "-01-xy": true, // which may be longer
		"cc-" + traceID + "-" + spanID + "-01xy":  false,
		traceparent + "-xy":                       false,
		"ff-" + traceID + "-" + spanID + "-01":    false,
		"0-" + traceID + "-" + spanID + "-01":     false,
		"":                                        false,
		"-":                                       false,
		traceID:                                   false,
		traceparent[:54]:                          false,
		strings.ToUpper(traceparent):              false,
		"00-" + strings.Repeat("0", 32) + "-" + spanID + "-01":  false,
		"00-" + traceID + "-" + strings.Repeat("0", 16) + "-01": false,
		"00-" + traceID + "-" + spanID + "-0x":                  false,
		"00-" + traceID + "_" + spanID + "-01":                  false,
		"00-" + traceID[:31] + "é-" + spanID + "-1":             false,
	} {
		c := model.TraceContext{Parent: text, State: "a=1"}
		if c.Valid() != want {
			t.Errorf("%q is valid: %v, want %v", text, c.Valid(), want)
		}
		if c.Trace() != "" != want || c.Span() != "" != want || (c.Propagated() == c) != want {
			t.Errorf("%q: trace %q, span %q, passed on as %+v", text, c.Trace(), c.Span(), c.Propagated())
		}
		if want && (c.Trace() != traceID || c.Span() != spanID) {
			t.Errorf("%q: trace %q, span %q", text, c.Trace(), c.Span())
		}
	}
}

func TestTraceStateIsPassedOnWhereItFits(t *testing.T) {
	for state, want := range map[string]bool{
		"": true,
		"congo=t61rcWkgMzE,rojo=00f067aa0ba902b7":  true,
		strings.Repeat("x", model.MaxTraceState):   true,
		strings.Repeat("x", model.MaxTraceState+1): false,
		"a=1\r\nb: 2": false,
		"a=\xff":      false,
		"a=é":         false,
	} {
		c := model.TraceContext{Parent: traceparent, State: state}
		passed := c.Propagated()
		if passed.Parent != traceparent || passed.State == state != want || !want && passed.State != "" {
			t.Errorf("%q is passed on as %q", state, passed.State)
		}
	}
}

func TestTraceContextHasFieldsWhereThereIsOne(t *testing.T) {
	for name, c := range map[string]struct {
		of   model.TraceContext
		want int
	}{
		"none": {}, "a state alone": {of: model.TraceContext{State: "a=1"}},
		"a parent": {of: model.TraceContext{Parent: traceparent}, want: 1}, "both": {of: model.TraceContext{Parent: traceparent, State: "a=1"}, want: 2},
	} {
		if got := c.of.Fields(); len(got) != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
