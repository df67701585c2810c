// Package workflow tells the course of one workflow from its events: its stages, their attempts, what it waits for and why it
// failed.
package workflow

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"

	"streamdesk/model"
)

// MaxEvents is how many events a [Workflow] keeps unless told: some hundred times what a HyperAgent workflow has,
// in about a megabyte.
const MaxEvents = 5000

// Workflow is the course of one workflow, put together from the events of all streams in whatever order they come in.
// Times are those of the entry IDs, which is one clock: the server's. It keeps the events' heads and not their
// payloads, and of too many it lets the oldest progress and talk go first, so that the course stays. It isn't safe
// for concurrent use.
type Workflow struct {
	id        string
	profiles  []Profile
	pipeline  pipeline // of the profile that the events are of
	limit     int
	events    []Event // in order
	passing   int     // how many of them aren't lasting
	truncated bool
	names     map[string]string // one copy of each stream's key, type and agent

	built  bool // whether stages, failures and the events' Repeat are those of events
	stages []Stage
	failed int
	course course
}

// New makes the workflow of that id, of which nothing is known yet. It goes through the stages of the first profile that it is of, in
// that order; of any others that its events have, they come in the order of their first events.
func New(id string, profiles []Profile) *Workflow {
	return &Workflow{id: id, profiles: profiles, limit: MaxEvents, names: make(map[string]string)}
}

// ID is the workflow's id.
func (w *Workflow) ID() string { return w.id }

// Add takes in a record and says whether that changed anything: it doesn't when the record is of another workflow,
// when it is known already, or when it is older than what there is room for. It keeps nothing of the record's memory.
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
	e.kind = kindOf(e.Type) // out of the copy: the record's own would keep its payload alive
	e.Talk = talkOf(r, &e.kind)
	w.built = false
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

// name is one copy of a text that comes again and again.
func (w *Workflow) name(s string) string {
	if known, ok := w.names[s]; ok {
		return known
	}
	s = strings.Clone(s)
	if len(w.names) < w.limit { // whoever invents a new one each time gets no memory out of it
		w.names[s] = s
	}
	return s
}

// evict drops the oldest event that isn't lasting, or else the oldest, and returns where it stood. Which ones stay
// doesn't depend on the order they came in.
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

// Len is how many events are kept.
func (w *Workflow) Len() int { return len(w.events) }

// Truncated says whether there were more events than are kept, so that counts are lower bounds.
func (w *Workflow) Truncated() bool { return w.truncated }

// Events are the kept events in their order. The slice is the workflow's own and good until the next Add.
func (w *Workflow) Events() []Event {
	w.build()
	return w.events
}

// Failures is how many events tell of a failure, each counted once however often it was published.
func (w *Workflow) Failures() int {
	w.build()
	return w.failed
}

// Stages are the workflow's stages: workflow, those of its profile, a2a, then other families in the order of their first events.
// Of those of the profile the ones that haven't begun are there too, as long as one of them, or the workflow's own, has. The slice is the workflow's own and good until the next Add.
func (w *Workflow) Stages() []Stage {
	w.build()
	return w.stages
}

// Stage is the stage of a family; nil when there is none.
func (w *Workflow) Stage(family string) *Stage {
	w.build()
	for i := range w.stages {
		if w.stages[i].Family == family {
			return &w.stages[i]
		}
	}
	return nil
}

// Start and End are the times of the first and the last event; zero when there is none.
func (w *Workflow) Start() time.Time {
	if len(w.events) == 0 {
		return time.Time{}
	}
	return w.events[0].Time()
}

// End is the time of the last event; see [Workflow.Start].
func (w *Workflow) End() time.Time {
	if len(w.events) == 0 {
		return time.Time{}
	}
	return w.events[len(w.events)-1].Time()
}

// Span is the time between the first and the last event.
func (w *Workflow) Span() time.Duration { return w.End().Sub(w.Start()) }

// Find is the place of an event in the order, and whether it is there. For one that isn't, it is the place of the
// first event that was added after it.
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
