package workflow

import (
	"slices"
	"strings"
	"time"

	"streamdesk/model"
)

const (
	// answersWorkflows is how many workflows with something open are kept before the older half of them is let go.
	answersWorkflows = 2000
	// answersOpen is how many open requests are kept of each.
	answersOpen = 64
	// answersTopics is how many topics are told apart: whoever invents a new one each time gets no memory out of it.
	answersTopics = 1000
)

// Answers is how long requests between agents take to be answered, by their topics, of all that was heard. It takes in one event in
// a time that doesn't grow with how many were heard before. It isn't safe for concurrent use.
type Answers struct {
	open, older map[string]questions // by workflow
	took        map[string]*lengths  // by topic
}

// NewAnswers makes one that has heard nothing.
func NewAnswers() *Answers {
	return &Answers{open: map[string]questions{}, took: map[string]*lengths{}}
}

// Add takes in a record; of any but requests and answers nothing.
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

// Recall takes in records of the past, which may come in any order: what is open among them stays with them, so that no answer of later
// is taken for one to it.
func (a *Answers) Recall(records []*model.Record) {
	past := &Answers{open: map[string]questions{}, took: a.took}
	slices.SortFunc(records, func(r, s *model.Record) int { return r.ID.Compare(s.ID) })
	for _, r := range records {
		past.Add(r)
	}
}

// ask keeps a request until it is answered.
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
		id = strings.Clone(id) // the record's own would keep its payload alive
	}
	if len(open) >= answersOpen {
		open = slices.Delete(open, 0, 1)
	}
	a.open[id] = append(open, question{Talk: t, since: r.ID})
}

// answer counts how long the request has waited that is answered.
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

// Usual is within how long half of the requests of a topic were answered, and 99 of a hundred, of so many that are known. They are
// rounded up, by 3 % at most.
func (a *Answers) Usual(topic string) (half, most time.Duration, known int) {
	l := a.took[topic]
	if l == nil {
		return 0, 0, 0
	}
	const median, nearlyAll = 50, 99
	return l.within(median), l.within(nearlyAll), l.total
}
