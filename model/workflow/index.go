package workflow

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"streamdesk/model"
)

const (
	// MaxWorkflows is the default max number of workflows in an [Index]: about twenty megabytes.
	MaxWorkflows = 10_000
	// idMost is the max length of a workflow ID in bytes: enough for any trace ID, too short for a payload.
	idMost = 256
	// trimShare is the fraction, one in so many, dropped at once when the index is full: choosing which costs a pass
	// over all.
	trimShare = 10
)

// Index holds all workflows seen in events: their courses, without payloads. The time to add one event doesn't grow
// with the number of events. The state of a workflow is computed when asked for. Results don't depend on the order in
// which events are added, as long as none was dropped. It isn't safe for concurrent use.
type Index struct {
	limit   int
	byID    map[string]*entry
	order   []*entry // in order of their first event
	stale   []*entry // those that have changed since they were built
	dropped int64
	usual   usual

	kinds       []markKind
	kindNumbers map[source]uint32
	names       []string
	nameNumbers map[string]uint32

	scratch Workflow
	seen    []uint32
}

// entry is one workflow in the index.
type entry struct {
	marks     []mark
	passing   int  // number of marks that aren't lasting
	truncated bool // there were more events than marks are kept
	events    int64
	first     model.Position
	blame     blame
	trace     sharedTrace

	summary Summary
	stale   bool // it is in the index's stale list
}

// blame is the reason of the newest failure. The failure of a stage outranks that of the workflow, which follows from
// it.
type blame struct {
	note  string
	at    model.Key
	stage bool
}

// NewIndex returns a new index of max limit workflows; a limit below 1 means 1. See [New] for the profiles.
func NewIndex(profiles []Profile, limit int) *Index {
	return &Index{
		limit: max(limit, 1), byID: map[string]*entry{}, usual: usual{},
		kindNumbers: map[source]uint32{}, nameNumbers: map[string]uint32{}, scratch: Workflow{profiles: profiles},
	}
}

// Add adds a record and keeps none of its memory. A record without a workflow, or one already known, changes nothing.
func (x *Index) Add(r *model.Record) {
	id := r.Event.WorkflowID
	if id == "" {
		return
	}
	e := x.byID[id]
	if e == nil {
		if len(id) > idMost {
			x.dropped++
			return
		}
		e = &entry{first: r.ID, summary: Summary{ID: strings.Clone(id)}}
		x.byID[e.summary.ID] = e
		x.order = append(x.order, e)
	}
	m := mark{id: r.ID, identity: identityOf(r.Event.ID), kind: x.kindOf(r), agent: x.nameOf(r.Event.SourceAgent)}
	if !x.insert(e, m) {
		return
	}
	e.events++
	if !e.stale {
		e.stale = true
		x.stale = append(x.stale, e)
	}
	if r.ID.Before(e.first) {
		e.first = r.ID
	}
	e.blame.take(r, &x.kinds[m.kind].says)
	e.trace.add(r.Trace)
	if len(x.order) > x.limit+x.limit/trimShare {
		x.trim()
	}
}

// take stores the reason that a failure gives.
func (b *blame) take(r *model.Record, says *kind) {
	if says.outcome != model.OutcomeFailed {
		return
	}
	stage := says.family != model.FamilyWorkflow
	older := cmp.Or(r.ID.Compare(b.at.ID), strings.Compare(r.Stream, b.at.Stream)) < 0
	if stage == b.stage && older || b.stage && !stage {
		return
	}
	*b = blame{note: reasonOf(r), at: model.Key{Stream: strings.Clone(r.Stream), ID: r.ID}, stage: stage}
}

// trim drops the least relevant workflows: first those that ended longest ago, then those without events for longest.
func (x *Index) trim() {
	x.settle()
	slices.SortStableFunc(x.order, func(a, b *entry) int {
		return cmp.Or(-cmp.Compare(ended(a), ended(b)), a.summary.Last.ID.Compare(b.summary.Last.ID))
	})
	gone := len(x.order) - x.limit
	for _, e := range x.order[:gone] {
		x.usual.count(e.summary.Steps, -1)
		delete(x.byID, e.summary.ID)
	}
	x.dropped += int64(gone)
	x.order = slices.Delete(x.order, 0, gone)
}

// ended returns 1 for a workflow that is over, else 0.
func ended(e *entry) int {
	if e.summary.State.Ended() {
		return 1
	}
	return 0
}

// settle computes the state of the workflows that have changed.
func (x *Index) settle() {
	for _, e := range x.stale {
		x.build(e)
		e.stale = false
	}
	x.stale = x.stale[:0]
}

// Len returns the number of workflows in the index.
func (x *Index) Len() int { return len(x.order) }

// Dropped returns the number of workflows dropped because there were too many, plus the number of events dropped
// because their workflow IDs were too long.
func (x *Index) Dropped() int64 { return x.dropped }

// All returns the workflows in no particular order. What it yields belongs to the index and is valid until the next
// [Index.Add].
func (x *Index) All() iter.Seq[*Summary] {
	return func(yield func(*Summary) bool) {
		x.settle()
		for _, e := range x.order {
			if !yield(&e.summary) {
				return
			}
		}
	}
}

// Find returns the workflow with that ID; nil when there is none. See [Index.All].
func (x *Index) Find(id string) *Summary {
	e := x.byID[id]
	if e == nil {
		return nil
	}
	x.settle()
	return &e.summary
}

// Course returns the course of the workflow with that ID from the events kept, without what their payloads say; nil
// when there is none. It belongs to the caller: [Workflow.Add] completes the events.
func (x *Index) Course(id string) *Workflow {
	e := x.byID[id]
	if e == nil {
		return nil
	}
	w := New(e.summary.ID, x.scratch.profiles)
	w.events, w.passing, w.truncated, w.trace = x.expand(nil, e.marks), e.passing, e.truncated, e.trace
	return w
}
