// Package flowmap is the pane of what flows where: from the agents through the streams to the groups and their consumers. It is drawn
// from what the desk reads anyway. Start reading at [Pane].
package flowmap

import (
	"cmp"
	"slices"
	"strings"
	"time"

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

// left is a line of the left half: a stream below the agent that publishes most of it.
type left struct {
	agent       string
	stream      *model.Stream
	others      int     // other agents that publish to it
	perSecond   float64 // over the last minutes; NaN where it isn't known
	quiet       time.Duration
	state       health.State
	first, last bool // of the agent's lines
}

// right is a line of the right half: a group, or one of its consumers.
type right struct {
	group, consumer string
	state           health.State
	ill, of         int // streams in which it is ill, and all its streams
	pending         int64
	idle            time.Duration
	last            bool // of the group's lines
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
	totals   map[string]float64 // what each agent publishes a second
	busy     float64            // the min rate of the busiest tenth of the edges

	leftSight, rightSight widget.Sight
	height                int
}

// New returns a new pane; prefix is left out of the streams' names.
func New(prefix string) *Pane { return &Pane{prefix: prefix, height: 1, at: node{column: streams}} }

// Refresh implements [pane.Scoped]: it rebuilds the map from a new snapshot.
func (p *Pane) Refresh(_ pane.Scope, d *live.Data) {
	if d.Snapshot != nil && d.Snapshot != p.snapshot {
		p.snapshot, p.data = d.Snapshot, d
		p.arrange()
	}
}

// span is the time over which rates are computed.
const span = 5 * time.Minute

// quiet is the time without entries after which an edge is drawn dashed.
const quiet = time.Minute

// arrange builds the lines from the snapshot.
func (p *Pane) arrange() {
	d, s := p.data, p.snapshot
	owners, others := map[string]live.Flow{}, map[string]int{}
	p.totals = map[string]float64{}
	for _, f := range d.Flows.Last(s.At) {
		p.totals[f.Agent] += f.PerSecond
		others[f.Stream]++
		had, ok := owners[f.Stream]
		if !ok || cmp.Or(cmp.Compare(f.PerSecond, had.PerSecond), strings.Compare(had.Agent, f.Agent)) > 0 {
			owners[f.Stream] = f
		}
	}
	p.left = p.left[:0]
	byGroup := map[string]*right{}
	held := map[[2]string]*right{}
	var rates []float64
	for i := range s.Streams {
		st := &s.Streams[i]
		if st.Missing || st.Problem != "" {
			continue
		}
		own := owners[st.Key]
		l := left{agent: own.Agent, stream: st, others: max(others[st.Key]-1, 0), quiet: max(s.At.Sub(st.Last.Time()), 0)}
		l.perSecond = d.InMean(st.Key, span)
		l.state = health.Worst(st, s.At, d.Limits)
		if l.perSecond > 0 {
			rates = append(rates, l.perSecond)
		}
		for j := range st.Groups {
			p.countGroup(st, &st.Groups[j], byGroup, held)
		}
		if !p.sifted || l.state != health.KeepingUp {
			p.left = append(p.left, l)
		}
	}
	slices.Sort(rates)
	if n := len(rates); n > 0 {
		const tenth = 10
		p.busy = rates[n-(n+tenth-1)/tenth]
	}
	slices.SortFunc(p.left, func(a, b left) int {
		return cmp.Or(compareNames(a.agent, b.agent), strings.Compare(a.stream.Key, b.stream.Key))
	})
	for i := range p.left {
		p.left[i].first = i == 0 || p.left[i-1].agent != p.left[i].agent
		p.left[i].last = i == len(p.left)-1 || p.left[i+1].agent != p.left[i].agent
	}
	p.right = p.right[:0]
	for _, r := range held {
		if !p.sifted || byGroup[r.group].state != health.KeepingUp {
			p.right = append(p.right, *r)
		}
	}
	for _, r := range byGroup {
		if !p.sifted || r.state != health.KeepingUp {
			p.right = append(p.right, *r)
		}
	}
	slices.SortFunc(p.right, func(a, b right) int {
		return cmp.Or(strings.Compare(a.group, b.group), strings.Compare(a.consumer, b.consumer))
	})
	for i := range p.right {
		p.right[i].last = i == len(p.right)-1 || p.right[i+1].group != p.right[i].group
	}
}

// compareNames sorts an empty name last.
func compareNames(a, b string) int {
	if (a == "") != (b == "") {
		return strings.Compare(b, a)
	}
	return strings.Compare(a, b)
}

// countGroup adds a group of a stream to the totals over all streams.
func (p *Pane) countGroup(s *model.Stream, g *model.Group, byGroup map[string]*right, held map[[2]string]*right) {
	one := byGroup[g.Name]
	if one == nil {
		one = &right{group: g.Name}
		byGroup[g.Name] = one
	}
	state := p.data.Health(s, g)
	one.of++
	if one.state = max(one.state, state); state != health.KeepingUp {
		one.ill++
	}
	for i := range g.Consumers {
		c := &g.Consumers[i]
		key := [2]string{g.Name, c.Name}
		h := held[key]
		if h == nil {
			h = &right{group: g.Name, consumer: c.Name, idle: c.Idle}
			held[key] = h
		}
		h.pending += c.Pending
		h.idle = min(h.idle, c.Idle)
		one.pending += c.Pending
	}
}

// name returns a stream's key as it is shown.
func (p *Pane) name(key string) string { return widget.Clean(strings.TrimPrefix(key, p.prefix)) }

// leftRow and rightRow return the cursor's row on either side, or the first row if what it was on is gone.
func (p *Pane) leftRow() int {
	return max(slices.IndexFunc(p.left, func(l left) bool { return l.stream.Key == p.at.stream }), 0)
}

func (p *Pane) rightRow() int {
	return max(slices.IndexFunc(p.right, func(r right) bool {
		return r.group == p.at.group && (p.at.column != consumers && r.consumer == "" || p.at.column == consumers && r.consumer == p.at.consumer)
	}), 0)
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

// Aside implements [pane.Sideways]: it goes from a stream to its worst group, from a group to its first consumer.
func (p *Pane) Aside(forward bool) {
	if len(p.left) == 0 {
		return
	}
	p.putLeft(p.leftRow())
	switch {
	case !forward:
		p.at.column = max(p.at.column-1, agents)
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

// Click implements [pane.Pane].
func (p *Pane) Click(line int, _ *live.Data) {
	if i := p.leftSight.First + line - headLines; line >= headLines && line < headLines+p.height && i < len(p.left) {
		p.at.column = streams
		p.putLeft(i)
	}
}

// Choose implements [pane.Chooser].
func (p *Pane) Choose(to *pane.Scope) {
	if len(p.left) == 0 {
		return
	}
	s := p.left[p.leftRow()].stream
	*to = pane.Scope{Stream: s.Key, Group: p.worst()}
	if s.Group(p.at.group) != nil && p.at.column >= groups {
		to.Group = p.at.group
	}
}

// Lead implements [pane.Chooser].
func (p *Pane) Lead(to pane.Scope, _ *live.Data) bool {
	at := slices.IndexFunc(p.left, func(l left) bool { return l.stream.Key == to.Stream })
	if at < 0 {
		return false
	}
	p.putLeft(at)
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
