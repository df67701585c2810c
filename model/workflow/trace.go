package workflow

import "strings"

// traceMost is the max length of a trace's ID in bytes; a W3C one has 32.
const traceMost = 256

// sharedTrace is the trace that all events of a workflow are in. It doesn't depend on the order of the events, and covers those
// that aren't kept too.
type sharedTrace struct {
	id   string
	some bool // there was an event
	none bool // there is no such trace: an event without one, or events of two
}

// add adds the trace of an event; empty means that it is in none.
func (t *sharedTrace) add(trace string) {
	switch {
	case t.none || t.some && t.id == trace:
	case t.some || trace == "" || len(trace) > traceMost:
		t.id, t.none = "", true
	default:
		t.id = strings.Clone(trace)
	}
	t.some = true
}

// Trace returns the ID of the trace that all events are in; empty when there is no such trace.
func (w *Workflow) Trace() string { return w.trace.id }
