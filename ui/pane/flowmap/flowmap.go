// Package flowmap is the pane of what flows where: from the agents through the streams to the groups and their consumers. It is drawn
// from what the desk reads anyway. Start reading at [Pane].
package flowmap

import (
	"strings"

	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/model/health"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// Spec is the pane's name, key and menu.
var Spec = pane.Spec{
	Name: "Map", Key: "F", Apart: true, Leads: true,
	Menu: []string{"open", "follow", "", "stream", "dead-letters", "set-group-id", "", "back"},
}

// The columns that the cursor can be in.
const (
	agents = iota
	streams
	groups
	consumers
)

// node is what the cursor is on: the stream on the left, or in the first column its agent, and what is on the right.
type node struct {
	column                  int
	stream, group, consumer string
}

// Pane is the map. Streams stand below the agent that publishes most of each, consumers below their groups; what is chosen on one
// side marks what belongs to it on the other.
type Pane struct {
	prefix   string
	snapshot *model.Snapshot // that it was built from
	data     *live.Data
	sifted   bool // only what is ill is shown
	at       node
	left     []left
	right    []right
	streams  int                // how many there are in the lines of the left half
	rowOf    map[string]int     // the line of each stream on the left
	folds    map[string]bool    // the agents and groups that are folded
	totals   map[string]float64 // what each agent publishes a second
	busy     float64            // the min rate of the busiest tenth of the edges

	leftSight, rightSight widget.Sight
	places                [consumers + 1]place
	height                int
}

// New returns a new pane; prefix is left out of the streams' names.
func New(prefix string) *Pane {
	return &Pane{prefix: prefix, height: 1, at: node{column: streams}, folds: map[string]bool{}}
}

// Refresh implements [pane.Scoped]: it rebuilds the map from a new snapshot.
func (p *Pane) Refresh(_ pane.Scope, d *live.Data) {
	if d.Snapshot != nil && d.Snapshot != p.snapshot {
		p.snapshot, p.data = d.Snapshot, d
		p.arrange()
	}
}

// name returns a stream's key as it is shown.
func (p *Pane) name(key string) string { return widget.Clean(strings.TrimPrefix(key, p.prefix)) }

// leftRow and rightRow return the cursor's row on either side, or the first row if what it was on is gone.
func (p *Pane) leftRow() int { return p.rowOf[p.at.stream] }

func (p *Pane) rightRow() (row int) {
	for i := range p.right {
		switch r := &p.right[i]; {
		case r.group != p.at.group:
		case r.consumer == "":
			row = i // also of a consumer that is gone, or folded
		case p.at.column == consumers && r.consumer == p.at.consumer:
			return i
		}
	}
	return row
}

// Move implements [pane.Pane]: up and down in the column.
func (p *Pane) Move(m pane.Move, _ pane.Known) {
	if p.at.column <= streams {
		p.move(m.Step(p.height, len(p.left)), p.leftRow(), len(p.left), func(i int) bool { return p.at.column == streams || p.left[i].first }, p.putLeft)
		return
	}
	p.move(m.Step(p.height, len(p.right)), p.rightRow(), len(p.right), func(i int) bool { return (p.right[i].consumer == "") == (p.at.column == groups) }, p.putRight)
}

// move moves the cursor by step rows of its column, as far as there are any.
func (p *Pane) move(step, from, rows int, is func(int) bool, put func(int)) {
	by := 1
	if step < 0 {
		by, step = -1, -step
	}
	for at := from + by; at >= 0 && at < rows && step > 0; at += by {
		if is(at) {
			put(at)
			step--
		}
	}
}

func (p *Pane) putLeft(i int) { p.at.stream = p.left[i].stream.Key }

func (p *Pane) putRight(i int) { p.at.group, p.at.consumer = p.right[i].group, p.right[i].consumer }

// Aside implements [pane.Sideways]: it goes from a stream to its worst group, from a group to its first consumer, and back. What is
// folded is unfolded first, and at the left end the agent is folded.
func (p *Pane) Aside(forward bool) {
	if len(p.left) == 0 {
		return
	}
	p.putLeft(p.leftRow())
	switch {
	case !forward && p.at.column == agents:
		p.setFold(agentFold(p.left[p.leftRow()].agent), true)
	case !forward:
		p.at.column--
	case p.at.column == agents && len(p.left[p.leftRow()].folded) > 0:
		p.setFold(agentFold(p.left[p.leftRow()].agent), false)
	case p.at.column == groups && len(p.right) > 0 && len(p.right[p.rightRow()].folded) > 0:
		p.setFold(groupFold(p.right[p.rightRow()].group), false)
	case p.at.column == streams:
		if g := p.worst(); g != "" && len(p.right) > 0 {
			p.at.column, p.at.group = groups, g
		}
	case p.at.column == groups:
		for i := range p.right {
			if p.right[i].group == p.at.group && p.right[i].consumer != "" {
				p.at.column = consumers
				p.putRight(i)
				return
			}
		}
	default:
		p.at.column = min(p.at.column+1, consumers)
	}
}

// worst returns the group with the worst state of the stream under the cursor; empty when it has none.
func (p *Pane) worst() string {
	s := p.left[p.leftRow()].stream
	name, worst := "", health.KeepingUp
	for i := range s.Groups {
		if state := p.data.Health(s, &s.Groups[i]); name == "" || state > worst {
			name, worst = s.Groups[i].Name, state
		}
	}
	return name
}

// Sift implements [pane.Sifter].
func (p *Pane) Sift() {
	p.sifted = !p.sifted
	if p.snapshot != nil {
		p.arrange()
	}
}

// Choose implements [pane.Chooser].
func (p *Pane) Choose(to *pane.Scope) {
	if len(p.left) == 0 {
		return
	}
	s := p.left[p.leftRow()].stream
	*to = pane.Scope{Stream: s.Key, Group: p.worst()}
	if p.at.column < groups || len(p.right) == 0 {
		return
	}
	r := &p.right[p.rightRow()]
	if to.Group = r.group; s.Group(r.group) == nil && r.worst != nil { // it doesn't read that stream: the one where it is worst
		to.Stream = r.worst.Key
	}
}

// Lead implements [pane.Chooser].
func (p *Pane) Lead(to pane.Scope, _ *live.Data) bool {
	if _, ok := p.rowOf[to.Stream]; !ok {
		return false
	}
	p.at.stream = to.Stream
	p.at.group = to.Group
	p.at.column = max(p.at.column, streams)
	return true
}

// Enter implements [pane.Enterer]: an agent leads to its events, all else to the group of the chosen stream.
func (p *Pane) Enter() (pane.Effect, bool) {
	if len(p.left) == 0 {
		return pane.Effect{}, false
	}
	if p.at.column == agents {
		text := "agent:" + filter.Quote(p.left[p.leftRow()].agent)
		return pane.Effect{Filter: &text, Focus: "Events"}, true
	}
	var to pane.Place
	p.Choose(&to.Scope)
	if s := p.snapshot.Stream(to.Stream); s != nil && s.Group(to.Group) != nil {
		if signs := health.Signs(s, s.Group(to.Group), p.snapshot.At, p.data.Limits); len(signs) > 0 {
			to.Entry = signs[0].Entry
		}
	}
	return pane.Effect{To: &to}, true
}
