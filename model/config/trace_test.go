package config

import (
	"strings"
	"testing"
)

func TestTheAddressOfATraceHasItsID(t *testing.T) {
	at := Trace{URL: "https://jaeger/trace/{trace_id}?of={trace_id}"}
	for id, want := range map[string]string{"4bf9": "https://jaeger/trace/4bf9?of=4bf9", "a/b c": "https://jaeger/trace/a%2Fb%20c?of=a%2Fb%20c", "": ""} {
		if got := at.Of(id); got != want {
			t.Errorf("%q is at %q, want %q", id, got, want)
		}
	}
	if got := (Trace{}).Of("4bf9"); got != "" {
		t.Errorf("without a URL it is at %q", got)
	}
}

func TestAnAddressWithoutAPlaceForTheTraceIsRefused(t *testing.T) {
	for text, says := range map[string]string{
		"https://jaeger/trace/{trace_id}": "", "http://localhost:3000/explore?t={trace_id}": "",
		"https://jaeger/trace/": "{trace_id}", "jaeger/{trace_id}": "https://", "ftp://jaeger/{trace_id}": "https://", "https:///{trace_id}": "https://",
	} {
		_, err := Decode("c.toml", []byte("[trace]\nurl = \""+text+"\"\n"))
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), "trace.url") || !strings.Contains(err.Error(), says)) {
			t.Errorf("%q: %v, want one that says %q", text, err, says)
		}
	}
}
