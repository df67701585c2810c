package database

import (
	"strings"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/model/jsontext"
	"streamdesk/model/workflow"
)

// course is what one batch says about a workflow: a row of workflows, to merge with the one in the database. Each mark is the
// one with the greatest order, except first, which has the least. So merging in any order and more than once gives the same
// result.
type course struct {
	id                                 string
	state, stage, failure, first, last mark
}

// mark is what one event says.
type mark struct {
	from   *bus.Message // nil when there is none
	weight byte
	place  workflow.Order
	what   string // a state, a stage or an event's type, as the column is
	state  string // the stage's
	failed bool   // the reason is why from failed

	// Set by write.
	order  string // sorts in the order of the events, by weight and place
	reason string
	at     time.Time
}

// Weights. Events that say more sort after those that say less, whenever they happened.
const (
	weightNone   = 0   // the place alone counts
	weightWeak   = '0' // for a state: families other than HyperAgent's; for a stage: progress, which its end may have overtaken
	weightFamily = '1' // for a state: a HyperAgent workflow with no event of its own runs; for a stage: what begins or ends it
	weightOwn    = '2' // an event of the workflow itself
)

// later keeps the later of two marks.
func (m *mark) later(n *mark) {
	if m.from == nil || n.weight > m.weight || n.weight == m.weight && n.place.Compare(&m.place) > 0 {
		*m = *n
	}
}

// take adds one event to the course.
func (w *course) take(m *bus.Message) {
	e := workflow.Bare(original(m), m.Event.Type)
	said := mark{from: m, place: e.Order(), what: string(e.Type)}
	w.last.later(&said)
	if w.first.from == nil || said.place.Compare(&w.first.place) < 0 {
		w.first = said
	}
	family := e.Type.Family()
	if state := stateOf(&e); w.takeState(said, &e, family, state) && family != model.FamilyA2A {
		w.takeStage(said, &e, family, state)
	}
}

// takeState takes what an event says about the workflow as a whole. It reports whether it may say something about a stage, too.
func (w *course) takeState(said mark, e *workflow.Event, family string, state workflow.StageState) bool {
	said.what = workflow.StageRunning.String()
	switch family {
	case model.FamilyWorkflow:
		said.weight = weightFamily
		if state != workflow.StageNoted {
			said.weight, said.what, said.failed = weightOwn, state.String(), e.Outcome() == model.OutcomeFailed
		}
	case model.FamilyGeneration, model.FamilyAudit, model.FamilyTesting, model.FamilyDeployment:
		said.weight = weightFamily
	default:
		said.weight, said.what, said.failed = weightWeak, state.String(), e.Outcome() == model.OutcomeFailed
	}
	w.state.later(&said)
	return family != model.FamilyWorkflow
}

// takeStage takes what an event says about its stage.
func (w *course) takeStage(said mark, e *workflow.Event, family string, state workflow.StageState) {
	if e.Failed() {
		failure := said
		failure.failed = true
		w.failure.later(&failure)
	}
	said.what = family
	switch {
	case state != workflow.StageNoted:
		said.weight, said.state = weightFamily, state.String()
		w.stage.later(&said)
	case e.Outcome() == model.OutcomeGoing && !e.Retried():
		said.weight, said.state = weightWeak, workflow.StageRunning.String()
		w.stage.later(&said)
	}
}

// write writes what the columns hold. The orders are views of text, to which they are appended.
func (w *course) write(text []byte) []byte {
	for _, m := range [...]*mark{&w.state, &w.stage, &w.failure, &w.first, &w.last} {
		if m.from == nil {
			continue
		}
		start := len(text)
		if m.weight != weightNone {
			text = append(text, m.weight)
		}
		text = m.place.Append(text)
		m.order, m.at = jsontext.View(text[start:]), momentOf(m.place.Key.ID.Ms)
		if m.failed {
			m.reason = workflow.Reason(&m.from.Record)
		}
	}
	return text
}

// stateOf returns the state that an event puts its stage into; noted when the event doesn't change it.
func stateOf(e *workflow.Event) workflow.StageState {
	switch outcome := e.Outcome(); {
	case outcome == model.OutcomeBegun, e.Creates(), e.Retried() && e.Type.Family() == model.FamilyWorkflow:
		return workflow.StageRunning
	case outcome == model.OutcomeDone:
		return workflow.StageCompleted
	case e.Cancelled():
		return workflow.StageCancelled
	case outcome == model.OutcomeFailed:
		return workflow.StageFailed
	default:
		return workflow.StageNoted
	}
}

// original returns the entry that the event stands for in the course of its workflow. An event that was republished on the
// same stream says nothing new. It counts at its first position; otherwise yesterday's failure would be today's state.
func original(m *bus.Message) model.Key {
	origin, ok := m.Field(model.FieldOrigin)
	if !ok {
		return m.Key()
	}
	at := strings.LastIndexByte(origin, '/')
	if at < 0 || origin[:at] != m.Stream {
		return m.Key()
	}
	id, err := model.ParsePosition(origin[at+1:])
	if err != nil || id.IsZero() || id.Compare(m.ID) > 0 {
		return m.Key()
	}
	return model.Key{Stream: m.Stream, ID: id}
}
