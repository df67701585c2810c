package workflow

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"streamdesk/model"
)

// marksMost is the max number of events that an [Index] keeps per workflow: half as many again as a HyperAgent workflow
// has. Above it, the oldest progress and talk is dropped first, as in a [Workflow].
const marksMost = 48

// mark is what an [Index] keeps of one event: the minimum needed to rebuild the course of its workflow.
type mark struct {
	id       model.Position
	identity uint64
	kind     uint32 // number in the index's kinds
	agent    uint32 // number in the index's names
}

// source is a type of events in one stream.
type source struct {
	stream string
	kind   model.Type
}

// markKind is what the kind number of a mark refers to.
type markKind struct {
	source
	says  kind
	phase int
}

// compare orders marks as [Event.compare] orders events.
func (x *Index) compare(a, b *mark) int {
	k, l := &x.kinds[a.kind], &x.kinds[b.kind]
	return cmp.Or(
		cmp.Compare(a.id.Ms, b.id.Ms), cmp.Compare(k.phase, l.phase),
		cmp.Compare(a.id.Seq, b.id.Seq), strings.Compare(k.stream, l.stream),
	)
}

// insert inserts a mark in order and reports whether it was new.
func (x *Index) insert(e *entry, m mark) bool {
	at := sort.Search(len(e.marks), func(i int) bool { return x.compare(&e.marks[i], &m) >= 0 })
	if at < len(e.marks) && x.compare(&e.marks[at], &m) == 0 {
		return false
	}
	passes := func(m *mark) bool { return !x.kinds[m.kind].says.lasting() }
	if len(e.marks) == marksMost { // evict before inserting, or the slice would grow
		e.truncated = true
		out := 0
		if e.passing > 0 {
			out = slices.IndexFunc(e.marks, func(m mark) bool { return passes(&m) })
		}
		if gone := &e.marks[out]; at <= out && passes(&m) == passes(gone) || passes(&m) && !passes(gone) {
			return true // the new mark itself would be dropped
		}
		if passes(&e.marks[out]) {
			e.passing--
		}
		if e.marks = slices.Delete(e.marks, out, out+1); out < at {
			at--
		}
	}
	if passes(&m) {
		e.passing++
	}
	if n := len(e.marks); n == cap(e.marks) { // double the capacity, up to marksMost
		e.marks = append(make([]mark, 0, min(max(2*n, 4), marksMost)), e.marks...)
	}
	e.marks = slices.Insert(e.marks, at, m)
	return true
}

// expand appends the events that the marks stand for, without what their payloads say.
func (x *Index) expand(into []Event, marks []mark) []Event {
	for i := range marks {
		m := &marks[i]
		k := &x.kinds[m.kind]
		into = append(into, Event{
			Key: model.Key{Stream: k.stream, ID: m.id}, Type: k.source.kind, Agent: x.names[m.agent], kind: k.says, identity: m.identity, sketch: true,
		})
	}
	return into
}

// namesMost is the max number of agents, and of pairs of stream and type, that an [Index] keeps apart. All further ones
// are treated as one, so that invented names can't exhaust the memory.
const namesMost = 5000

// others stands for the agents and types above namesMost.
const others = "…"

// kindOf returns the number of a record's kind.
func (x *Index) kindOf(r *model.Record) uint32 {
	s := source{r.Stream, r.Event.Type}
	if n, ok := x.kindNumbers[s]; ok {
		return n
	}
	if len(x.kinds) > namesMost {
		s = source{others, others}
		if n, ok := x.kindNumbers[s]; ok {
			return n
		}
	}
	s = source{strings.Clone(s.stream), model.Type(strings.Clone(string(s.kind)))}
	k := markKind{source: s, says: kindOf(s.kind)}
	k.phase = k.says.phase()
	x.kinds = append(x.kinds, k)
	n := uint32(len(x.kinds) - 1)
	x.kindNumbers[s] = n
	return n
}

// nameOf returns the number of an agent's name.
func (x *Index) nameOf(name string) uint32 {
	if n, ok := x.nameNumbers[name]; ok {
		return n
	}
	if len(x.names) > namesMost {
		name = others
		if n, ok := x.nameNumbers[name]; ok {
			return n
		}
	}
	name = strings.Clone(name)
	x.names = append(x.names, name)
	n := uint32(len(x.names) - 1)
	x.nameNumbers[name] = n
	return n
}
