package workflow

import (
	"slices"
	"time"

	"streamdesk/model"
)

// Summary is the state of one workflow of an [Index].
type Summary struct {
	// ID is the workflow's ID.
	ID string
	// State is the state of the workflow as a whole; see [Workflow.State].
	State StageState
	// Start is when its first event was added. StartSeen is true when that event begins the workflow.
	Start     time.Time
	StartSeen bool
	// Last is the newest event, LastType its type, and Agent its sender.
	Last     model.Key
	LastType model.Type
	Agent    string
	// Events is the number of events seen. Failures is the number of failures among the kept events, Agents the number
	// of their senders. Truncated is true when there were more events than are kept.
	Events           int64
	Failures, Agents int
	Truncated        bool
	// Steps are its stages in order, without the workflow's own.
	Steps []Step
	// Wait is the first thing that a running workflow waits for. Its Family is empty when the workflow isn't running.
	Wait Wait
	// Reason is the reason of the newest failure; empty when nothing failed or no reason was given.
	Reason string
	// Trace is the ID of the trace that all its events are in; empty when there is no such trace.
	Trace string
}

// Step is a stage of a [Summary].
type Step struct {
	Family string
	State  StageState
	// Attempts is the number of attempts.
	Attempts int
	// Start and End are those of the last attempt; End is zero while it runs. Timed is true when its start, and its end
	// unless it runs, were seen.
	Start, End time.Time
	Timed      bool
}

// Took returns how long the last attempt took, or has taken until now while it runs; false when that isn't known.
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

// End returns when the workflow's newest event was added.
func (s *Summary) End() time.Time { return s.Last.ID.Time() }

// Step returns the stage of a family; nil when there is none.
func (s *Summary) Step(family string) *Step {
	for i := range s.Steps {
		if s.Steps[i].Family == family {
			return &s.Steps[i]
		}
	}
	return nil
}

// build computes the state of a workflow by the same rules as a [Workflow].
func (x *Index) build(e *entry) {
	w, s := &x.scratch, &e.summary
	w.events, w.built = x.expand(w.events[:0], e.marks), false
	last := &w.events[len(w.events)-1]
	s.State, s.Failures, s.Truncated = w.State(), w.Failures(), e.truncated
	s.Start, s.Events, s.Reason, s.Trace = e.first.Time(), e.events, e.blame.note, e.trace.id
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

// stepOf returns the step for a stage's last attempt. When several answers are open, it uses the request that was asked
// first.
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

// agents returns the number of agents that have sent events.
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
