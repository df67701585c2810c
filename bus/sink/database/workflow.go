package database

import (
	"slices"
	"strings"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/model/workflow"
)

// workflow is what one batch tells of a workflow: a row of workflows, to be merged with the one in the database. Each
// mark is that of the greatest order, the first event's of the least, so that merging in any order and more than once
// comes to the same.
type course struct {
	id                                 string
	state, stage, failure, first, last mark
}

// mark is what one event says.
type mark struct {
	order  string // sorts as the events do; empty when there is none
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

// Prefixes of the order that put what says more behind what says less, whenever it happened.
const (
	orderWeak   = "0" // of a state: families that aren't HyperAgent's. Of a stage: progress, which its end may have overtaken
	orderFamily = "1" // a HyperAgent workflow that hasn't spoken itself runs. Of a stage: what begins or ends it
	orderOwn    = "2" // the workflow's own words
)

// workflowsOf works out what the messages tell of each workflow. The result is sorted by ID: everybody who updates the
// rows in that order waits for another, and never two for each other.
func workflowsOf(messages []bus.Message) []course {
	var list []course
	place := make(map[string]int)
	for i := range messages {
		m := &messages[i]
		id := m.Event.WorkflowID
		if id == "" {
			continue
		}
		at, ok := place[id]
		if !ok {
			at = len(list)
			place[id] = at
			list = append(list, course{id: id})
		}
		list[at].take(m)
	}
	slices.SortFunc(list, func(a, b course) int { return strings.Compare(a.id, b.id) })
	return list
}

// take adds one event.
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

// stateOf is the state that an event puts its stage into; noted when it says nothing of that.
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

// reasonOf is why the event ends something badly.
func reasonOf(e *workflow.Event) string {
	if e.Outcome() != model.OutcomeFailed {
		return ""
	}
	return e.Note
}

// original is the entry that the event stands for in the course of its workflow. One that was published again on the
// same stream says nothing new: it counts where it stood first, or a failure of yesterday would be today's state.
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
