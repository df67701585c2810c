package workflow

import (
	"strings"
	"testing"

	"streamdesk/model"
)

func TestAWorkflowHasTheTraceThatAllItsEventsAreIn(t *testing.T) {
	for name, c := range map[string]struct {
		traces []string // of its events; the newest comes in first
		want   string
	}{
		"one event":               {[]string{"a"}, "a"},
		"all in one":              {[]string{"a", "a", "a"}, "a"},
		"one in another":          {[]string{"a", "b", "a"}, ""},
		"one in none":             {[]string{"a", "a", ""}, ""},
		"the newest in none":      {[]string{"", "a", "a"}, ""},
		"none in any":             {[]string{"", ""}, ""},
		"an ID of endless length": {[]string{strings.Repeat("a", traceMost+1)}, ""},
	} {
		w, x := New("wf-1", nil), NewIndex(nil, MaxWorkflows)
		for i, trace := range c.traces {
			r := workflowRecord(100-i, model.WorkflowProgress, "{}")
			r.Trace, r.Event.WorkflowID = trace, "wf-1"
			w.Add(&r)
			w.Add(&r)
			x.Add(&r)
		}
		if got := w.Trace(); got != c.want {
			t.Errorf("%s: the workflow has %q, want %q", name, got, c.want)
		}
		if found := x.Find("wf-1"); found.Trace != c.want {
			t.Errorf("%s: the index has %q, want %q", name, found.Trace, c.want)
		}
		if course := x.Course("wf-1"); course.Trace() != c.want {
			t.Errorf("%s: the course has %q, want %q", name, course.Trace(), c.want)
		}
	}
}
