package workflow

import (
	"slices"
	"time"

	"streamdesk/model"
)

// Comparison is the result of comparing two workflows.
type Comparison struct {
	Left, Right *Workflow
	// Stages are the stages of both: the left one's in their order, then those that only the right one has.
	Stages []StagePair
	// Same is the number of leading events whose types are equal in both. Progress and talk aren't compared.
	Same int
	// Parts is true when they differ after that. LeftNext and RightNext are then the events that differ; nil where one
	// has no more.
	Parts               bool
	LeftNext, RightNext *Event
}

// StagePair is the same stage in both workflows; nil where one doesn't have it.
type StagePair struct {
	Family      string
	Left, Right *Stage
}

// Compare compares two workflows. The result is valid until an event is added to either.
func Compare(left, right *Workflow) Comparison {
	c := Comparison{Left: left, Right: right}
	for i := range left.Stages() {
		s := &left.stages[i]
		c.Stages = append(c.Stages, StagePair{Family: s.Family, Left: s, Right: right.Stage(s.Family)})
	}
	for i := range right.Stages() {
		if s := &right.stages[i]; left.Stage(s.Family) == nil {
			c.Stages = append(c.Stages, StagePair{Family: s.Family, Right: s})
		}
	}
	l, r := left.turns(), right.turns()
	for c.Same < min(len(l), len(r)) && l[c.Same].Type == r[c.Same].Type {
		c.Same++
	}
	if c.Parts = c.Same < max(len(l), len(r)); c.Parts {
		c.LeftNext, c.RightNext = at(l, c.Same), at(r, c.Same)
	}
	return c
}

// turns returns the events that determine the course, each once.
func (w *Workflow) turns() []Event {
	return slices.DeleteFunc(slices.Clone(w.Events()), func(e Event) bool { return e.Repeat || !e.lasting() })
}

func at(events []Event, i int) *Event {
	if i >= len(events) {
		return nil
	}
	return &events[i]
}

// Longer returns how much longer the left stage has taken than the right one, up to now if it runs; false unless both
// are known.
func (p *StagePair) Longer(now time.Time) (time.Duration, bool) {
	if p.Left == nil || p.Right == nil {
		return 0, false
	}
	left, known := p.Left.Duration(now)
	right, alsoKnown := p.Right.Duration(now)
	return left - right, known && alsoKnown
}

// Retried returns the stages that were tried more than once, in their order. What agents ask each other isn't such a stage.
func (w *Workflow) Retried() (retried []*Stage) {
	for i := range w.Stages() {
		if s := &w.stages[i]; len(s.Attempts) > 1 && s.Family != model.FamilyA2A {
			retried = append(retried, s)
		}
	}
	return retried
}
