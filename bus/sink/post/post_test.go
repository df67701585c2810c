package post

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 30 * time.Second

const stream = "events:a.b"

// hook is a service and the server that it sends to.
type hook struct {
	client *redis.Client
	bus    *bus.Bus
	s      *Service

	mu     sync.Mutex
	bodies []string
	heads  []http.Header
	answer func(w http.ResponseWriter, r *http.Request, body string) // nil takes everything
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	h.mu.Lock()
	answer := h.answer
	h.mu.Unlock()
	if err != nil {
		return
	}
	if answer != nil {
		answer(w, r, string(body))
		return
	}
	h.take(r, string(body))
}

func (h *hook) take(r *http.Request, body string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bodies, h.heads = append(h.bodies, body), append(h.heads, r.Header)
}

func (h *hook) answers(answer func(w http.ResponseWriter, r *http.Request, body string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = answer
}

func (h *hook) lines() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Split(strings.TrimSpace(strings.Join(h.bodies, "")), "\n")
}

// start starts a service that sends to url, on a Redis of its own.
func (h *hook) start(t *testing.T, url string, o Options, setup sink.Setup) {
	t.Helper()
	h.client = redistest.Start(t).Client()
	setup.Group, setup.Consumer, setup.Backoff = "own", "a", bus.Backoff{First: time.Millisecond, Max: 10 * time.Millisecond}
	o.URL = url
	var err error
	if h.s, err = New(setup, o); err != nil {
		t.Fatal(err)
	}
	if h.bus, err = bus.Open(t.Context(), h.client); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.s.Run(ctx, h.bus) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, h.s.Close(), h.bus.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
}

