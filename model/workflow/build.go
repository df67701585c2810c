package workflow

import (
	"cmp"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/sorting"
)

// Profile says which stages the workflows of some streams go through.
type Profile struct {
	// Streams is a glob of stream keys: the profile applies to a workflow that has an event on one of them. Empty means
	// all.
	Streams string
	// Stages are the families of the stages, in order.
	Stages []string
}

// HyperAgent returns a new list with the one profile of HyperAgent's workflows.
func HyperAgent() []Profile {
	return []Profile{{Stages: []string{model.FamilyGeneration, model.FamilyAudit, model.FamilyTesting, model.FamilyDeployment}}}
}

// choose returns the pipeline of the first profile that applies to one of the events; nil when none does.
func (w *Workflow) choose() pipeline {
	for i := range w.profiles {
		streams := w.profiles[i].Streams
		if streams == "" || slices.ContainsFunc(w.events, func(e Event) bool { return model.MatchGlob(streams, e.Key.Stream) }) {
			return w.profiles[i].Stages
		}
	}
	return nil
}

// pipeline is the families of the stages that a workflow goes through, in order.
type pipeline []string

// rank returns a family's place among the stages. Unknown families share the last place.
func (p pipeline) rank(family string) int {
	if family == model.FamilyWorkflow {
		return 0
	}
	if i := slices.Index(p, family); i >= 0 {
		return 1 + i
	}
	if family == model.FamilyA2A {
		return 1 + len(p)
	}
	return 2 + len(p)
}

// build computes the stages from all events, first to last. Rebuilding after each change costs little, and late or
// misordered events need no special handling.
func (w *Workflow) build() {
	if w.built {
		return
	}
	w.built, w.failed = true, 0
	w.pipeline = w.choose()
	c := &w.course
	c.reset(w)
	c.findRepeats()
	for i := range c.events {
		c.take(i)
		if c.events[i].Failed() && !c.events[i].Repeat {
			w.failed++
		}
	}
	c.surround()
	w.stages = c.finish()
}

// course builds a workflow's stages. It reuses the memory of earlier builds.
type course struct {
	pipeline pipeline
	events   []Event
	stages   []Stage
	place    map[string]int // index of a family in stages
	seen     map[identity]struct{}
}

// reset prepares it for the events of a workflow.
func (c *course) reset(w *Workflow) {
	if c.seen == nil {
		c.place, c.seen = map[string]int{}, map[identity]struct{}{}
	}
	clear(c.place)
	clear(c.seen)
	c.pipeline, c.events, c.stages = w.pipeline, w.events, w.stages[:0]
}

// identity is equal for two entries that hold the same event, published again.
type identity struct {
	id   uint64
	kind model.Type
}

// findRepeats marks the events that repeat an earlier entry.
func (c *course) findRepeats() {
	for i := range c.events {
		e := &c.events[i]
		e.Repeat = false
		if e.identity == 0 {
			continue
		}
		id := identity{e.identity, e.Type}
		_, e.Repeat = c.seen[id]
		c.seen[id] = struct{}{}
	}
}

// stage returns the stage of a family and creates it if needed. The pointer is valid until the next stage is created.
func (c *course) stage(family string) *Stage {
	at, ok := c.place[family]
	if !ok {
		at = len(c.stages)
		c.place[family] = at
		if at < cap(c.stages) {
			c.stages = c.stages[:at+1]
		} else {
			c.stages = append(c.stages, Stage{})
		}
		s := &c.stages[at]
		*s = Stage{Family: family, Attempts: s.Attempts[:0], Marks: s.Marks[:0]}
	}
	return &c.stages[at]
}

// take adds the i-th event to its stage.
func (c *course) take(i int) {
	e := &c.events[i]
	s := c.stage(e.family)
	open := s.open()
	switch outcome := e.outcome; {
	case e.Repeat:
		s.note(i, open)
	case outcome == model.OutcomeBegun:
		c.begin(s, i, open)
	case outcome == model.OutcomeDone, outcome == model.OutcomeFailed:
		c.end(s, i, open)
	case open != nil:
		s.note(i, open)
	case e.Creates():
		s.add(i, e.Time(), true)
	case e.Retried() && s.Family == model.FamilyWorkflow:
		s.add(i, e.Time(), len(s.Attempts) > 0).begun = true // it goes on after all
	case e.Retried() || outcome == model.OutcomeNone:
		s.Marks = append(s.Marks, i)
	case len(s.Attempts) > 0:
		s.note(i, &s.Attempts[len(s.Attempts)-1]) // progress that arrived after the end
	default:
		s.add(i, e.Time(), false) // progress of something whose start we haven't seen
	}
}

