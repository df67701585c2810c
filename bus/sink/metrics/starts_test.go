package metrics

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
)

func record(ms uint64, kind model.Type, workflow string) *model.Record {
	return &model.Record{
		Entry: model.Entry{Stream: "events:" + string(kind), ID: model.Position{Ms: ms}},
		Event: model.Event{Type: kind, WorkflowID: workflow},
	}
}

func TestHowLongAStageTook(t *testing.T) {
	for _, c := range []struct{ events, want string }{
		{"1 audit.started 9 audit.completed", "8ms"},
		{"9 audit.completed 1 audit.started", "8ms"},
		{"1 workflow.created 3 workflow.started 9 workflow.completed", "8ms"},
		{"3 workflow.started 1 workflow.created 9 workflow.completed", "8ms"},
		{"1 workflow.started 9 workflow.failed 11 workflow.retried 14 workflow.completed", "8ms 3ms"},
		{"1 audit.started 5 audit.failed 6 audit.started 8 audit.completed", "4ms 2ms"},
		{"1 audit.started 1 audit.started 3 audit.completed 3 audit.completed", "2ms 2ms"},
		{"1 workflow.created 3 workflow.started 1 workflow.created 3 workflow.started 9 workflow.completed", "8ms"},
		{"1 workflow.created 1 workflow.started 3 workflow.failed 5 workflow.retried 1 workflow.created 9 workflow.completed", "2ms 4ms"},
		{"6 audit.started 5 audit.failed", "?"},
		{"5 audit.failed", "?"},
		{"1 testing.started 5 audit.failed", "?"},
	} {
		s := newStarts(100)
		var told []string
		tell := func(took time.Duration, known bool) {
			if !known {
				told = append(told, "?")
				return
			}
			told = append(told, took.String())
		}
		words := strings.Fields(c.events)
		for i := 0; i < len(words); i += 2 {
			var ms uint64
			_, _ = fmt.Sscan(words[i], &ms) // a slip fails the test
			r := record(ms, model.Type(words[i+1]), "wf")
			s.begin(r)
			if endState(r.Event.Type) != "" {
				s.end(r, time.Unix(0, 0), tell)
			}
		}
		s.giveUp(time.Unix(0, 0).Add(startWait))
		if got := strings.Join(told, " "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.events, got, c.want)
		}
	}
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	s := newStarts(10)
	for i := range 100 {
		s.begin(record(uint64(i), model.AuditStarted, fmt.Sprint(i)))
	}
	if len(s.began) != 10 || len(s.order) != 10 {
		t.Errorf("%d beginnings are kept", len(s.began))
	}
	given := 0
	for i := range mostWaiting + 5 {
		s.end(record(1, model.TestingFailed, fmt.Sprint(i)), time.Unix(0, 0), func(time.Duration, bool) { given++ })
	}
	if len(s.waiting) != mostWaiting || given != 5 {
		t.Errorf("%d ends wait, %d were given up", len(s.waiting), given)
	}
}
