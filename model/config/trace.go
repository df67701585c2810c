package config

import (
	"net/url"
	"strings"
)

// Trace says where traces are looked at.
type Trace struct {
	// URL is the address of a trace in a tracing system's pages, with [TraceIDPlace] where its ID goes; empty means none.
	URL string `toml:"url"`
}

// TraceIDPlace stands in [Trace].URL for the ID of the trace.
const TraceIDPlace = "{trace_id}"

// Of returns the address of a trace; empty without a URL or an ID.
func (t Trace) Of(id string) string {
	if t.URL == "" || id == "" {
		return ""
	}
	return strings.ReplaceAll(t.URL, TraceIDPlace, strings.ReplaceAll(url.QueryEscape(id), "+", "%20"))
}

func (f *check) trace(t Trace) {
	if t.URL == "" {
		return
	}
	at, err := url.Parse(strings.ReplaceAll(t.URL, TraceIDPlace, "0"))
	switch {
	case err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https":
		f.refuse("trace.url", `%q is no address of a page; write one such as "https://jaeger.example.com/trace/%s"`, t.URL, TraceIDPlace)
	case !strings.Contains(t.URL, TraceIDPlace):
		f.refuse("trace.url", `%q has no place for the trace's ID; write %s where it goes`, t.URL, TraceIDPlace)
	}
}
