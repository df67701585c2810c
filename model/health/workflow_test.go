package health

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/model/workflow"
)

// told is the index of a workflow wf that events such as "0 workflow.created 10 workflow.started" tell of, times in seconds; before
// it, so many audits have ended within those seconds each.
func told(t *testing.T, audits int, within float64, events string) *workflow.Index {
	t.Helper()
	x := workflow.NewIndex(workflow.HyperAgent(), workflow.MaxWorkflows)
	add := func(id string, seconds float64, kind model.Type, data string) {
		r := model.Record{
			Entry: model.Entry{Stream: "events:" + string(kind), ID: model.Position{Ms: uint64(1000 * seconds)}},
			Event: model.Event{Type: kind, WorkflowID: id, Data: []byte(data)},
		}
		x.Add(&r)
	}
	for i := range audits {
		add(fmt.Sprint(i), 0, model.AuditStarted, "")
		add(fmt.Sprint(i), within, model.AuditCompleted, "")
	}
	words := strings.Fields(events)
	for i := 0; i+1 < len(words); i += 2 {
		var seconds float64
		if _, err := fmt.Sscan(words[i], &seconds); err != nil {
			t.Fatal(err)
		}
		data := ""
		if strings.HasSuffix(words[i+1], "failed") {
			data = `{"error":"stack too deep"}`
		}
		add("wf", seconds, model.Type(words[i+1]), data)
	}
	return x
}

func TestVerdictsOnWorkflows(t *testing.T) {
	for _, c := range []struct {
		name, events string
		audits       int
		within       float64
		now          float64
		want         Verdict
		why          string
	}{
		{name: "begun", events: "0 workflow.started", now: 3, want: Waiting, why: "waits for generation to begin for 3.0s"},
		{name: "in a stage of an unknown kind", events: "0 workflow.started 1 audit.started", now: 300, want: Running, why: "audit has run 4m59s; none has ended here"},
		{name: "for too long", events: "0 workflow.started 1 audit.started", now: 302, want: Hanging, why: "audit has run 5m01s (limit 5m00s); none has ended here"},
		{name: "few have ended", events: "0 workflow.started 1 audit.started", audits: 19, within: 20, now: 100, want: Running, why: "audit has run 1m39s; only 19 have ended here"},
		{name: "within twice what is usual", events: "0 workflow.started 1 audit.started", audits: 20, within: 20, now: 41, want: Running, why: "audit has run 40s; 95 of 100 end within 20s"},
		{name: "more than twice what is usual", events: "0 workflow.started 1 audit.started", audits: 20, within: 20, now: 43, want: Hanging, why: "audit has run 42s; 95 of 100 end within 20s"},
		{name: "short stages may take a while", events: "0 workflow.started 1 audit.started", audits: 20, within: 1, now: 10, want: Running, why: "audit has run 9.0s; 95 of 100 end within 1.0s"},
		{name: "short stages mustn't take for ever", events: "0 workflow.started 1 audit.started", audits: 20, within: 1, now: 12, want: Hanging, why: "audit has run 11s; 95 of 100 end within 1.0s"},
		{name: "of two stages the one that hangs", events: "0 generation.started 1 audit.started", audits: 20, within: 1, now: 12, want: Hanging, why: "audit has run 11s; 95 of 100 end within 1.0s"},
		{name: "its beginning wasn't seen", events: "1 audit.progress", now: 5, want: Running, why: "audit has run 4.0s or longer; none has ended here"},
		{name: "nothing comes", events: "0 workflow.started 1 audit.started 2 audit.completed", now: 400, want: Hanging, why: "waits for testing to begin for 6m38s (limit 5m00s)"},
		{name: "an answer is open", events: "1 a2a.request", now: 5, want: Waiting, why: "waits for an answer between agents for 4.0s"},
		{name: "all is done but for its end", events: "1 deployment.started 2 deployment.completed", now: 5, want: Waiting, why: "waits for its own end for 3.0s"},
		{name: "a stage failed", events: "0 workflow.started 1 audit.started 2 audit.failed", now: 5, want: Failed, why: "audit failed 3.0s ago, and nobody has tried again: stack too deep"},
		{name: "and is tried again", events: "0 workflow.started 1 audit.started 2 audit.failed 4 audit.started", now: 5, want: Running, why: "audit has run 1.0s; none has ended here"},
		{name: "failed", events: "0 workflow.started 1 audit.failed 2 workflow.failed", now: 5, want: Failed, why: "failed 3.0s ago: stack too deep"},
		{name: "cancelled", events: "0 workflow.started 2 workflow.cancelled", now: 5, want: Done, why: "cancelled 3.0s ago, after 2.0s"},
		{name: "done", events: "0 workflow.started 2 workflow.completed", now: 5, want: Done, why: "completed 3.0s ago, after 2.0s"},
		{name: "talk", events: "0 order.seen 2 order.noted", now: 5, want: Running, why: "nothing in its events begins or ends; the last came 3.0s ago"},
		{name: "talk of old", events: "0 order.seen 2 order.noted", now: 500, want: Done, why: "nothing in its events begins or ends; the last came 8m18s ago"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := told(t, c.audits, c.within, c.events)
			now := time.UnixMilli(int64(1000 * c.now))
			if got := Defaults.Workflow(x.Find("wf"), x.Usual, now); got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
			if got := Defaults.WhyWorkflow(x.Find("wf"), x.Usual, now); got != c.why {
				t.Errorf("%q, want %q", got, c.why)
			}
			if got := (Limits{}).Workflow(x.Find("wf"), x.Usual, now); got == Hanging {
				t.Error("it is stuck without a limit")
			}
		})
	}
}
