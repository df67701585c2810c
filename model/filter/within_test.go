package filter_test

import (
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/model/filter"
)

func TestAFilterKeptToAStreamLetsNoOtherThrough(t *testing.T) {
	parsed, err := filter.Parse("wf:wf-1")
	if err != nil {
		t.Fatal(err)
	}
	of := func(stream, workflow string) *model.Record {
		return &model.Record{Entry: model.Entry{Stream: stream}, Event: model.Event{WorkflowID: workflow}}
	}
	kept := parsed.Within("events:a.b")
	for _, c := range []struct {
		f    filter.Filter
		r    *model.Record
		want bool
	}{
		{kept, of("events:a.b", "wf-1"), true},
		{kept, of("events:a.b", "wf-2"), false},
		{kept, of("events:a.c", "wf-1"), false},
		{kept.Within(""), of("events:a.c", "wf-1"), true},
		{filter.Filter{}.Within("events:a.b"), of("events:a.b", "wf-2"), true},
		{filter.Filter{}.Within("events:a.b"), of("events:a.c", "wf-2"), false},
	} {
		if got := c.f.Match(c.r, time.Time{}); got != c.want {
			t.Errorf("%q within %q lets %s of %s through: %v", c.f, c.f.Stream(), c.r.Event.WorkflowID, c.r.Stream, got)
		}
	}
	if kept.String() != "wf:wf-1" || kept.Empty() || (filter.Filter{}).Within("events:a.b").Empty() || !(filter.Filter{}).Within("").Empty() {
		t.Errorf("its text is %q", kept)
	}
}
