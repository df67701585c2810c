package sink_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"streamdesk/bus/sink"
)

func TestARequestNamesAHostThatTheServerCanBeCalledBy(t *testing.T) {
	allowed := []string{"events.example.com", "https://*.app.example.com:8443"}
	handler := sink.CheckHost(allowed, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for host, want := range map[string]bool{
		"127.0.0.1:8090": true, "[::1]:8090": true, "10.0.0.7": true, "[fe80::1%25eth0]:80": true, "localhost:8090": true,
		"LOCALHOST": true, "streamdesk": true, "streamdesk:8090": true, "web1.local": true, "bus.default.svc:8090": true,
		"bus.default.svc.cluster.local": true, "events.example.com": true, "Events.Example.com.:443": true,
		"one.app.example.com": true, "": true, // HTTP/1.0, which no browser speaks
		"evil.example": false, "evil.example:8090": false, "localhost.evil.example:8090": false, "127.0.0.1.evil.example": false,
		"example.com": false, "events.example.com.evil.example": false, "app.example.com": false, "evillocal.com": false,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
		r.Host = host
		to := httptest.NewRecorder()
		handler.ServeHTTP(to, r)
		if got := to.Code == http.StatusNoContent; got != want {
			t.Errorf("host %q: answered %v, want %v", host, got, want)
		}
	}
}
