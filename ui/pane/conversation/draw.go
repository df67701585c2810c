package conversation

import (
	"fmt"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/model/workflow"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: Spec.Name}
	if p.course == nil {
		f.Lines = []string{"", v.Theme.Dim.Paint(widget.Cut("  No workflow is shown: v on a workflow, or on an event of one, shows what its agents say.", v.Width))}
		return f
	}
	f.Title += " · " + widget.CleanCut(p.course.ID(), max(v.Width/2, 1))
	f.Place = p.sight.Place(headLines)
	f.Footer = "enter its event · / agents · + - time · w timeline · esc back"
	if p.columns < len(p.agents) {
		f.Footer = "h l sideways · " + f.Footer
	}
	at, ok := p.cursor()
	if !ok {
		text := "  None of its events is kept here."
		if !p.None() {
			text = "  No agent is called like that."
		}
		f.Lines = append([]string{"", v.Theme.Dim.Paint(widget.Cut(text, v.Width)), ""}, p.below(v)...)
		return f
	}
	f.Note = p.note(at)
	f.Lines = append(f.Lines, p.head(v))
	busy := make([]int, len(p.talk.Agents)) // how many open requests each agent has
	next := 0                               // the first turn that isn't counted yet
	for i := p.sight.First; i < p.sight.End(); i++ {
		r := &p.rows[i]
		until := r.turn
		if r.kind >= rowWaits {
			until = len(p.talk.Turns)
		}
		for ; next < until; next++ {
			p.keep(busy, next)
		}
		f.Lines = append(f.Lines, p.line(v, r, r.turn == p.shown[at], busy))
	}
	for len(f.Lines) < headLines+p.sight.Height {
		f.Lines = append(f.Lines, "")
	}
	f.Lines = append(append(f.Lines, p.foot(v, at)...), p.below(v)...)
	return f
}

// keep counts the request that a turn gives an agent, or the answer that ends one.
func (p *Pane) keep(busy []int, turn int) {
	t := &p.talk.Turns[turn]
	switch {
	case !t.Talks() || t.Repeat:
	case t.Talk.Kind == workflow.Asked && t.To != workflow.None:
		busy[t.To]++
	case t.Talk.Kind == workflow.Answered && t.Other != workflow.None:
		busy[p.talk.Turns[t.Other].To]--
	}
}

// note returns the counts and the cursor's place.
func (p *Pane) note(at int) string {
	messages := 0
	for i := range p.talk.Turns {
		if p.talk.Turns[i].Talks() {
			messages++
		}
	}
	return fmt.Sprintf("%d agents · %d messages · %d of %d", len(p.agents), messages, at+1, len(p.shown))
}

// x returns the cell of a column's lifeline; left or right of the view when it isn't in sight.
func (p *Pane) x(column int) int { return lead + (column-p.left)*p.wide }

// inSight reports whether a column is in sight.
func (p *Pane) inSight(column int) bool { return column >= p.left && column < p.left+p.columns }

// head returns the names of the agents above their lifelines; arrows show that there are more on that side.
func (p *Pane) head(v pane.View) string {
	c := widget.NewCells(v.Width)
	c.Put(2, v.Theme.Header, "TIME")
	for i, agent := range p.agents {
		if p.inSight(i) {
			c.Put(p.x(i)-1, v.Theme.Strong, widget.Cut(p.name(agent), p.wide-1))
		}
	}
	if p.left > 0 {
		c.Put(lead-2, v.Theme.Accent, "◂")
	}
	if p.left+p.columns < len(p.agents) {
		c.Put(v.Width-1, v.Theme.Accent, "▸")
	}
	return c.Line(v.Theme.Header, false)
}

// line returns one row, with the lifelines of busy agents drawn strong.
func (p *Pane) line(v pane.View, r *row, current bool, busy []int) string {
	c := widget.NewCells(v.Width)
	th := v.Theme
	for i, agent := range p.agents {
		switch {
		case !p.inSight(i):
		case busy[agent] > 0:
			c.Put(p.x(i), th.Accent, "┃")
		default:
			c.Put(p.x(i), th.Faint, "│")
		}
	}
	t := &p.talk.Turns[r.turn]
	switch r.kind {
	case rowTurn:
		c.Put(1, th.Dim, widget.PadLeft(sinceText(t.Time().Sub(p.talk.Turns[0].Time())), lead-3))
		if t.Talks() {
			p.arrow(c, v, r.turn, busy[t.From] > 0)
		} else {
			p.mark(c, v, t, busy[t.From] > 0)
		}
	case rowGap:
		c.Put(1, th.Faint, "┊")
		if r.gap > 0 {
			c.Put(2, th.Dim, widget.PadLeft(words.Took(r.gap), lead-4))
		}
	default:
		p.openLine(c, v, r)
	}
	if current && r.kind != rowGap {
		c.Put(0, th.Accent, "▸")
	}
	return c.Line(th.Text, current && v.Focused && r.kind == rowTurn)
}

// sinceText returns how long after the first event another came: to the millisecond below ten seconds.
func sinceText(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("+%.3f", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("+%.2f", d.Truncate(10*time.Millisecond).Seconds())
	default:
		return "+" + words.Age(d)
	}
}

