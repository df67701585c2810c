package model

import "strings"

// Names of the entry fields of W3C Trace Context. They stand beside the payload, and only in entries of programs that trace.
const (
	// FieldTraceParent holds the trace and the span that an event was published in: version-trace ID-span ID-flags, in hex.
	FieldTraceParent = "traceparent"
	// FieldTraceState holds what the tracing systems on the way have added.
	FieldTraceState = "tracestate"
)

// MaxTraceState is the max length of a tracestate that is passed on, in bytes: what W3C asks everybody to pass on at least.
const MaxTraceState = 512

// TraceContext is the place of an event in a distributed trace, in the two texts of W3C Trace Context. The zero value is no
// trace.
type TraceContext struct {
	// Parent is the traceparent, such as 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.
	Parent string
	// State is the tracestate; empty without one.
	State string
}

// Places in a traceparent of version 00, which later versions may make longer.
const (
	traceBegin, traceEnd = 3, 35
	spanBegin, spanEnd   = 36, 52
	parentLength         = 55
)

// Valid reports whether Parent is a traceparent. One that isn't says nothing about a trace.
func (t TraceContext) Valid() bool {
	p := t.Parent
	if len(p) < parentLength || p[traceBegin-1] != '-' || p[traceEnd] != '-' || p[spanEnd] != '-' {
		return false
	}
	version := p[:traceBegin-1]
	if version == "ff" || version == "00" && len(p) > parentLength || len(p) > parentLength && p[parentLength] != '-' {
		return false
	}
	return lowerHex(version) && lowerHex(p[spanEnd+1:parentLength]) && identity(p[traceBegin:traceEnd]) && identity(p[spanBegin:spanEnd])
}

// Trace returns the trace ID, 32 hex digits; empty unless t is [TraceContext.Valid].
func (t TraceContext) Trace() string {
	if !t.Valid() {
		return ""
	}
	return t.Parent[traceBegin:traceEnd]
}

// Span returns the ID of the span that the event was published in, 16 hex digits; empty unless t is [TraceContext.Valid].
func (t TraceContext) Span() string {
	if !t.Valid() {
		return ""
	}
	return t.Parent[spanBegin:spanEnd]
}

// Propagated returns what is passed on of t: nothing unless it is [TraceContext.Valid], and no State that is longer than
// [MaxTraceState] or couldn't stand in a header of HTTP.
func (t TraceContext) Propagated() TraceContext {
	if !t.Valid() {
		return TraceContext{}
	}
	if len(t.State) > MaxTraceState || strings.IndexFunc(t.State, func(r rune) bool { return r < ' ' || r > '~' }) >= 0 {
		t.State = ""
	}
	return t
}

// Fields returns the entry fields of t: its Parent, and its State if there is one; nil without a Parent.
func (t TraceContext) Fields() []Field {
	if t.Parent == "" {
		return nil
	}
	fields := []Field{{Name: FieldTraceParent, Value: t.Parent}}
	if t.State != "" {
		fields = append(fields, Field{Name: FieldTraceState, Value: t.State})
	}
	return fields
}

// identity reports whether s is an ID: hex digits, not all of them 0.
func identity(s string) bool { return lowerHex(s) && strings.Trim(s, "0") != "" }

func lowerHex(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