// add appends a new attempt that begins with the i-th event.
func (s *Stage) add(i int, start time.Time, seen bool) *Attempt {
	at := len(s.Attempts)
	if at < cap(s.Attempts) {
		s.Attempts = s.Attempts[:at+1]
	} else {
		s.Attempts = append(s.Attempts, Attempt{})
	}
	a := &s.Attempts[at]
	*a = Attempt{State: StageRunning, Start: start, StartSeen: seen, Events: append(a.Events[:0], i)}
	return a
}

// note adds an event that changes nothing to an attempt, or to the stage when there is no attempt.
func (s *Stage) note(i int, a *Attempt) {
	if a == nil || s.Family == model.FamilyA2A {
		s.Marks = append(s.Marks, i)
		return
	}
	a.Events = append(a.Events, i)
}

// begin adds an event that starts an attempt.
func (c *course) begin(s *Stage, i int, open *Attempt) {
	at := c.events[i].Time()
	switch {
	case open == nil || s.Family == model.FamilyA2A:
	case !open.begun: // it was created before, or its first progress arrived earlier
		open.begun, open.StartSeen = true, true
		open.Events = append(open.Events, i)
		return
	default:
		open.State, open.End = StageUnfinished, at
	}
	s.add(i, at, true).begun = true
}

// end adds an event that ends an attempt. An end without a known start is an attempt of its own.
func (c *course) end(s *Stage, i int, open *Attempt) {
	e := &c.events[i]
	if open == nil {
		open = s.add(i, e.Time(), false)
	} else {
		open.Events = append(open.Events, i)
	}
	open.End, open.EndSeen = e.Time(), true
	switch {
	case e.Cancelled():
		open.State, open.Reason = StageCancelled, e.Note
	case e.Failed():
		open.State, open.Reason = StageFailed, e.Note
	default:
		open.State = StageCompleted
	}
}

// surround fits the workflow's own stage around the others. It starts with the first event, and its end also ends the
// stages still running.
func (c *course) surround() {
	if len(c.events) == 0 || !c.known() {
		return
	}
	w := c.stage(model.FamilyWorkflow)
	if len(w.Attempts) == 0 {
		w.Attempts = []Attempt{{State: StageRunning}}
	}
	first := &w.Attempts[0]
	if !first.StartSeen {
		first.Start = c.events[0].Time()
	}
	last := &w.Attempts[len(w.Attempts)-1]
	if last.State == StageRunning {
		return
	}
	for i := range c.stages {
		for j := range c.stages[i].Attempts {
			a := &c.stages[i].Attempts[j]
			if a.State != StageRunning || c.events[a.Events[len(a.Events)-1]].Time().After(last.End) {
				continue
			}
			a.State, a.End = StageUnfinished, last.End
			if last.State == StageCancelled {
				a.State, a.Reason = StageCancelled, last.Reason
			}
		}
	}
}

// known reports whether the workflow goes through the pipeline: whether a stage of the pipeline, or the workflow's own,
// has been seen.
func (c *course) known() bool {
	return slices.ContainsFunc(c.stages, func(s Stage) bool { return c.pipeline.rank(s.Family) <= len(c.pipeline) })
}

// finish adds the stages that haven't begun, and returns all in order.
func (c *course) finish() []Stage {
	if c.known() {
		for _, family := range c.pipeline {
			c.stage(family)
		}
	}
	for i := range c.stages {
		c.stages[i].settle()
	}
	sorting.By(c.stages, func(s, t *Stage) int { return cmp.Compare(c.pipeline.rank(s.Family), c.pipeline.rank(t.Family)) })
	later := false // whether a stage of the pipeline after this one has begun
	for i := min(len(c.stages), 1+len(c.pipeline)) - 1; i > 0 && c.known(); i-- {
		s := &c.stages[i]
		if later && s.State == StageWaiting {
			s.State = StageUnseen
		}
		later = later || len(s.Attempts) > 0
	}
	return c.stages
}
