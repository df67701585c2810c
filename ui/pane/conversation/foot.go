package conversation

import (
	"fmt"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/model/workflow"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// usual returns how long requests on a topic usually take to be answered, from all that the desk received.
func usual(d *live.Data, topic string) (text string, most time.Duration, known bool) {
	half, most, n := d.Answers.Usual(topic)
	if n == 0 {
		return "no answer of its kind was seen yet", 0, false
	}
	return fmt.Sprintf("usually %s, 99 of 100 within %s (%s seen)", words.Took(half), words.Took(most), words.Grouped(int64(n))), most, true
}

// openLine draws one of the lines about a request that nobody has answered, beside the lifeline of the agent that was asked.
func (p *Pane) openLine(c widget.Cells, v pane.View, r *row) {
	t := &p.talk.Turns[r.turn]
	whose := t.To
	if whose == workflow.None {
		whose = t.From
	}
	var text string
	ink := v.Theme.Dim
	waits, sign, waitsInk := p.waits(v, t)
	switch r.kind {
	case rowWaits:
		text, ink = waits, waitsInk
		c.Put(1, v.Theme.Dim, widget.PadLeft("now", lead-3))
	case rowUsual:
		text, _, _ = usual(v.Data, t.Talk.Topic())
	default:
		text = p.heard(v, t.To)
	}
	column := p.column(whose)
	if !p.inSight(column) {
		if r.kind == rowWaits {
			text = p.name(whose) + " " + sign + " " + text
		}
		c.Put(lead+2, ink, widget.Cut(text, v.Width-lead-2))
		return
	}
	x := p.x(column)
	if r.kind == rowWaits {
		c.Put(x, ink, sign)
	}
	at, room := x+2, v.Width-x-2
	if left := x - 1 - lead; widget.Width(text) > room && left > room {
		text = widget.Cut(text, left)
		at = x - 1 - widget.Width(text)
	}
	c.Put(at, ink, widget.Cut(text, max(v.Width-at, 0)))
}

// waits returns how long a request has waited for an answer, compared to how long that usually takes.
func (p *Pane) waits(v pane.View, t *workflow.Turn) (text, sign string, ink theme.Ink) {
	waited := max(v.Now.Sub(t.Time()), 0)
	if p.course.State().Ended() {
		return "no answer, and the workflow is over", "✗", v.Theme.Warn
	}
	if _, most, known := usual(v.Data, t.Talk.Topic()); known && waited > most {
		return "no answer for " + words.Age(waited), "✗", v.Theme.Bad
	}
	return "waits for its answer, " + words.Age(waited) + " so far", "◷", v.Theme.Warn
}

// heard returns when an agent was last heard of.
func (p *Pane) heard(v pane.View, agent int) string {
	if agent == workflow.None {
		return "nothing says whom it was for"
	}
	last := v.Data.Agents[p.talk.Agents[agent]]
	for i := range p.talk.Turns {
		if t := &p.talk.Turns[i]; t.From == agent && last.Before(t.Key.ID) {
			last = t.Key.ID
		}
	}
	if last == (model.Position{}) {
		return p.name(agent) + " wasn't heard of yet"
	}
	return p.name(agent) + " last heard of " + words.Age(max(v.Now.Sub(last.Time()), 0)) + " ago"
}

// footLines returns the number of lines below the diagram.
func (p *Pane) footLines(v pane.View) int { return len(p.below(v)) + sentences(v) }

// sentences returns how many of them are about the turn under the cursor and about all requests.
func sentences(v pane.View) int {
	const roomy = 10
	if v.Height < roomy {
		return 1
	}
	return 3
}

// below returns the lines about the search for older events, and about what is typed.
func (p *Pane) below(v pane.View) []string {
	var lines []string
	if !p.history.Done || p.history.Err != nil {
		lines = p.history.Lines(v)
	}
	if p.Lines() > 0 {
		lines = append(lines, p.Line(v))
	}
	return lines
}

// foot returns the lines about the turn under the cursor, and about all requests.
func (p *Pane) foot(v pane.View, at int) []string {
	room := sentences(v)
	lines := make([]string, 0, room)
	for _, line := range widget.FoldMost(max(v.Width-2, 1), max(room-1, 1), p.sentence(v, p.shown[at])) {
		lines = append(lines, v.Theme.Text.Paint(widget.Cut("  "+line, v.Width)))
	}
	for len(lines) < room-1 {
		lines = append(lines, "")
	}
	if room > 1 {
		lines = append(lines, v.Theme.Dim.Paint(widget.Cut("  "+p.summary(), v.Width)))
	}
	return lines
}

// sentence returns a description of a turn, with its numbers.
func (p *Pane) sentence(v pane.View, turn int) string {
	t := &p.talk.Turns[turn]
	from, to := p.name(t.From), p.name(t.To)
	if t.To == workflow.None {
		to = "nobody knows whom"
	}
	text := from + ": " + widget.Clean(string(t.Type))
	if t.Talks() {
		action := ""
		if t.Talk.Action != "" {
			action = ": " + widget.Clean(t.Talk.Action)
		}
		switch t.Talk.Kind {
		case workflow.Asked:
			text = from + " asks " + to + action + p.after(v, turn)
		case workflow.Answered:
			text = from + " answers " + to + action + p.after(v, turn)
		default:
			text = from + " tells " + to + action
		}
	}
	if t.Note != "" {
		text += " · " + widget.Clean(t.Note)
	}
	if t.Repeat {
		text += " · published again: it says nothing new"
	}
	return text
}

// after returns when the answer came, or how long it has been missing.
func (p *Pane) after(v pane.View, turn int) string {
	t := &p.talk.Turns[turn]
	if t.Repeat {
		return ""
	}
	topic := t.Talk.Topic()
	switch {
	case t.Other != workflow.None:
		answer := turn
		if t.Talk.Kind == workflow.Asked {
			answer = t.Other
		} else {
			topic = p.talk.Turns[t.Other].Talk.Topic()
		}
		took, _ := p.talk.Took(answer)
		text := ", answered after " + words.Took(took)
		if t.Talk.Kind == workflow.Answered {
			text = ", after " + words.Took(took)
		}
		if t.Tie == workflow.TieOrder {
			text += " (told by order: no ID ties the two)"
		}
		typical, _, _ := usual(v.Data, topic)
		return text + "; " + typical
	case t.Talk.Kind == workflow.Asked:
		waits, _, _ := p.waits(v, t)
		typical, _, _ := usual(v.Data, topic)
		return ", " + waits + "; " + typical + "; " + p.heard(v, t.To)
	default:
		return ", and nothing that is known here was asked"
	}
}

// summary counts the workflow's requests.
func (p *Pane) summary() string {
	c := &p.talk
	if c.Requests == 0 {
		return "no agent has asked another anything here"
	}
	text := fmt.Sprintf("%d asked · %d answered", c.Requests, c.Answered)
	var took []time.Duration
	for i := range c.Turns {
		if d, ok := c.Took(i); ok {
			took = append(took, d)
		}
	}
	if len(took) > 0 {
		slices.Sort(took)
		text += fmt.Sprintf(", half within %s, the slowest %s", words.Took(took[(len(took)-1)/2]), words.Took(took[len(took)-1]))
	}
	return text + fmt.Sprintf(" · %d open", len(c.Open))
}
