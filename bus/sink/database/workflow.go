package database

import (
	"maps"
	"slices"
	"strings"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
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
	order  string // sorts in the order of the events; empty when there is none
	what   string // a state, a stage or an event's type, as the column is
	state  string // the stage's
	reason string
	at     time.Time
}

// later keeps the later of two marks.
func (m *mark) later(n mark) {
	if n.order > m.order {
		*m = n
	}
}

// Prefixes of the order. Events that say more sort after those that say less, whenever they happened.
const (
	orderWeak   = "0" // for a state: families other than HyperAgent's; for a stage: progress, which its end may have overtaken
	orderFamily = "1" // for a state: a HyperAgent workflow with no event of its own runs; for a stage: what begins or ends it
	orderOwn    = "2" // an event of the workflow itself
)

// workflowsOf computes what the messages say about each workflow. The result is sorted by ID: processes that update the rows
// in that order may wait for each other, but never deadlock.
func workflowsOf(messages []bus.Message) []course {
	place := make(map[string]int)
	for i := range messages {
		if id := messages[i].Event.WorkflowID; id != "" {
			place[id] = 0
		}
	}
	list := make([]course, len(place)) // made whole and in order: a course is too large to be moved about
	for at, id := range slices.Sorted(maps.Keys(place)) {
		list[at].id, place[id] = id, at
	}
	for i := range messages {
		if m := &messages[i]; m.Event.WorkflowID != "" {
			list[place[m.Event.WorkflowID]].take(m)
		}
	}
	return list
}

// take adds one event to the course.
func (w *course) take(m *bus.Message) {
	e := workflow.NewEvent(&m.Record)
	e.Key = original(m)
	at, order, kind := momentOf(e.Key.ID.Ms), e.Order(), string(e.Type)
	w.last.later(mark{order: order, what: kind, at: at})
	if w.first.order == "" || order < w.first.order {
		w.first = mark{order: order, what: kind, at: at}
	}

	family := e.Type.Family()
	state := stateOf(&e)
	switch family {
	case model.FamilyWorkflow:
		if state != workflow.StageNoted {
			w.state.later(mark{order: orderOwn + order, what: state.String(), reason: reasonOf(&e), at: at})
			return
		}
		w.state.later(mark{order: orderFamily + order, what: workflow.StageRunning.String(), at: at})
		return
	case model.FamilyGeneration, model.FamilyAudit, model.FamilyTesting, model.FamilyDeployment:
		w.state.later(mark{order: orderFamily + order, what: workflow.StageRunning.String(), at: at})
	default:
		w.state.later(mark{order: orderWeak + order, what: state.String(), reason: reasonOf(&e), at: at})
	}
	if family == model.FamilyA2A {
		return
	}
	if e.Failed() {
		w.failure.later(mark{order: order, what: kind, reason: e.Note, at: at})
	}
	switch {
	case state != workflow.StageNoted:
		w.stage.later(mark{order: orderFamily + order, what: family, state: state.String(), at: at})
	case e.Outcome() == model.OutcomeGoing && !e.Retried():
		w.stage.later(mark{order: orderWeak + order, what: family, state: workflow.StageRunning.String(), at: at})
	}
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

// reasonOf returns why the event failed.
func reasonOf(e *workflow.Event) string {
	if e.Outcome() != model.OutcomeFailed {
		return ""
	}
	return e.Note
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
