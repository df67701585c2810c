package desk

import (
	"testing"

	"streamdesk/model"
)

// shownStreams are the streams of the events in view.
func (b *harness) shownStreams() map[string]bool {
	streams := map[string]bool{}
	for i := range b.desk.data.Log.Len() {
		streams[b.desk.data.Log.At(i).Stream] = true
	}
	return streams
}

func TestTheEventsAreThoseOfTheChosenStream(t *testing.T) {
	for _, c := range []struct {
		keys  string
		title string
		want  []string
	}{
		{"", "5 Events ", []string{started, failed}},
		{".", "5 Events · workflow.started ", []string{started}},
		{". .", "5 Events ", []string{started, failed}},
		{". j", "5 Events · audit.failed ", []string{failed}}, // they go along
		{"j . k", "5 Events · workflow.started ", []string{started}},
		{". / w f : * enter", "5 Events · workflow.started ", []string{started}}, // with what is typed
		{". 5 esc", "5 Events ", []string{started, failed}},                      // as a filter is undone
		{"enter", "5 Events · workflow.started ", []string{started}},             // into the stream
		{"j enter", "5 Events · audit.failed ", []string{failed}},
		{"enter enter", "5 Events · workflow.started ", []string{started}},
		{"enter esc", "5 Events ", []string{started, failed}}, // and out of it
		{"enter enter esc esc", "5 Events ", []string{started, failed}},
		{"enter 1 esc", "5 Events ", []string{started, failed}}, // whichever way the streams were come back to
		{"enter f4 f2", "5 Events ", []string{started, failed}}, // elsewhere other streams are chosen
		{"enter .", "5 Events ", []string{started, failed}},
		{". enter esc", "5 Events · workflow.started ", []string{started}}, // it was asked for
		{"enter 5 k w", "5 Events ", []string{started}},
		{". 5 k w", "5 Events ", []string{started}}, // a workflow goes over streams
	} {
		b := withTraffic(t, 120, 40)
		b.press(c.keys)
		b.frame()
		b.sees(c.title)
		got := b.shownStreams()
		for _, stream := range c.want {
			if !got[stream] {
				t.Errorf("%q: no event of %s is shown", c.keys, stream)
			}
			delete(got, stream)
		}
		if len(got) > 0 {
			t.Errorf("%q: events of %v are shown, too", c.keys, got)
		}
		b.fits()
	}
}

func TestNewEventsOfOtherStreamsStayOutOfAScope(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press(".")
	before := b.desk.data.Log.Len()
	b.publish(model.AuditFailed, "wf-1", "{}")
	b.publish(model.WorkflowStarted, "wf-1", "{}")
	b.look()
	if n := b.desk.data.Log.Len(); n != before+1 {
		t.Errorf("%d more are shown, want the one of the stream", n-before)
	}
}

func TestTheScopeComesBackWithTheDesk(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press(".")
	left := b.desk.arrangement()
	next := withTraffic(t, 120, 40)
	next.desk.arrange(left)
	next.look()
	next.sees("5 Events · workflow.started ")
	if back := next.desk.arrangement(); !back.Scoped {
		t.Errorf("it came back as %+v", back)
	}
	next.press(".")
	next.sees("5 Events ─")
	if next.desk.arrangement().Scoped {
		t.Error("what was widened is kept")
	}
	next.press("1 enter")
	if next.desk.arrangement().Scoped {
		t.Error("a stream that was gone into is kept as the scope")
	}
}

// What is read of the past is the past of the stream.
func TestThePastOfAScopeIsThatOfItsStream(t *testing.T) {
	b := newHarness(t, 120, 40, func(o *Options) { o.Config.Desk.KeepEvents = 4 })
	for range 6 {
		b.publish(model.WorkflowStarted, "wf-1", "{}")
		b.publish(model.AuditFailed, "wf-1", "{}")
	}
	b.look()
	b.press("5 . g")
	for range 5 {
		b.press("up")
		b.frame()
	}
	b.sees("beginning of the stream")
	if got := b.shownStreams(); len(got) != 1 || b.desk.data.Log.Len() != 6 {
		t.Errorf("%d events of %v are shown, want all 6 of one stream", b.desk.data.Log.Len(), got)
	}
}
