package workflow

import (
	"slices"
	"time"

	"streamdesk/model"
)

// Summary is how one workflow of an [Index] stands.
type Summary struct {
	// ID is the workflow's.
	ID string
	// State is that of the workflow as a whole, see [Workflow.State].
	State StageState
	// Start is when its first event was added; StartSeen says that it is one that begins the workflow.
	Start     time.Time
	StartSeen bool
	// Last is the newest event, LastType its type, and Agent who sent it.
	Last     model.Key
	LastType model.Type
	Agent    string
	// Events is how many were seen, Failures how many of those that are kept tell of a failure, and Agents how many have sent any of
	// them. Truncated says that there were more events than are kept.
	Events           int64
	Failures, Agents int
	Truncated        bool
	// Steps are its stages but for the workflow's own, in their order.
	Steps []Step
	// Wait is what a running workflow waits for, the first of several; its Family is empty where it isn't running.
	Wait Wait
	// Reason is what the newest failure says of itself; empty when nothing failed, or it doesn't say.
	Reason string
}

// Step is a stage of a [Summary].
type Step struct {
	Family string
	State  StageState
	// Attempts is how many there were.
	Attempts int
	// Start and End are those of the last attempt; End is zero while it runs. Timed says that both ends, or while it runs the
	// beginning, were seen.
	Start, End time.Time
	Timed      bool
}

// Took is how long the last attempt took, or has taken by now while it runs; false when that isn't known.
func (s *Step) Took(now time.Time) (time.Duration, bool) {
	switch {
	case !s.Timed:
		return 0, false
	case s.State == StageRunning:
		return max(now.Sub(s.Start), 0), true
	default:
		return s.End.Sub(s.Start), true
	}
}

// End is when the workflow's newest event was added.
func (s *Summary) End() time.Time { return s.Last.ID.Time() }

// Step is the stage of a family; nil when there is none.
func (s *Summary) Step(family string) *Step {
	for i := range s.Steps {
		if s.Steps[i].Family == family {
			return &s.Steps[i]
		}
	}
	return nil
}

// build works out how a workflow stands, by the same rules as a [Workflow]'s.
func (x *Index) build(e *entry) {
	w, s := &x.scratch, &e.summary
	w.events, w.built = x.expand(w.events[:0], e.marks), false
	last := &w.events[len(w.events)-1]
	s.State, s.Failures, s.Truncated = w.State(), w.Failures(), e.truncated
	s.Start, s.Events, s.Reason = e.first.Time(), e.events, e.blame.note
	s.Last, s.LastType, s.Agent = last.Key, last.Type, last.Agent
	s.Wait = Wait{}
	if waits := w.Waits(); len(waits) > 0 {
		s.Wait = waits[0]
	}
	s.Agents = x.agents(e.marks)
	x.usual.count(s.Steps, -1)
	s.StartSeen, s.Steps = false, s.Steps[:0]
	for i := range w.stages {
		st := &w.stages[i]
		if st.Family == model.FamilyWorkflow {
			s.StartSeen = len(st.Attempts) > 0 && st.Attempts[0].StartSeen
			continue
		}
		s.Steps = append(s.Steps, stepOf(st))
	}
	s.Steps = slices.Clip(s.Steps)
	x.usual.count(s.Steps, 1)
}

// stepOf is a stage by its last attempt; of several answers that are open, by the one that was asked for first.
func stepOf(st *Stage) Step {
	step := Step{Family: st.Family, State: st.State, Attempts: len(st.Attempts)}
	if len(st.Attempts) == 0 {
		return step
	}
	a := &st.Attempts[len(st.Attempts)-1]
	if open := st.open(); open != nil {
		a = open
	}
	step.Start, step.End = a.Start, a.End
	_, step.Timed = a.Duration(a.Start)
	return step
}

// agents is how many agents have sent events.
func (x *Index) agents(marks []mark) int {
	seen := x.seen[:0]
	for i := range marks {
		if n := marks[i].agent; x.names[n] != "" && !slices.Contains(seen, n) {
			seen = append(seen, n)
		}
	}
	x.seen = seen
	return len(seen)
}
