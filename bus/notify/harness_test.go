package notify

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/model/health"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// deadline is for a slow machine; nothing waits for it.
const deadline = 30 * time.Second

// secret is in every URL, and may be told nowhere.
const secret = "T0p/s3cret"

var noon = time.Date(2025, 11, 5, 12, 0, 0, 0, time.UTC)

// hook is a receiver on this machine, with answers that can be chosen.
type hook struct {
	server *httptest.Server

	mu     sync.Mutex
	status int // 0 hangs
	got    [][]Notice
	bodies []string
	tries  int
}

func startHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{status: http.StatusOK}
	h.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return // the sender has gone
		}
		h.mu.Lock()
		status := h.status
		h.tries++
		var message struct{ Notices []Notice }
		if status == http.StatusOK {
			_ = json.Unmarshal(text, &message) // other forms are looked at as text
			h.got, h.bodies = append(h.got, message.Notices), append(h.bodies, string(text))
		}
		h.mu.Unlock()
		if status == 0 {
			<-r.Context().Done()
			return
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(h.server.Close)
	return h
}

func (h *hook) answer(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

// tried returns how often the hook was called so far.
func (h *hook) tried() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tries
}

// told returns the notices so far as "began events:a".
func (h *hook) told() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var told []string
	for _, notices := range h.got {
		for i := range notices {
			told = append(told, strings.TrimSpace(notices[i].Status+" "+notices[i].Stream))
		}
	}
	return told
}

func (h *hook) messages() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.bodies)
}

func (h *hook) wants(t *testing.T, want ...string) {
	t.Helper()
	redistest.Eventually(t, deadline, func() bool { return len(h.told()) >= len(want) }, "not everything is told")
	if got := h.told(); !slices.Equal(got, want) {
		t.Errorf("told is %v, want %v", got, want)
	}
}

// said collects what the watcher says.
type said struct {
	mu    sync.Mutex
	lines []string
}

func (s *said) say(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, text)
}

func (s *said) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

// options are those of a watcher that tells one hook.
func options(t *testing.T, h *hook) (Options, *said) {
	t.Helper()
	s := &said{}
	t.Cleanup(func() {
		if strings.Contains(s.all(), "s3cret") {
			t.Errorf("a secret is told: %s", s.all())
		}
	})
	return Options{
		Bus: Bus{Profile: "p", Environment: "dev", Server: "h:1"}, Limits: health.Limits{Lag: 10, VanishedGroup: true}, Path: filepath.Join(t.TempDir(), "state", "w.json"),
		Receivers: []Receiver{{Form: JSON, URL: h.server.URL + "/" + secret, Timeout: 10 * time.Second}}, Storm: 1000, Say: s.say, pause: time.Millisecond,
	}, s
}

func start(t *testing.T, o Options) *Watcher {
	t.Helper()
	w, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// end closes a watcher that must have told all but so many notices.
func end(t *testing.T, w *Watcher, want int) {
	t.Helper()
	if left, err := w.Close(); left != want || err != nil {
		t.Errorf("%d notices are left, want %d; %v", left, want, err)
	}
}

// lags is a snapshot of streams with a group each, the keys that end with ! far behind.
func lags(keys ...string) *model.Snapshot {
	s := &model.Snapshot{At: noon}
	for _, key := range keys {
		name, bad := strings.CutSuffix(key, "!")
		g := model.Group{Name: "g\xff", Lag: model.Exactly(0), Consumers: []model.Consumer{{Name: "c"}}}
		if bad {
			g.Lag = model.Exactly(99)
		}
		s.Streams = append(s.Streams, model.Stream{Key: name, Length: 99, Groups: []model.Group{g}})
	}
	return s
}
