package workflow

import (
	"slices"
	"strings"
	"time"

	"streamdesk/model"
)

const (
	// answersWorkflows is the number of workflows with open requests at which the older half is dropped.
	answersWorkflows = 2000
	// answersOpen is the max number of open requests kept per workflow.
	answersOpen = 64
	// answersTopics is the max number of topics kept apart: a producer that invents a new one each time can't exhaust
	// the memory.
	answersTopics = 1000
)

// Answers measures how long requests between agents take to be answered, by topic. The time to add one event doesn't
// grow with the number of events added before. It isn't safe for concurrent use.
type Answers struct {
	open, older map[string]questions // by workflow
	took        map[string]*lengths  // by topic
}

// NewAnswers returns a new, empty Answers.
func NewAnswers() *Answers {
	return &Answers{open: map[string]questions{}, took: map[string]*lengths{}}
}

// Add adds a record. It ignores all but requests and answers.
func (a *Answers) Add(r *model.Record) {
	if r.Event.Type.Family() != model.FamilyA2A {
		return
	}
	k := kindOf(r.Event.Type)
	t := talkOf(r, &k)
	switch t.Kind {
	case Asked:
		a.ask(r, t)
	case Answered:
		a.answer(r, t)
	default:
	}
}

// Recall adds records of the past, in any order. Requests that are open at their end are discarded, so that no later
// answer is matched with them.
func (a *Answers) Recall(records []*model.Record) {
	past := &Answers{open: map[string]questions{}, took: a.took}
	slices.SortFunc(records, func(r, s *model.Record) int { return r.ID.Compare(s.ID) })
	for _, r := range records {
		past.Add(r)
	}
}

// ask stores a request until it is answered.
func (a *Answers) ask(r *model.Record, t *Talk) {
	id := r.Event.WorkflowID
	open, known := a.open[id]
	switch {
	case len(id) > idMost:
		return
	case t.eventID != "" && slices.ContainsFunc(open, func(q question) bool { return q.eventID == t.eventID }):
		return // published again
	case !known && len(a.open) >= answersWorkflows:
		a.open, a.older = map[string]questions{}, a.open
	}
	if !known {
		open = a.older[id]
		delete(a.older, id)
		id = strings.Clone(id) // a substring would keep the record's payload alive
	}
	if len(open) >= answersOpen {
		open = slices.Delete(open, 0, 1)
	}
	a.open[id] = append(open, question{Talk: t, since: r.ID})
}

// answer records how long the request that r answers has waited.
func (a *Answers) answer(r *model.Record, t *Talk) {
	id := r.Event.WorkflowID
	in, open := a.open, a.open[id]
	if len(open) == 0 {
		in, open = a.older, a.older[id]
	}
	q, _, ok := open.answered(t)
	if !ok {
		return
	}
	if in[id] = open; len(open) == 0 {
		delete(in, id)
	}
	took := a.took[q.Topic()]
	if took == nil {
		if len(a.took) >= answersTopics {
			return
		}
		took = &lengths{}
		a.took[q.Topic()] = took
	}
	took.count(r.ID.Time().Sub(q.since.Time()), 1)
}

// Usual returns the time within which half of the requests of a topic were answered, the time for 99 of 100, and the
// number of answers known. The times are rounded up by max 3 %.
func (a *Answers) Usual(topic string) (half, most time.Duration, known int) {
	l := a.took[topic]
	if l == nil {
		return 0, 0, 0
	}
	const median, nearlyAll = 50, 99
	return l.within(median), l.within(nearlyAll), l.total
}
