package workflow

import (
	"slices"
	"time"

	"streamdesk/model"
)

// State returns the state of the workflow as a whole, as its own events say. Without any, a HyperAgent workflow is
// running. A workflow of unknown families runs while one of them runs, and then has the state of the last to end.
func (w *Workflow) State() StageState {
	w.build()
	if len(w.stages) == 0 {
		return StageWaiting
	}
	if w.stages[0].Family == model.FamilyWorkflow {
		return w.stages[0].State
	}
	state, end := StageNoted, time.Time{}
	for i := range w.stages {
		s := &w.stages[i]
		if s.State == StageRunning {
			return StageRunning
		}
		if s.State.Ended() && !s.End().Before(end) {
			state, end = s.State, s.End()
		}
	}
	return state
}

// Wait is one thing that a running workflow waits for.
type Wait struct {
	// Family is the stage.
	Family string
	// Begun is true when the stage has begun and not ended; otherwise it is the next one. Retry is true when it has
	// failed, so that it, or the stage that led to it, has to be tried again.
	Begun, Retry bool
	// Since is when it began, or the time of the last event.
	Since time.Time
}

// Waits returns what a running workflow waits for: the stages that have begun and not ended, or else the next stage.
// After the last stage, that is the workflow's own end. It returns none when the workflow isn't running.
func (w *Workflow) Waits() []Wait {
	if w.State() != StageRunning {
		return nil
	}
	var waits []Wait
	for i := range w.stages {
		s := &w.stages[i]
		if a := s.open(); a != nil && s.Family != model.FamilyWorkflow && s.Family != model.FamilyA2A {
			waits = append(waits, Wait{Family: s.Family, Begun: true, Since: a.Start})
		}
	}
	if len(waits) > 0 {
		return waits
	}
	if w.stages[0].Family != model.FamilyWorkflow { // the next stage is unknown there: an answer is open
		return []Wait{{Family: model.FamilyA2A, Begun: true, Since: w.Stage(model.FamilyA2A).open().Start}}
	}
	return []Wait{w.next()}
}

// next returns what should follow the stage of the pipeline that ended last.
func (w *Workflow) next() Wait {
	wait := Wait{Family: model.FamilyWorkflow, Since: w.End()}
	if len(w.pipeline) > 0 {
		wait.Family = w.pipeline[0]
	}
	var end time.Time
	for i := range w.stages {
		s := &w.stages[i]
		at := slices.Index(w.pipeline, s.Family)
		if at < 0 || !s.State.Ended() || s.End().Before(end) {
			continue
		}
		end = s.End()
		wait.Retry = s.State != StageCompleted
		switch {
		case wait.Retry:
			wait.Family = s.Family
		case at+1 < len(w.pipeline):
			wait.Family = w.pipeline[at+1]
		default:
			wait.Family = model.FamilyWorkflow
		}
	}
	return wait
}

// Cause returns the event that explains what went wrong: the first failure that no later attempt at its stage has
// mended. When all were mended, it is the first failure; without a failure, the cancellation. Its Note is the reason.
// It returns false when nothing went wrong.
func (w *Workflow) Cause() (Event, bool) {
	w.build()
	first, cancelled := -1, -1
	for i := range w.events {
		e := &w.events[i]
		switch {
		case e.Repeat:
		case e.Failed() && !w.mended(e):
			return *e, true
		case e.Failed() && first < 0:
			first = i
		case e.Cancelled() && cancelled < 0:
			cancelled = i
		}
	}
	switch {
	case first >= 0:
		return w.events[first], true
	case cancelled >= 0:
		return w.events[cancelled], true
	default:
		return Event{}, false
	}
}

// mended reports whether a later attempt at the stage of a failed event has ended successfully.
func (w *Workflow) mended(e *Event) bool {
	s := w.Stage(e.family)
	return slices.ContainsFunc(s.Attempts, func(a Attempt) bool {
		return a.State == StageCompleted && a.End.After(e.Time())
	})
}
