package notify

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamdesk/bus/redistest"
	"streamdesk/model"
)

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
		s.At = noon.Add(time.Minute) // another alert than the one before, of which the end may still be on its way
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
