// Package workflow reconstructs the course of workflows from their events: stages, attempts, what a workflow waits for
// and why it failed.
package workflow

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"

	"streamdesk/model"
)

// MaxEvents is the default max number of events in a [Workflow]: about a hundred times what a HyperAgent workflow has,
// in about a megabyte.
const MaxEvents = 5000

// Workflow is the course of one workflow, built from the events of all streams in any order. Times are those of the
// entry IDs, which come from one clock: the server's. It keeps no payloads. When there are too many events, it drops
// the oldest progress and talk first, so that the course stays. It isn't safe for concurrent use.
type Workflow struct {
	id        string
	profiles  []Profile
	pipeline  pipeline // of the profile that applies
	limit     int
	events    []Event // in order
	passing   int     // number of events that aren't lasting
	truncated bool
	names     map[string]string // one copy of each stream's key, type and agent
	trace     sharedTrace

	built  bool // whether stages, failures and the events' Repeat are up to date
	stages []Stage
	failed int
	course course
}

// New returns a new, empty workflow with that id. It has the stages of the first profile that applies, in that order.
// Other stages follow in the order of their first events.
func New(id string, profiles []Profile) *Workflow {
	return &Workflow{id: id, profiles: profiles, limit: MaxEvents, names: make(map[string]string)}
}

// ID returns the workflow's id.
func (w *Workflow) ID() string { return w.id }

// Add adds a record and reports whether that changed anything. It changes nothing when the record belongs to another
// workflow, is known already, or is too old to be kept. It keeps none of the record's memory.
func (w *Workflow) Add(r *model.Record) (changed bool) {
	if r.Event.WorkflowID != w.id {
		return false
	}
	at, known := w.Find(r.Key())
	if known && !w.events[at].sketch {
		return false
	}
	e := NewEvent(r)
	e.Key.Stream, e.Type, e.Agent = w.name(e.Key.Stream), model.Type(w.name(string(e.Type))), w.name(e.Agent)
	e.kind = kindOf(e.Type) // from the copy: the record's type would keep its payload alive
	e.Talk = talkOf(r, &e.kind)
	w.built = false
	w.trace.add(r.Trace)
	if known {
		w.events[at] = e
		return true
	}
	at = sort.Search(len(w.events), func(i int) bool { return w.events[i].compare(&e) > 0 })
	w.events = slices.Insert(w.events, at, e)
	if !e.lasting() {
		w.passing++
	}
	if len(w.events) <= w.limit {
		return true
	}
	first := !w.truncated
	return w.evict() != at || first
}

// name returns the one shared copy of a recurring text.
func (w *Workflow) name(s string) string {
	if known, ok := w.names[s]; ok {
		return known
	}
	s = strings.Clone(s)
	if len(w.names) < w.limit { // invented names can't exhaust the memory
		w.names[s] = s
	}
	return s
}

// evict drops the oldest event that isn't lasting, or else the oldest, and returns its index. Which events stay doesn't
// depend on the order in which they were added.
func (w *Workflow) evict() int {
	w.truncated = true
	at := 0
	if w.passing > 0 {
		at = slices.IndexFunc(w.events, func(e Event) bool { return !e.lasting() })
		w.passing--
	}
	copy(w.events[1:at+1], w.events[:at])
	w.events[0] = Event{}
	w.events = w.events[1:]
	return at
}

// Len returns the number of events kept.
func (w *Workflow) Len() int { return len(w.events) }

// Truncated reports whether there were more events than are kept, so that counts are lower bounds.
func (w *Workflow) Truncated() bool { return w.truncated }

// Events returns the kept events in order. The slice belongs to the workflow and is valid until the next Add.
func (w *Workflow) Events() []Event {
	w.build()
	return w.events
}

// Failures returns the number of failure events, each counted once even if published repeatedly.
func (w *Workflow) Failures() int {
	w.build()
	return w.failed
}

// Stages returns the workflow's stages: workflow, those of its profile, a2a, then other families in the order of their
// first events. Stages of the profile that haven't begun are included once one of them, or the workflow's own, has
// begun. The slice belongs to the workflow and is valid until the next Add.
func (w *Workflow) Stages() []Stage {
	w.build()
	return w.stages
}

// Stage returns the stage of a family; nil when there is none.
func (w *Workflow) Stage(family string) *Stage {
	w.build()
	for i := range w.stages {
		if w.stages[i].Family == family {
			return &w.stages[i]
		}
	}
	return nil
}

// Start returns the time of the first event; zero when there is none.
func (w *Workflow) Start() time.Time {
	if len(w.events) == 0 {
		return time.Time{}
	}
	return w.events[0].Time()
}

// End returns the time of the last event; zero when there is none. See [Workflow.Start].
func (w *Workflow) End() time.Time {
	if len(w.events) == 0 {
		return time.Time{}
	}
	return w.events[len(w.events)-1].Time()
}

// Span returns the time between the first and the last event.
func (w *Workflow) Span() time.Duration { return w.End().Sub(w.Start()) }

// Find returns the index of an event and whether it is present. For a missing event, it returns the index of the first
// event added after it.
func (w *Workflow) Find(key model.Key) (int, bool) {
	from := sort.Search(len(w.events), func(i int) bool { return w.events[i].Key.ID.Ms >= key.ID.Ms })
	for i := from; i < len(w.events) && w.events[i].Key.ID.Ms == key.ID.Ms; i++ {
		if w.events[i].Key == key {
			return i, true
		}
	}
	at := sort.Search(len(w.events), func(i int) bool {
		return cmp.Or(w.events[i].Key.ID.Compare(key.ID), strings.Compare(w.events[i].Key.Stream, key.Stream)) > 0
	})
	return at, false
}
