package workflow

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"streamdesk/model"
)

// marksMost is how many events an [Index] keeps of one workflow: half as many again as a HyperAgent workflow has. Of more, the oldest
// progress and talk goes first, as in a [Workflow].
const marksMost = 48

// mark is what an [Index] keeps of one event: the least that the course of its workflow can be told from.
type mark struct {
	id       model.Position
	identity uint64
	kind     uint32 // which of the index's kinds it is
	agent    uint32 // which of the index's names
}

// source is a type of events in one stream.
type source struct {
	stream string
	kind   model.Type
}

// markKind is what a mark's number of a kind stands for.
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

// insert puts a mark into its place, and says whether it wasn't there yet.
func (x *Index) insert(e *entry, m mark) bool {
	at := sort.Search(len(e.marks), func(i int) bool { return x.compare(&e.marks[i], &m) >= 0 })
	if at < len(e.marks) && x.compare(&e.marks[at], &m) == 0 {
		return false
	}
	passes := func(m *mark) bool { return !x.kinds[m.kind].says.lasting() }
	if len(e.marks) == marksMost { // before there is one too many, for which the room would be doubled
		e.truncated = true
		out := 0
		if e.passing > 0 {
			out = slices.IndexFunc(e.marks, func(m mark) bool { return passes(&m) })
		}
		if gone := &e.marks[out]; at <= out && passes(&m) == passes(gone) || passes(&m) && !passes(gone) {
			return true // it is the one to go
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
	if n := len(e.marks); n == cap(e.marks) { // doubled, but never past what is kept
		e.marks = append(make([]mark, 0, min(max(2*n, 4), marksMost)), e.marks...)
	}
	e.marks = slices.Insert(e.marks, at, m)
	return true
}

// expand is the events of a workflow that marks stand for, without what their payloads say.
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

// namesMost bounds how many agents, and how many types in a stream, an [Index] knows apart. Whoever invents a new one each time gets
// no memory out of it: what comes beyond is one and the same.
const namesMost = 5000

// others is what stands for the agents and types beyond that.
const others = "…"

// kindOf is the number of the kind of a record.
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

// nameOf is the number of an agent's name.
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
