package workflow

import (
	"time"

	"streamdesk/model"
)

// StageState is the state of a stage, of one of its attempts, or of the workflow as a whole.
type StageState uint8

// The states of a stage.
const (
	// StageWaiting: it hasn't begun.
	StageWaiting StageState = iota
	// StageNoted: it has events, but none that begins or ends anything.
	StageNoted
	// StageRunning: it has begun and not ended.
	StageRunning
	// StageUnseen: a later stage has begun, but this one has no known events. It was skipped, or its events are gone or
	// not read yet.
	StageUnseen
	// StageCompleted: it ended successfully.
	StageCompleted
	// StageFailed: it ended with a failure.
	StageFailed
	// StageCancelled: somebody cancelled it.
	StageCancelled
	// StageUnfinished: its end was never seen and won't come, because another attempt has begun or the workflow is
	// over.
	StageUnfinished
)

// String returns the state in a word.
func (s StageState) String() string {
	switch s {
	case StageNoted:
		return "noted"
	case StageRunning:
		return "running"
	case StageUnseen:
		return "not seen"
	case StageCompleted:
		return "completed"
	case StageFailed:
		return "failed"
	case StageCancelled:
		return "cancelled"
	case StageUnfinished:
		return "unfinished"
	default:
		return "not begun"
	}
}

// Ended reports whether no more events are expected.
func (s StageState) Ended() bool { return s >= StageCompleted }

// Stage is one family's part in a workflow.
type Stage struct {
	// Family names it.
	Family string
	// State is the state of a running attempt, or else of the last attempt.
	State StageState
	// Attempts are in the order in which they began.
	Attempts []Attempt
	// Marks are the indexes, in the workflow's events, of those that belong to no attempt.
	Marks []int

	over int // number of leading attempts known to be over
}

// Attempt is one try of a stage, from its beginning to its end.
type Attempt struct {
	// State is running until an event, or the course of the workflow, ends it.
	State StageState
	// Start and End are entry times; End is zero while it runs. Without StartSeen, no event marks the start and Start
	// is the time of the first event. Without EndSeen, End is the time by which it was over.
	Start, End         time.Time
	StartSeen, EndSeen bool
	// Reason is why it failed or was cancelled, in a few words; empty when unknown.
	Reason string
	// Events are the indexes of its events in the workflow's, in order.
	Events []int

	begun bool // whether it was started rather than only created
}

// Duration returns how long the attempt took, or has taken until now while it runs. It returns false when the event
// that began or ended it is missing.
func (a *Attempt) Duration(now time.Time) (time.Duration, bool) {
	if !a.StartSeen {
		return 0, false
	}
	if a.State == StageRunning {
		return max(now.Sub(a.Start), 0), true
	}
	return a.End.Sub(a.Start), a.EndSeen
}

// Start returns when its first attempt began; zero when it has none.
func (s *Stage) Start() time.Time {
	if len(s.Attempts) == 0 {
		return time.Time{}
	}
	return s.Attempts[0].Start
}

// End returns when its last attempt ended; zero when it runs or has none.
func (s *Stage) End() time.Time {
	var end time.Time
	for i := range s.Attempts {
		switch a := &s.Attempts[i]; {
		case a.State == StageRunning:
			return time.Time{}
		case a.End.After(end):
			end = a.End
		}
	}
	return end
}

// Duration returns the time from its first attempt's start to its last one's end, or to now while it runs; false when
// that isn't known.
func (s *Stage) Duration(now time.Time) (time.Duration, bool) {
	if len(s.Attempts) == 0 || !s.Attempts[0].StartSeen {
		return 0, false
	}
	if s.State == StageRunning {
		return max(now.Sub(s.Start()), 0), true
	}
	return s.End().Sub(s.Start()), s.Attempts[len(s.Attempts)-1].EndSeen
}

// open returns the running attempt, to which an event of the stage belongs; nil when none runs. For a2a, where agents
// ask each other several things at once, it returns the one that has waited longest.
func (s *Stage) open() *Attempt {
	if s.Family != model.FamilyA2A { // a new attempt ends the one before
		s.over = max(s.over, len(s.Attempts)-1)
	}
	for ; s.over < len(s.Attempts); s.over++ {
		if s.Attempts[s.over].State == StageRunning {
			return &s.Attempts[s.over]
		}
	}
	return nil
}

// settle computes the stage's state from its attempts.
func (s *Stage) settle() {
	switch {
	case s.open() != nil:
		s.State = StageRunning
	case len(s.Attempts) > 0:
		s.State = s.Attempts[len(s.Attempts)-1].State
	case len(s.Marks) > 0:
		s.State = StageNoted
	}
}