func (h *hook) publish(t *testing.T, names ...string) {
	t.Helper()
	for i, name := range names {
		event := model.Event{ID: name, Type: "a.b", WorkflowID: fmt.Sprintf("wf-%d", i%7), Data: []byte(`{"name":"` + name + `"}`)}
		if _, err := h.bus.PublishSync(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
}

// settles waits until all was handed over, and nothing is pending.
func (h *hook) settles(t *testing.T) {
	t.Helper()
	redistest.Eventually(t, patience, func() bool {
		last, err := h.client.XInfoStream(t.Context(), stream).Result()
		groups, err2 := h.client.XInfoGroups(t.Context(), stream).Result()
		return errors.Join(err, err2) == nil && len(groups) == 1 && groups[0].Pending == 0 && groups[0].LastDeliveredID == last.LastGeneratedID
	}, "everything is acknowledged")
}

func (h *hook) reasons(t *testing.T) []string {
	t.Helper()
	var reasons []string
	for _, letter := range h.client.XRange(t.Context(), model.DeadLetterKey(stream), "-", "+").Val() {
		reasons = append(reasons, fmt.Sprint(letter.Values[model.FieldReason]))
	}
	return reasons
}

func names(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("e%d", i)
	}
	return list
}

func TestAServerGetsEachEventOnceInItsOrder(t *testing.T) {
	for batch, kind := range map[int]string{1: "application/json", 8: "application/x-ndjson"} {
		h := &hook{}
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		o := Options{Batch: batch, Header: http.Header{"Authorization": {"Bearer secret"}, "X-Source": {"streamdesk"}}}
		h.start(t, server.URL+"/events?a=b", o, sink.Setup{})
		h.publish(t, names(40)...)
		h.settles(t)
		lines := h.lines()
		if len(lines) != 40 {
			t.Fatalf("batches of %d: %d lines", batch, len(lines))
		}
		for i, line := range lines {
			if !strings.HasPrefix(line, `{"stream":"events:a.b","id":"`) || !strings.Contains(line, fmt.Sprintf(`"event_id":"e%d"`, i)) {
				t.Errorf("batches of %d: line %d is %s", batch, i, line)
			}
		}
		if head := h.heads[0]; head.Get("Authorization") != "Bearer secret" || head.Get("X-Source") != "streamdesk" || head.Get("Content-Type") != kind {
			t.Errorf("headers: %v", head)
		}
	}
}

// A refused event is found in its batch; a redirect, which a POST can't follow, refuses as well.
func TestAnEventThatIsRefusedGoesToTheDeadLettersAndNoOther(t *testing.T) {
	for _, code := range []int{http.StatusBadRequest, http.StatusFound} {
		h := &hook{}
		h.answers(func(w http.ResponseWriter, r *http.Request, body string) {
			if strings.Contains(body, "poison") {
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(code)
				fmt.Fprint(w, "no such account\nand more"+strings.Repeat("x", 1<<20))
				return
			}
			h.take(r, body)
		})
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		h.start(t, server.URL, Options{Batch: 16}, sink.Setup{MaxDeliver: 3})
		all := names(30)
		all[11] = "poison"
		h.publish(t, all...)
		h.settles(t)
		want := fmt.Sprintf("it answers %d %s: no such account", code, http.StatusText(code))
		if reasons := h.reasons(t); len(reasons) != 1 || reasons[0] != want {
			t.Errorf("dead letters: %q, want %q", reasons, want)
		}
		if n := len(h.lines()); n != 29 {
			t.Errorf("%d events are done", n)
		}
	}
}

// The server answers 500, then 429, hangs, dies, and comes back: MaxDeliver is 1, and nothing is given up.
func TestAServerThatIsAwayIsWaitedFor(t *testing.T) {
	h := &hook{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	serve := func(l net.Listener) *http.Server {
		server := &http.Server{Handler: h}
		go func() { _ = server.Serve(l) }()
		return server
	}
	server := serve(listener)
	fails := func(want string) {
		t.Helper()
		redistest.Eventually(t, patience, func() bool {
			err := h.s.Health()
			return err != nil && strings.Contains(err.Error(), want)
		}, "health says ", want)
	}
	h.answers(func(w http.ResponseWriter, _ *http.Request, _ string) {
		http.Error(w, "out of order", http.StatusInternalServerError)
	})
	h.start(t, "http://me:secret@"+address+"/?password=secret", Options{Timeout: 200 * time.Millisecond}, sink.Setup{MaxDeliver: 1})
	h.publish(t, names(5)...)
	fails("it answers 500 Internal Server Error: out of order")
	h.answers(func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	fails("it answers 429")
	h.answers(func(_ http.ResponseWriter, r *http.Request, _ string) { <-r.Context().Done() })
	fails("Timeout exceeded")
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	fails("connection refused")
	if err := h.s.Health(); strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
	h.answers(nil)
	if listener, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	server = serve(listener)
	t.Cleanup(func() { _ = server.Close() })
	h.settles(t)
	if n := len(h.lines()); n != 5 || len(h.reasons(t)) != 0 || h.s.Health() != nil {
		t.Errorf("%d done, dead letters %q, health %v", n, h.reasons(t), h.s.Health())
	}
}

func TestWhatIsNoAddressIsSaidWithoutItsPassword(t *testing.T) {
	for _, url := range []string{"", "host/path", "ftp://me:secret@host", "http://", "http://me:secret@host:port/", "http://me:secret%zz@host"} {
		if _, err := New(sink.Setup{}, Options{URL: url}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestRetryAfterIsReadAndBounded(t *testing.T) {
	now := time.Date(2025, 11, 5, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-1": 0, "999999999999": longestPause, "soon": 0, "99999999999999999999": 0,
		"Wed, 05 Nov 2025 12:00:30 GMT": 30 * time.Second, "Wed, 05 Nov 2025 11:00:00 GMT": 0, "Thu, 05 Nov 2026 11:00:00 GMT": longestPause,
	} {
		if got := retryAfter(text, now); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

// traced publishes an event in each of the traces; "" is none.
func (h *hook) traced(t *testing.T, traces ...string) {
	t.Helper()
	for i, trace := range traces {
		ctx := t.Context()
		if trace != "" {
			ctx = bus.WithTrace(ctx, model.TraceContext{Parent: trace, State: "vendor=1"})
		}
		if _, err := h.bus.PublishSync(ctx, model.Event{ID: fmt.Sprint("e", i), Type: "a.b", WorkflowID: "wf"}); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	oneTrace     = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	anotherTrace = "00-5bf92f3577b34da6a3ce929d0e0e4736-10f067aa0ba902b7-01"
)

func TestARequestIsInTheTraceOfItsEvent(t *testing.T) {
	h := &hook{}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	h.start(t, server.URL, Options{}, sink.Setup{})
	h.traced(t, oneTrace, "", anotherTrace)
	h.settles(t)
	h.mu.Lock()
	defer h.mu.Unlock()
	var got []string
	for _, head := range h.heads {
		got = append(got, head.Get("Traceparent")+" "+head.Get("Tracestate"))
	}
	if want := []string{oneTrace + " vendor=1", " ", anotherTrace + " vendor=1"}; !slices.Equal(got, want) {
		t.Errorf("the requests are in %q, want %q", got, want)
	}
}
