package workflow

import (
	"cmp"
	"slices"
	"time"

	"streamdesk/model"
)

// Profile says which stages the workflows of some streams go through.
type Profile struct {
	// Streams is a glob of stream keys: a workflow that has an event on one of them is of this profile. Empty means all.
	Streams string
	// Stages are the families of the stages, in order.
	Stages []string
}

// HyperAgent is the profile of workflows of HyperAgent, alone in a fresh list.
func HyperAgent() []Profile {
	return []Profile{{Stages: []string{model.FamilyGeneration, model.FamilyAudit, model.FamilyTesting, model.FamilyDeployment}}}
}

// choose is the pipeline of the first profile that one of the events is of; none where there is no such profile.
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

// rank is a family's place among the stages; families that aren't known share the last.
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

// build works the stages out of the events, from the first to the last. Doing it anew for each change costs little,
// and what comes late or in the wrong order needs no special care.
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

// course is a workflow's stages while they are put together. What it was put together in before is used again.
type course struct {
	pipeline pipeline
	events   []Event
	stages   []Stage
	place    map[string]int // of a family among stages
	seen     map[identity]struct{}
}

// reset makes it ready for the events of a workflow.
func (c *course) reset(w *Workflow) {
	if c.seen == nil {
		c.place, c.seen = map[string]int{}, map[identity]struct{}{}
	}
	clear(c.place)
	clear(c.seen)
	c.pipeline, c.events, c.stages = w.pipeline, w.events, w.stages[:0]
}

// identity is what events have in common that are one and the same, published again.
type identity struct {
	id   uint64
	kind model.Type
}

// findRepeats marks the events that an earlier entry holds already.
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

// stage is the stage of a family, made when it is met first. It is good until the next one is made.
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

// take puts the i-th event into its stage.
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
		s.note(i, &s.Attempts[len(s.Attempts)-1]) // progress that was overtaken by the end
	default:
		s.add(i, e.Time(), false) // progress of something whose start we haven't seen
	}
}

// add makes a new attempt that begins with the i-th event.
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

// note gives an event that changes nothing to an attempt, or to the stage when there is none.
func (s *Stage) note(i int, a *Attempt) {
	if a == nil || s.Family == model.FamilyA2A {
		s.Marks = append(s.Marks, i)
		return
	}
	a.Events = append(a.Events, i)
}

// begin takes an event that starts an attempt.
func (c *course) begin(s *Stage, i int, open *Attempt) {
	at := c.events[i].Time()
	switch {
	case open == nil || s.Family == model.FamilyA2A:
	case !open.begun: // it was created before, or its first progress overtook it
		open.begun, open.StartSeen = true, true
		open.Events = append(open.Events, i)
		return
	default:
		open.State, open.End = StageUnfinished, at
	}
	s.add(i, at, true).begun = true
}

// end takes an event that ends an attempt. One whose start we haven't seen is an attempt of its own.
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

// surround fits the stage of the workflow itself around the others: it starts with the first event there is, and
// when it is over, so is what was left running.
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

// known says whether it goes through the pipeline: whether one of its stages, or the workflow's own, has been seen.
func (c *course) known() bool {
	return slices.ContainsFunc(c.stages, func(s Stage) bool { return c.pipeline.rank(s.Family) <= len(c.pipeline) })
}

// finish adds the stages that are to come, and puts all in order.
func (c *course) finish() []Stage {
	if c.known() {
		for _, family := range c.pipeline {
			c.stage(family)
		}
	}
	for i := range c.stages {
		c.stages[i].settle()
	}
	slices.SortStableFunc(c.stages, func(s, t Stage) int { return cmp.Compare(c.pipeline.rank(s.Family), c.pipeline.rank(t.Family)) })
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
