package notify

import (
	"encoding/json"
	"errors"
	"fmt"
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

func TestEachAlertIsToldOnceWhenItBeginsAndOnceWhenItEnds(t *testing.T) {
	h := startHook(t)
	o, _ := options(t, h)
	w := start(t, o)
	for _, s := range []*model.Snapshot{lags("a", "b"), lags("a!", "b"), lags("a!", "b"), lags("a!", "b!"), lags("a", "b!"), lags("a", "b!")} {
		w.Saw(s)
	}
	h.wants(t, "began a", "began b", "ended a")
	end(t, w, 0)
	n := h.got[0][0]
	if n.Kind != "lag" || n.State != "behind" || n.Text != "99 undelivered (limit 10)" || n.EndedAt != nil || !n.BeganAt.Equal(noon) || n.Advice == "" {
		t.Errorf("%+v", n)
	}
}

func TestAReceiverThatFailsAndHangsIsToldWhenItComesBack(t *testing.T) {
	h := startHook(t)
	o, s := options(t, h)
	o.Receivers[0].Timeout = 20 * time.Millisecond
	h.answer(http.StatusInternalServerError)
	w := start(t, o)
	w.Saw(lags("a!"))
	redistest.Eventually(t, deadline, func() bool { return h.tried() > 2 }, "it isn't tried again")
	h.answer(0)
	redistest.Eventually(t, deadline, func() bool { return strings.Contains(s.all(), "no answer within 20ms") }, "it isn't said that it hangs")
	w.Saw(lags("a"))
	h.answer(http.StatusOK)
	h.wants(t, "began a", "ended a")
	redistest.Eventually(t, deadline, func() bool { return strings.Contains(s.all(), "takes messages again") }, "it isn't said that it is back")
	end(t, w, 0)
	if !strings.Contains(s.all(), "it answers 500 Internal Server Error; trying again") {
		t.Errorf("it says %s", s.all())
	}
}

func TestAMessageThatIsRefusedForGoodIsDroppedAndSaid(t *testing.T) {
	h := startHook(t)
	o, s := options(t, h)
	h.answer(http.StatusBadRequest)
	w := start(t, o)
	w.Saw(lags("a!"))
	redistest.Eventually(t, deadline, func() bool { return strings.Contains(s.all(), "1 notices are dropped") }, "nothing is said")
	end(t, w, 0)
}

func TestARestartNeitherRepeatsNorLosesAnEnd(t *testing.T) {
	h := startHook(t)
	o, _ := options(t, h)
	o.Receivers[0].Timeout = 50 * time.Millisecond
	w := start(t, o)
	w.Saw(lags("a!", "b!", "c"))
	h.wants(t, "began a", "began b")
	end(t, w, 0)

	w = start(t, o)
	w.Saw(lags("a!", "b", "c"))
	h.wants(t, "began a", "began b", "ended b")
	h.answer(http.StatusBadGateway)
	w.Saw(lags("a", "b", "c"))
	end(t, w, 1)

	h.answer(http.StatusOK)
	w = start(t, o)
	h.wants(t, "began a", "began b", "ended b", "ended a")
	gone := lags("a", "b", "c")
	gone.Streams[2].Groups = nil // its group vanished while nobody watched
	w.Saw(gone)
	h.wants(t, "began a", "began b", "ended b", "ended a", "began c")
	end(t, w, 0)
}

// TestACrashLosesNothing: what is in the file when the process is killed is told after the next start.
func TestACrashLosesNothing(t *testing.T) {
	h := startHook(t)
	o, _ := options(t, h)
	h.answer(http.StatusBadGateway)
	w := start(t, o)
	w.Saw(lags("a!"))
	w.cancel() // as a kill, it neither drains nor saves
	w.workers.Wait()
	if err := w.held.Close(); err != nil {
		t.Fatal(err)
	}
	w.client.CloseIdleConnections()
	h.answer(http.StatusOK)
	w = start(t, o)
	h.wants(t, "began a")
	w.Saw(lags("a!"))
	w.Saw(lags("a"))
	h.wants(t, "began a", "ended a")
	end(t, w, 0)
}

func TestAStormIsOneMessage(t *testing.T) {
	h := startHook(t)
	o, _ := options(t, h)
	o.Storm = 5
	w := start(t, o)
	var bad []string
	for i := range 50 {
		bad = append(bad, fmt.Sprintf("s%02d!", i))
	}
	w.Saw(lags(bad...))
	redistest.Eventually(t, deadline, func() bool { return len(h.told()) == 50 }, "not all are told")
	end(t, w, 0)
	if n := len(h.messages()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// TestWhatFollowsAfterAFewMessagesIsGathered: closing the watcher tells it without waiting for the minute to pass.
func TestWhatFollowsAfterAFewMessagesIsGathered(t *testing.T) {
	h := startHook(t)
	o, _ := options(t, h)
	o.Storm = 2
	w := start(t, o)
	w.Saw(lags("a!"))
	h.wants(t, "began a")
	w.Saw(lags("a"))
	h.wants(t, "began a", "ended a")
	for _, s := range []*model.Snapshot{lags("a!"), lags("a!", "b!"), lags("a", "b!")} {
		w.Saw(s)
	}
	end(t, w, 0)
	h.wants(t, "began a", "ended a", "began a", "began b", "ended a")
	if n := len(h.messages()); n != 3 {
		t.Errorf("%d messages", n)
	}
}

func TestWhatIsTooMuchIsDroppedAndSaidAndNoEndIsToldAlone(t *testing.T) {
	h := startHook(t)
	o, s := options(t, h)
	o.waiting = 3
	h.answer(http.StatusServiceUnavailable)
	w := start(t, o)
	w.Saw(lags("a!", "b!", "c!", "d!", "e!"))
	if said := s.all(); strings.Count(said, "dropped, as 3 notices wait for the webhook at 127.0.0.1") != 2 || !strings.Contains(said, "on d: ") {
		t.Errorf("it says %s", said)
	}
	redistest.Eventually(t, deadline, func() bool { return h.tried() > 0 }, "nothing is tried")
	w.Saw(lags("a", "b!", "c!", "d", "e!")) // that a began was tried, and may have been taken
	h.answer(http.StatusOK)
	h.wants(t, "began a", "began b", "began c", "ended a")
	w.Saw(lags("a", "b", "c", "d", "e"))
	h.wants(t, "began a", "began b", "began c", "ended a", "ended b", "ended c")
	end(t, w, 0)
}

func TestAFullQueueForgetsAnAlertThatNobodyWasToldOf(t *testing.T) {
	q := queue{}
	add := func(id, status string) bool {
		n := Notice{ID: id + "-" + status}
		if status == Began {
			return q.begin(id, &n, 2)
		}
		return q.end(id, &n, 2)
	}
	if !add("a", Began) || !add("b", Began) || add("c", Began) || q.knows("a") || q.knows("c") {
		t.Errorf("%+v", q)
	}
	q.try(q.Waiting[:1])
	if !add("a", Ended) || add("b", Ended) || !add("c", Ended) || len(q.Untold) > 0 {
		t.Errorf("%+v", q)
	}
	if len(q.Waiting) != 2 || q.Waiting[0].ID != "a-began" || q.Waiting[1].ID != "a-ended" {
		t.Errorf("%+v", q)
	}
}

func TestANewReceiverIsToldWhatStands(t *testing.T) {
	old, fresh := startHook(t), startHook(t)
	o, _ := options(t, old)
	w := start(t, o)
	w.Saw(lags("a!"))
	old.wants(t, "began a")
	end(t, w, 0)
	o.Receivers = append(o.Receivers, Receiver{Form: JSON, URL: fresh.server.URL + "/" + secret})
	w = start(t, o)
	fresh.wants(t, "began a")
	end(t, w, 0)
	old.wants(t, "began a")
}

func TestAServerThatStaysAwayIsAnAlert(t *testing.T) {
	h := startHook(t)
	o, _ := options(t, h)
	w := start(t, o)
	for _, after := range []time.Duration{0, unreachableAfter - time.Second, unreachableAfter, 2 * unreachableAfter} {
		w.Missed(errors.New("connection refused"), noon.Add(after))
	}
	h.wants(t, "began")
	w.Saw(lags("a"))
	h.wants(t, "began", "ended")
	end(t, w, 0)
	if n := h.got[0][0]; n.Kind != unreachable || n.Text != "the server can't be read: connection refused" {
		t.Errorf("%+v", n)
	}
}

func TestTwoWatchersDontShareAFile(t *testing.T) {
	o, _ := options(t, startHook(t))
	w := start(t, o)
	if _, err := Start(o); err == nil || !strings.Contains(err.Error(), "another process watches") {
		t.Errorf("the second: %v", err)
	}
	end(t, w, 0)
}

func TestAnAlertmanagerIsToldAgainOfWhatStands(t *testing.T) {
	h := startHook(t)
	o, _ := options(t, h)
	o.Receivers[0].Form, o.renew = Alertmanager, time.Millisecond
	w := start(t, o)
	w.Saw(lags("a!"))
	redistest.Eventually(t, deadline, func() bool { return len(h.messages()) > 2 }, "it isn't told again")
	w.Saw(lags("a"))
	redistest.Eventually(t, deadline, func() bool {
		last := h.messages()[len(h.messages())-1]
		return strings.Contains(last, `"endsAt":"`+noon.Format(time.RFC3339))
	}, "it isn't told of the end")
	end(t, w, 0)
}

func TestACommandGetsTheMessage(t *testing.T) {
	h := startHook(t)
	o, s := options(t, h)
	file := filepath.Join(t.TempDir(), "got")
	o.Receivers = []Receiver{{Command: []string{"sh", "-c", "cat > " + file + ".new && mv " + file + ".new " + file}}, {Command: []string{"sh", "-c", "exit 3"}}}
	w := start(t, o)
	w.Saw(lags("a!"))
	redistest.Eventually(t, deadline, func() bool { return strings.Contains(s.all(), "the command sh takes no messages: exit status 3") }, "a failure isn't said")
	redistest.Eventually(t, deadline, func() bool {
		found, err := filepath.Glob(file)
		return err == nil && len(found) == 1
	}, "it isn't run")
	end(t, w, 1)
}

func TestForms(t *testing.T) {
	ended := noon.Add(90 * time.Second)
	notices := []Notice{
		{ID: "1-began", Status: Began, Kind: "no consumers", Stream: "s<1>", Group: "g", State: "no consumers", Text: "3 undelivered and nobody reads", BeganAt: noon},
		{ID: "2-began", Status: Began, Kind: "lag", Stream: "s", Group: "g", Text: "x", BeganAt: noon},
		{ID: "2-ended", Status: Ended, Kind: "lag", Stream: "s", Group: "g", Text: "x", BeganAt: noon, EndedAt: &ended},
	}
	of := Bus{Profile: "p", Environment: "prod", Server: "h:1"}
	var alerts []alertmanagerAlert
	if err := json.Unmarshal(body(Alertmanager, of, notices, noon), &alerts); err != nil || len(alerts) != 2 {
		t.Fatalf("%v, %+v", err, alerts)
	}
	if a := alerts[0]; a.Labels["alertname"] != "StreamdeskNoConsumers" || !a.EndsAt.Equal(noon.Add(validFor)) || a.Labels["stream"] != "s<1>" {
		t.Errorf("%+v", a)
	}
	if a := alerts[1]; !a.EndsAt.Equal(ended) || !a.StartsAt.Equal(noon) {
		t.Errorf("%+v", a)
	}
	var slack map[string]string
	const want = "3 alerts began or ended\n:red_circle: [prod · p] g on s&lt;1&gt;: 3 undelivered and nobody reads (no consumers)\n" +
		":red_circle: [prod · p] g on s: x\n:large_green_circle: [prod · p] ended after 1m30s: g on s: x"
	if err := json.Unmarshal(body(Slack, of, notices, noon), &slack); err != nil || slack["text"] != want {
		t.Errorf("%v, %q", err, slack["text"])
	}
}