// mark draws an event that isn't a message to another agent, on the lifeline of its own.
func (p *Pane) mark(c widget.Cells, v pane.View, t *workflow.Turn, busy bool) {
	sign, ink := signOf(v.Theme, t.Event)
	x := p.x(p.column(t.From))
	if !p.inSight(p.column(t.From)) {
		p.away(c, v, p.name(t.From)+" "+sign+" "+widget.Clean(string(t.Type)))
		return
	}
	text, note := widget.Clean(string(t.Type)), ""
	if t.Note != "" && !t.Repeat {
		note = "  " + widget.CleanCut(t.Note, v.Width)
	}
	right, at, end := true, x+3, v.Width
	if before := x - 2 - widget.Width(text); at+widget.Width(text) > end && before >= lead { // at the right edge it stands on the other side
		right, at, end, note = false, before, x-1, ""
		c.Put(x-1, ink, sign)
	} else {
		c.Put(x+1, ink, sign)
	}
	line := v.Theme.Faint
	if busy {
		line = v.Theme.Accent
	}
	c.Put(x, line, branch(right, busy))
	text = widget.Cut(text, max(end-at, 0))
	c.Put(at, ink, text)
	at += widget.Width(text)
	c.Put(at, v.Theme.Dim, widget.Cut(note, max(end-at, 0)))
}

// branch returns the character where something leaves a lifeline.
func branch(right, busy bool) string {
	switch {
	case right && busy:
		return "┠"
	case right:
		return "├"
	case busy:
		return "┨"
	default:
		return "┤"
	}
}

// signOf returns the sign and the ink of an event.
func signOf(th *theme.Theme, e *workflow.Event) (string, theme.Ink) {
	switch {
	case e.Repeat:
		return "↻", th.Dim
	case e.Retried() || e.Cancelled():
		return "●", th.Warn
	case e.Failed():
		return "✗", th.Bad
	case e.Outcome() == model.OutcomeDone:
		return "✓", th.Good
	case e.Outcome() == model.OutcomeBegun:
		return "▷", th.Text
	default:
		return "●", th.Dim
	}
}

// away draws as text what happens between agents that are out of sight.
func (p *Pane) away(c widget.Cells, v pane.View, text string) {
	c.Put(lead+2, v.Theme.Dim, widget.Cut(text, v.Width-lead-2))
}

// arrow draws a message from one agent to another.
func (p *Pane) arrow(c widget.Cells, v pane.View, turn int, busy bool) {
	t := &p.talk.Turns[turn]
	ink, label, shaft := p.looks(v.Theme, turn)
	from, to := p.column(t.From), p.column(t.To)
	if t.To != workflow.None && !p.inSight(from) && !p.inSight(to) || t.To == workflow.None && !p.inSight(from) {
		p.away(c, v, p.name(t.From)+" ─ "+label+" ▸ "+p.name(t.To))
		return
	}
	a, b := p.x(from), p.x(to)
	switch to {
	case workflow.None:
		b = a + p.wide - 2
		c.Put(b, v.Theme.Dim, "?")
	case from:
		c.Put(a, ink, branch(true, busy)+"↺ "+widget.Cut(label, max(v.Width-a-3, 0)))
		return
	}
	// An arrow to an agent out of sight ends at the edge, and its label names the agent.
	if to != workflow.None && !p.inSight(to) {
		label += " ▸ " + p.name(t.To)
	}
	if !p.inSight(from) {
		label = p.name(t.From) + ": " + label
	}
	first, last := max(min(a, b), lead-2), min(max(a, b), v.Width)
	gap := last - first - 1
	c.Put(first+1, ink, strings.Repeat(shaft, max(gap, 0)))
	const around = 4 // a head, a bit of the shaft, and spaces
	label = widget.Cut(label, max(gap-around, 0))
	if a < b {
		c.Put(first+2, ink, " "+label+" ")
		c.Put(last-1, ink, "▸")
		c.Put(a, ink, branch(true, busy))
	} else {
		c.Put(first+3, ink, " "+label+" ")
		c.Put(first+1, ink, "◂")
		c.Put(a, ink, branch(false, busy))
	}
	if took, ok := p.talk.Took(turn); ok {
		mark := ""
		if t.Tie == workflow.TieOrder {
			mark = "~"
		}
		c.Put(last+2, v.Theme.Dim, mark+words.Took(took))
	}
}

// looks returns how an arrow is drawn: its ink, its label, and its shaft.
func (p *Pane) looks(th *theme.Theme, turn int) (ink theme.Ink, label, shaft string) {
	t := &p.talk.Turns[turn]
	label = widget.Clean(t.Talk.Action)
	switch {
	case t.Repeat:
		return th.Dim, "again " + label, "╌"
	case t.Talk.Kind == workflow.Told:
		if label == "" {
			label = "message"
		}
		return th.Dim, label, "╌"
	case t.Talk.Kind == workflow.Asked && p.open(turn):
		ink = th.Warn
	case t.Talk.Kind == workflow.Asked:
		ink = th.Text
	case t.Talk.Failed:
		return th.Bad, "✗ failed", "─"
	case t.Other == workflow.None:
		return th.Warn, "? answer", "─"
	default:
		return th.Good, "✓ done", "─"
	}
	if label == "" {
		label = "asks"
	}
	return ink, label, "─"
}
