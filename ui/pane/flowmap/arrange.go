package flowmap

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/sorting"
	"streamdesk/ui/live"
)

// left is a line of the left half: a stream below the agent that publishes most of it, or an agent whose streams are folded.
type left struct {
	agent       string
	stream      *model.Stream // of a folded agent the one with the worst state
	folded      []string      // the streams of a folded agent; none for a line of one stream
	others      int           // other agents that publish to it
	perSecond   float64       // over the last minutes; NaN where it isn't known
	lag         total         // of all its groups
	pending     int64
	quiet       time.Duration
	state       health.State
	first, last bool // of the agent's lines
}

// right is a line of the right half: a group, or one of its consumers.
type right struct {
	group, consumer string
	state           health.State
	worst           *model.Stream // where a group is in that state, or a consumer holds most
	ill, of         int           // streams in which it is ill, and all its streams
	folded          []string      // the consumers of a folded group
	acked, lag      total
	reads           bool // a consumer has asked for entries in the last minutes
	pending, most   int64
	idle, oldest    time.Duration // oldest is the age of the group's oldest pending entry, 0 when there is none
	first, last     bool          // of the group's consumers
}

const (
	// span is the time over which rates are computed.
	span = 5 * time.Minute
	// quiet is the time without entries after which an edge is drawn dashed.
	quiet = time.Minute
	// tenth is the part of the edges that are drawn as the busiest.
	tenth = 10
)

// arrange builds the lines from the snapshot.
func (p *Pane) arrange() {
	d, s := p.data, p.snapshot
	owners, others := p.owners()
	p.left = p.left[:0]
	byGroup, held := map[string]*right{}, map[[2]string]*right{}
	var rates []float64
	for i := range s.Streams {
		st := &s.Streams[i]
		if st.Missing || st.Problem != "" {
			continue
		}
		l := left{agent: owners[st.Key].Agent, stream: st, others: max(others[st.Key]-1, 0), quiet: max(s.At.Sub(st.Last.Time()), 0)}
		l.perSecond = d.InMean(st.Key, span)
		l.state = health.Worst(st, s.At, d.Limits)
		if l.perSecond > 0 {
			rates = append(rates, l.perSecond)
		}
		for j := range st.Groups {
			g := &st.Groups[j]
			l.lag.count(g.Lag)
			l.pending += g.Pending
			p.countGroup(st, g, byGroup)
			p.countConsumers(st, g, held)
		}
		if !p.sifted || l.state != health.KeepingUp {
			p.left = append(p.left, l)
		}
	}
	slices.Sort(rates)
	if n := len(rates); n > 0 {
		p.busy = rates[n-(n+tenth-1)/tenth]
	}
	p.arrangeLeft()
	p.arrangeRight(byGroup, held)
}

// owners returns the agent that publishes most of each stream, and how many publish to it. It sums up what each agent publishes.
func (p *Pane) owners() (owners map[string]live.Flow, others map[string]int) {
	owners, others = map[string]live.Flow{}, map[string]int{}
	p.totals = map[string]float64{}
	for _, f := range p.data.Flows.Last(p.snapshot.At) {
		p.totals[f.Agent] += f.PerSecond
		others[f.Stream]++
		had, ok := owners[f.Stream]
		if !ok || cmp.Or(cmp.Compare(f.PerSecond, had.PerSecond), strings.Compare(had.Agent, f.Agent)) > 0 {
			owners[f.Stream] = f
		}
	}
	return owners, others
}

