package workflow

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"streamdesk/model"
)

const (
	// MaxWorkflows is how many workflows an [Index] keeps unless it is told otherwise: some twenty megabytes.
	MaxWorkflows = 10_000
	// idMost is the longest workflow ID, in bytes, that an index takes in: room for any trace ID, and for nobody's payload.
	idMost = 256
	// trimShare of what is kept goes at once when there is too much: choosing whom costs a look at all.
	trimShare = 10
)

// Index knows all workflows that events have told of, each by its course and not by its payloads. It takes in one event in a time
// that doesn't grow with how many there are, and works out how a workflow stands when somebody asks. What it says doesn't depend
// on the order in which events come in, as long as none had to go. It isn't safe for concurrent use.
type Index struct {
	limit   int
	byID    map[string]*entry
	order   []*entry // in the order that they were met first in
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
	passing   int  // how many of them aren't lasting
	truncated bool // there were more events than marks are kept
	events    int64
	first     model.Position
	blame     blame

	summary Summary
	stale   bool // it is among those that have changed
}

// blame is what the newest failure says of its reason; that of a stage is worth more than that of the workflow, which follows from it.
type blame struct {
	note  string
	at    model.Key
	stage bool
}

// NewIndex makes an index of at most so many workflows, below 1 of one; see [New] for the profiles.
func NewIndex(profiles []Profile, limit int) *Index {
	return &Index{
		limit: max(limit, 1), byID: map[string]*entry{}, usual: usual{},
		kindNumbers: map[source]uint32{}, nameNumbers: map[string]uint32{}, scratch: Workflow{profiles: profiles},
	}
}

// Add takes in a record, of which it keeps no memory. One without a workflow, and one that is known already, changes nothing.
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
	if len(x.order) > x.limit+x.limit/trimShare {
		x.trim()
	}
}

// take takes over what a failure says of its reason.
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

// trim lets go of the workflows that matter least: of those that are over the ones that ended longest ago, then of the others the ones
// of which nothing was heard for longest.
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

// ended is 1 for a workflow that is over.
func ended(e *entry) int {
	if e.summary.State.Ended() {
		return 1
	}
	return 0
}

// settle works out how those stand that have changed.
func (x *Index) settle() {
	for _, e := range x.stale {
		x.build(e)
		e.stale = false
	}
	x.stale = x.stale[:0]
}

// Len is how many workflows are known.
func (x *Index) Len() int { return len(x.order) }

// Dropped is how many workflows were let go, because there were too many, and how many events of workflows whose IDs are too long.
func (x *Index) Dropped() int64 { return x.dropped }

// All are the workflows, in no order that means anything. What it yields is the index's own and good until the next [Index.Add].
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

// Find is the workflow of that ID, nil for none; see [Index.All].
func (x *Index) Find(id string) *Summary {
	e := x.byID[id]
	if e == nil {
		return nil
	}
	x.settle()
	return &e.summary
}

// Course is the course of the workflow of that ID as far as its events are kept, without what their payloads say; nil for none. It is
// the caller's own: [Workflow.Add] completes the events.
func (x *Index) Course(id string) *Workflow {
	e := x.byID[id]
	if e == nil {
		return nil
	}
	w := New(e.summary.ID, x.scratch.profiles)
	w.events, w.passing, w.truncated = x.expand(nil, e.marks), e.passing, e.truncated
	return w
}
