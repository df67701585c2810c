package workflow

import (
	"slices"
	"time"
)

// Conversation is what the agents of a workflow do and say to each other, one event after another.
type Conversation struct {
	// Agents are those that any event names, in the order in which they first appear; an event without one is of the agent "".
	Agents []string
	// Turns are the workflow's events, each once and in their order.
	Turns []Turn
	// Open are the places of the requests that nobody has answered, in their order.
	Open []int
	// Requests is how many were made, each counted once however often it was published, and Answered how many of them have an answer.
	Requests, Answered int
}

// Turn is one event of a [Conversation].
type Turn struct {
	*Event
	// From and To are places among the agents; To is None for what is meant for nobody, or nobody knows for whom.
	From, To int
	// Other is the place of the answer to a request, and of the request that an answer is for; None when there is none. Tie is how that
	// is known.
	Other int
	Tie   Tie
}

// None is no place.
const None = -1

// Talks says whether the turn says something to another agent.
func (t *Turn) Talks() bool { return t.Talk != nil }

// Took is how long after its request an answer came, false for what is none. Both are times of entries, which is one clock.
func (c *Conversation) Took(at int) (time.Duration, bool) {
	t := &c.Turns[at]
	if t.Talk == nil || t.Talk.Kind != Answered || t.Other == None {
		return 0, false
	}
	return t.Time().Sub(c.Turns[t.Other].Time()), true
}

// Converse is the conversation of a workflow. What it returns is good until the workflow's next Add.
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

// answer ties an answer to its request; what one of them doesn't say of the agents the other may.
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

// agent is the place of an agent, a new one when it hasn't appeared yet.
func (c *Conversation) agent(name string) int {
	at := slices.Index(c.Agents, name)
	if at < 0 {
		at = len(c.Agents)
		c.Agents = append(c.Agents, name)
	}
	return at
}
