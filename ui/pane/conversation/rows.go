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
	turn int           // its turn, or the one after a gap
	gap  time.Duration // the time that a gap takes, in its first row
}

// rowKind is what a row shows.
type rowKind uint8

const (
	rowTurn rowKind = iota
	rowGap
	// An open request has three lines at the end: how long it has waited, how long that usually takes, and when the agent that was
	// asked was last heard of.
	rowWaits
	rowUsual
	rowHeard
)

const (
	// headLines is the line with the agents' names.
	headLines = 1
	// lead is the width left of the lifelines: a mark, the time, and a space.
	lead = 10
	// leastWide and mostWide are the min and max distance between lifelines: an arrow with a word must fit, and more than the longest
	// usual word needs is of no use.
	leastWide, mostWide = 13, 34
	// gapMost is the max number of lines that a gap takes, gapShare the max part of the height, a fifth.
	gapMost, gapShare = 6, 5
)

// scales are the times that a line without an event stands for, from none to the finest.
var scales = [...]time.Duration{0, time.Hour, 10 * time.Minute, time.Minute, 10 * time.Second, time.Second, 100 * time.Millisecond, 10 * time.Millisecond}

// gapLines returns how many lines a gap takes.
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

// lay builds the rows: the turns, the gaps between them, and at the end the open requests.
func (p *Pane) lay(now time.Time) {
	p.chooseScale()
	p.rows = p.rows[:0]
	pass := func(turn int, gap time.Duration) {
		for range p.gapLines(gap, p.scale) {
			p.rows = append(p.rows, row{kind: rowGap, turn: turn, gap: gap})
			gap = 0 // only the first row shows it
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

// pin returns what the cursor is pinned to, nil for the newest event.
func (p *Pane) pin() any {
	if p.pinned == nil {
		return nil
	}
	return *p.pinned
}

// Sight implements [pane.Sighted].
func (p *Pane) Sight() *widget.Sight { return &p.sight }

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
	p.sight.FitOn(p.pin(), p.rowOf(at), len(p.rows), p.sight.Height)
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

// rowOf returns the row that must be in sight for a turn: its own, or for the last turn an open request after it.
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

// column returns the index of an agent among those that are shown, None for one that isn't.
func (p *Pane) column(agent int) int {
	for i, shown := range p.agents {
		if shown == agent {
			return i
		}
	}
	return workflow.None
}