// arrangeLeft sorts the streams below their agents, and folds those of a folded agent into one line.
func (p *Pane) arrangeLeft() {
	sorting.By(p.left, func(a, b *left) int {
		return cmp.Or(compareNames(a.agent, b.agent), strings.Compare(a.stream.Key, b.stream.Key))
	})
	p.rowOf = make(map[string]int, len(p.left))
	kept := p.left[:0]
	p.streams = len(p.left)
	for i := range p.left {
		l := p.left[i]
		if n := len(kept) - 1; n >= 0 && p.folds[agentFold(l.agent)] && kept[n].agent == l.agent {
			kept[n].add(&l)
		} else {
			if p.folds[agentFold(l.agent)] {
				l.folded, l.others = []string{l.stream.Key}, 0
			}
			kept = append(kept, l)
		}
		p.rowOf[l.stream.Key] = len(kept) - 1
	}
	p.left = kept
	for i := range p.left {
		p.left[i].first = i == 0 || p.left[i-1].agent != p.left[i].agent
		p.left[i].last = i == len(p.left)-1 || p.left[i+1].agent != p.left[i].agent
	}
}

// add adds a stream to the line of its folded agent.
func (l *left) add(other *left) {
	l.folded = append(l.folded, other.stream.Key)
	if !math.IsNaN(other.perSecond) {
		if math.IsNaN(l.perSecond) {
			l.perSecond = 0
		}
		l.perSecond += other.perSecond
	}
	l.lag.sum += other.lag.sum
	l.lag.known, l.lag.partial = l.lag.known || other.lag.known, l.lag.partial || other.lag.partial
	l.pending += other.pending
	l.quiet = min(l.quiet, other.quiet)
	if other.state > l.state {
		l.state, l.stream = other.state, other.stream
	}
}

// arrangeRight sorts the consumers below their groups, and leaves out those of folded groups.
func (p *Pane) arrangeRight(byGroup map[string]*right, held map[[2]string]*right) {
	p.right = p.right[:0]
	for _, r := range held {
		switch group := byGroup[r.group]; {
		case p.sifted && group.state == health.KeepingUp:
		case p.folds[groupFold(r.group)]:
			group.folded = append(group.folded, r.consumer)
		default:
			p.right = append(p.right, *r)
		}
	}
	for _, r := range byGroup {
		slices.Sort(r.folded)
		if !p.sifted || r.state != health.KeepingUp {
			p.right = append(p.right, *r)
		}
	}
	sorting.By(p.right, func(a, b *right) int {
		return cmp.Or(strings.Compare(a.group, b.group), strings.Compare(a.consumer, b.consumer))
	})
	for i := range p.right {
		p.right[i].first = i > 0 && p.right[i-1].group == p.right[i].group && p.right[i-1].consumer == ""
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

// countGroup adds a group of a stream to its totals over all streams.
func (p *Pane) countGroup(s *model.Stream, g *model.Group, byGroup map[string]*right) {
	one := byGroup[g.Name]
	if one == nil {
		one = &right{group: g.Name, worst: s}
		byGroup[g.Name] = one
	}
	state := p.data.Health(s, g)
	one.of++
	if state != health.KeepingUp {
		one.ill++
	}
	if state > one.state {
		one.state, one.worst = state, s
	}
	one.acked.rate(p.data.AckedMean(live.GroupKey{Stream: s.Key, Group: g.Name}, span))
	one.lag.count(g.Lag)
	one.pending += g.Pending
	if age, ok := g.OldestAge(p.snapshot.At); ok {
		one.oldest = max(one.oldest, age)
	}
}

// countConsumers adds the consumers of a group of a stream to their totals over all streams.
func (p *Pane) countConsumers(s *model.Stream, g *model.Group, held map[[2]string]*right) {
	for i := range g.Consumers {
		c := &g.Consumers[i]
		key := [2]string{g.Name, c.Name}
		h := held[key]
		if h == nil {
			h = &right{group: g.Name, consumer: c.Name, idle: c.Idle}
			held[key] = h
		}
		h.of++
		if h.pending += c.Pending; c.Pending > h.most {
			h.most, h.worst = c.Pending, s
		}
		h.idle = min(h.idle, c.Idle)
		h.state = max(h.state, health.Consumer(g, c, p.data.Limits))
		if perSecond, reads := p.data.ConsumerMean(live.GroupKey{Stream: s.Key, Group: g.Name}, g, c, span); reads {
			h.reads = true
			h.acked.rate(perSecond)
		}
	}
}
