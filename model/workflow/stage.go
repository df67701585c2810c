package workflow

import (
	"time"

	"streamdesk/model"
)

// StageState is how a stage, one of its attempts, or the workflow as a whole stands.
type StageState uint8

// The states of a stage.
const (
	// StageWaiting: it hasn't begun.
	StageWaiting StageState = iota
	// StageNoted: there are events of it, and none of them begins or ends anything.
	StageNoted
	// StageRunning: it has begun and not ended.
	StageRunning
	// StageUnseen: a stage that comes after it has begun, and no event of it is known. It was left out, or its events are
	// gone or not read yet.
	StageUnseen
	// StageCompleted: it ended well.
	StageCompleted
	// StageFailed: it ended badly.
	StageFailed
	// StageCancelled: somebody ended it.
	StageCancelled
	// StageUnfinished: its end was never seen, and won't come: another attempt has begun, or the workflow is over.
	StageUnfinished
)

// String is the state in a word.
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

// Ended says whether nothing more is to be expected.
func (s StageState) Ended() bool { return s >= StageCompleted }

// Stage is one family's part in a workflow.
type Stage struct {
	// Family names it.
	Family string
	// State is that of a running attempt, or else of the last one.
	State StageState
	// Attempts are in the order they began in.
	Attempts []Attempt
	// Marks are the places, among the workflow's events, of those that belong to no attempt.
	Marks []int

	over int // how many of the first attempts are known to be over
}

// Attempt is one go at a stage, from its beginning to its end.
type Attempt struct {
	// State is running until an event, or the course of the workflow, ends it.
	State StageState
	// Start and End are times of entries; End is zero while it runs. Without StartSeen no event tells of the start, and
	// Start is the time of the first event there is; without EndSeen, End is the time by which it was over.
	Start, End         time.Time
	StartSeen, EndSeen bool
	// Reason is why it failed or was cancelled, in a few words; empty when nobody said.
	Reason string
	// Events are the places of its events among the workflow's, in order.
	Events []int

	begun bool // whether somebody has started on it, as opposed to its only having been created
}

// Duration is how long the attempt took, or has taken by now while it runs; false when that isn't known, as the
// event that began it or the one that ended it is missing.
func (a *Attempt) Duration(now time.Time) (time.Duration, bool) {
	if !a.StartSeen {
		return 0, false
	}
	if a.State == StageRunning {
		return max(now.Sub(a.Start), 0), true
	}
	return a.End.Sub(a.Start), a.EndSeen
}

// Start is when its first attempt began; zero when it has none.
func (s *Stage) Start() time.Time {
	if len(s.Attempts) == 0 {
		return time.Time{}
	}
	return s.Attempts[0].Start
}

// End is when its last attempt ended; zero when it runs or has none.
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

// Duration is from its first attempt's beginning to its last one's end, or to now while it runs; false when that isn't
// known.
func (s *Stage) Duration(now time.Time) (time.Duration, bool) {
	if len(s.Attempts) == 0 || !s.Attempts[0].StartSeen {
		return 0, false
	}
	if s.State == StageRunning {
		return max(now.Sub(s.Start()), 0), true
	}
	return s.End().Sub(s.Start()), s.Attempts[len(s.Attempts)-1].EndSeen
}

// open is the attempt that an event of the stage belongs to: the one that runs; nil when none does. Agents ask each
// other several things at once, so there it is the one that has waited longest.
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

// settle works out the stage's state from its attempts.
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
