package conversation

import (
	"time"

	"streamdesk/model/workflow"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// row is one line of the diagram.
type row struct {
	kind rowKind
	turn int           // whose it is, or the one that comes after time has passed
	gap  time.Duration // that has passed
}

// rowKind is what a row shows.
type rowKind uint8

const (
	rowTurn rowKind = iota
	rowGap
	// An open request has three lines at the end: for how long it has waited, how long that usually takes, and when who was asked was
	// last heard of.
	rowWaits
	rowUsual
	rowHeard
)

const (
	// headLines is the line of the agents.
	headLines = 1
	// lead is what stands left of the lifelines: a mark, the time, and a space.
	lead = 10
	// leastWide and mostWide bound how far lifelines stand apart: there has to be room for an arrow with a word, and from there on for
	// no more than the longest usual one.
	leastWide, mostWide = 13, 34
	// gapMost and gapShare bound how many lines a stretch of time takes in which nothing happens, as such and of the height.
	gapMost, gapShare = 6, 5
)

// scales are what a line without an event stands for, from none at all to the finest.
var scales = [...]time.Duration{0, time.Hour, 10 * time.Minute, time.Minute, 10 * time.Second, time.Second, 100 * time.Millisecond, 10 * time.Millisecond}

// gapLines returns how many lines a stretch of time takes.
func (p *Pane) gapLines(gap, scale time.Duration) int {
	if scale == 0 {
		return 0
	}
	return int(min(gap/scale, time.Duration(max(min(p.sight.Height/gapShare, gapMost), 1))))
}

// chooseScale picks the finest scale with which at most every second line is blank, then applies the zoom's steps to it.
func (p *Pane) chooseScale() {
	own := 0
	for i, scale := range scales {
		blank := 0
		for j := 1; j < len(p.shown); j++ {
			blank += p.gapLines(p.gap(j), scale)
		}
		if blank <= max(len(p.shown)/2, gapMost) {
			own = i
		}
	}
	at := pane.Clamp(own+p.zoom, len(scales))
	p.zoom, p.scale = at-own, scales[at]
}

// gap returns the time between a shown turn and the one before it.
func (p *Pane) gap(at int) time.Duration {
	return p.talk.Turns[p.shown[at]].Time().Sub(p.talk.Turns[p.shown[at-1]].Time())
}

// lay puts the rows in order: the turns, what time passes between them, and at the end what is still open.
func (p *Pane) lay(now time.Time) {
	p.chooseScale()
	p.rows = p.rows[:0]
	pass := func(turn int, gap time.Duration) {
		for range p.gapLines(gap, p.scale) {
			p.rows = append(p.rows, row{kind: rowGap, turn: turn, gap: gap})
			gap = 0 // it is said once
		}
	}
	open := 0
	for i, turn := range p.shown {
		if i > 0 {
			pass(turn, p.gap(i))
		}
		p.rows = append(p.rows, row{turn: turn})
		if p.open(turn) {
			open++
		}
	}
	if open == 0 {
		return
	}
	last := p.shown[len(p.shown)-1]
	pass(last, now.Sub(p.talk.Turns[last].Time()))
	for _, turn := range p.shown {
		if p.open(turn) {
			p.rows = append(p.rows, row{kind: rowWaits, turn: turn}, row{kind: rowUsual, turn: turn}, row{kind: rowHeard, turn: turn})
		}
	}
}

// open reports whether a turn asks something that nobody has answered.
func (p *Pane) open(turn int) bool {
	t := &p.talk.Turns[turn]
	return t.Talks() && t.Talk.Kind == workflow.Asked && t.Other == workflow.None && !t.Repeat
}

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	if p.course == nil {
		return
	}
	at, ok := p.cursor()
	if !ok {
		return
	}
	p.sight.Height = max(v.Height-headLines-p.footLines(v), 1)
	p.lay(v.Now)
	p.sight.Fit(p.rowOf(at), len(p.rows), p.sight.Height)
	room := max(v.Width-lead, 1)
	p.columns = max(min(room/leastWide, len(p.agents)), 1)
	p.wide = max(min(room/p.columns, mostWide), 1)
	if !p.aside {
		t := &p.talk.Turns[p.shown[at]]
		if to := p.column(t.To); to != workflow.None {
			p.left = widget.Scroll(p.left, to, len(p.agents), p.columns)
		}
		p.left = widget.Scroll(p.left, p.column(t.From), len(p.agents), p.columns)
	}
	p.left = max(min(p.left, len(p.agents)-p.columns), 0)
}

// rowOf is the row that has to be in sight for a turn: its own, and of the last one what is open behind it as well.
func (p *Pane) rowOf(at int) int {
	for i := range p.rows {
		if p.rows[i].kind == rowTurn && p.rows[i].turn == p.shown[at] {
			if at == len(p.shown)-1 {
				return min(len(p.rows)-1, i+p.sight.Height-1)
			}
			return i
		}
	}
	return 0
}

// column is the place of an agent among those that are shown, None for one that isn't.
func (p *Pane) column(agent int) int {
	for i, shown := range p.agents {
		if shown == agent {
			return i
		}
	}
	return workflow.None
}
