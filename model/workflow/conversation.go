package workflow

import (
	"slices"
	"time"
)

// Conversation is what the agents of a workflow do and say to each other, event by event.
type Conversation struct {
	// Agents are all agents that events name, in order of first appearance. An event that names none belongs to the
	// agent "".
	Agents []string
	// Turns are the workflow's events in order, each once.
	Turns []Turn
	// Open holds the indexes of the unanswered requests, in order.
	Open []int
	// Requests is the number of requests, each counted once even if published repeatedly. Answered is how many of them
	// have an answer.
	Requests, Answered int
}

// Turn is one event of a [Conversation].
type Turn struct {
	*Event
	// From and To are indexes in Agents. To is None when the turn has no recipient, or an unknown one.
	From, To int
	// Other is the index of a request's answer, or of an answer's request; None when there is none. Tie says how the
	// two were matched.
	Other int
	Tie   Tie
}

// None is the index that stands for nothing.
const None = -1

// Talks reports whether the turn says something to another agent.
func (t *Turn) Talks() bool { return t.Talk != nil }

// Took returns how long after its request an answer came; false for any other turn. Both times are entry times, from
// one clock.
func (c *Conversation) Took(at int) (time.Duration, bool) {
	t := &c.Turns[at]
	if t.Talk == nil || t.Talk.Kind != Answered || t.Other == None {
		return 0, false
	}
	return t.Time().Sub(c.Turns[t.Other].Time()), true
}

// Converse returns the conversation of a workflow. The result is valid until the workflow's next Add.
func Converse(w *Workflow) Conversation {
	c := Conversation{Turns: make([]Turn, 0, w.Len())}
	var open questions
	events := w.Events()
	for i := range events {
		e := &events[i]
		turn := Turn{Event: e, From: c.agent(e.Agent), To: None, Other: None}
		if t := e.Talk; t != nil {
			turn.From = c.agent(t.From)
			if t.To != "" {
				turn.To = c.agent(t.To)
			}
			switch {
			case e.Repeat: // says nothing new
			case t.Kind == Asked:
				c.Requests++
				open = append(open, question{Talk: t, place: i})
			case t.Kind == Answered:
				c.answer(&turn, i, &open)
			}
		}
		c.Turns = append(c.Turns, turn)
	}
	for _, q := range open {
		c.Open = append(c.Open, q.place)
	}
	return c
}

// answer links an answer with its request. Each fills in agents that the other doesn't name.
func (c *Conversation) answer(turn *Turn, at int, open *questions) {
	q, by, ok := open.answered(turn.Talk)
	if !ok {
		return
	}
	c.Answered++
	asked := &c.Turns[q.place]
	asked.Other, asked.Tie, turn.Other, turn.Tie = at, by, q.place, by
	if asked.To == None {
		asked.To = turn.From
	}
	if turn.To == None {
		turn.To = asked.From
	}
}

// agent returns the index of an agent and adds the agent if it is new.
func (c *Conversation) agent(name string) int {
	at := slices.Index(c.Agents, name)
	if at < 0 {
		at = len(c.Agents)
		c.Agents = append(c.Agents, name)
	}
	return at
}
