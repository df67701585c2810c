package workflow

import (
	"slices"
	"time"
)

// Comparison is two workflows held against each other.
type Comparison struct {
	Left, Right *Workflow
	// Stages are the stages that either has, in the order of the left one's, those that the right one has alone behind.
	Stages []StagePair
	// Same is with how many events of the same types both begin. Of what only tells of progress, and of talk, nothing is compared.
	Same int
	// Parts says that they part there; then LeftNext and RightNext are the events that differ, nil where one has no more.
	Parts               bool
	LeftNext, RightNext *Event
}

// StagePair is a stage as both have it; nil where one has none.
type StagePair struct {
	Family      string
	Left, Right *Stage
}

// Compare compares two workflows. What it returns is good until an event is added to either.
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

// turns are the events that the course hangs on, each once.
func (w *Workflow) turns() []Event {
	return slices.DeleteFunc(slices.Clone(w.Events()), func(e Event) bool { return e.Repeat || !e.lasting() })
}

func at(events []Event, i int) *Event {
	if i >= len(events) {
		return nil
	}
	return &events[i]
}

// Longer is how much longer the left one's stage has taken than the right one's, by now where it runs; false when that isn't known of
// both.
func (p *StagePair) Longer(now time.Time) (time.Duration, bool) {
	if p.Left == nil || p.Right == nil {
		return 0, false
	}
	left, known := p.Left.Duration(now)
	right, alsoKnown := p.Right.Duration(now)
	return left - right, known && alsoKnown
}
