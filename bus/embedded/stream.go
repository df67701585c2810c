package embedded

import "slices"

// entryOverhead is the estimated memory of an entry beyond its own bytes, for MEMORY USAGE and used_memory.
const entryOverhead = 64

// entry is one item of a stream: its ID and its fields as alternating names and values.
type entry struct {
	id     id
	fields []string
}

func (e entry) at() id { return e.id }

func (e entry) size() int64 {
	size := int64(entryOverhead)
	for _, f := range e.fields {
		size += int64(len(f))
	}
	return size
}

// stream is the value of a stream key. The counters are the ones that Redis 7 keeps to compute a group's lag.
type stream struct {
	entries    ordered[entry]
	last       id    // the greatest ID ever added or set
	first      id    // the first entry's ID as recorded, 0-0 when there is none
	maxDeleted id    // the greatest ID removed by XDEL
	added      int64 // entries added over the stream's life
	groups     named[*group]
	bytes      int64
	version    uint64 // changes with every write, for WATCH
}

// add appends an entry whose ID is greater than last.
func (s *stream) add(e entry) {
	s.entries.insert(e)
	s.last = e.id
	s.added++
	if s.entries.len() == 1 {
		s.first = e.id
	}
	s.bytes += e.size()
	s.version++
}

// lastValid returns the ID of the newest entry that still exists, 0-0 when there is none.
func (s *stream) lastValid() id {
	if live := s.entries.live(); len(live) > 0 {
		return live[len(live)-1].id
	}
	return zeroID
}

// get returns the entry with the given ID.
func (s *stream) get(v id) (entry, bool) {
	e, _, ok := s.entries.find(v)
	return e, ok
}

// between returns at most limit entries from start to end, both included; limit 0 means all. The slice is only valid
// until the next change.
func (s *stream) between(start, end id, limit int64) []entry {
	found := s.window(start, end)
	if limit > 0 && int64(len(found)) > limit {
		found = found[:limit]
	}
	return found
}

// betweenReversed returns the entries of between, the newest first.
func (s *stream) betweenReversed(start, end id, limit int64) []entry {
	found := s.window(start, end)
	if limit > 0 && int64(len(found)) > limit {
		found = found[int64(len(found))-limit:]
	}
	found = slices.Clone(found)
	slices.Reverse(found)
	return found
}

func (s *stream) window(start, end id) []entry {
	live := s.entries.live()
	from, to := s.entries.search(start), len(live)
	if after, ok := end.next(); ok {
		to = s.entries.search(after)
	}
	if from >= to {
		return nil
	}
	return live[from:to]
}

// delete removes one entry, as XDEL does.
func (s *stream) delete(v id) bool {
	e, position, ok := s.entries.find(v)
	if !ok {
		return false
	}
	s.entries.removeAt(position)
	s.bytes -= e.size()
	if s.maxDeleted.less(v) {
		s.maxDeleted = v
	}
	s.recordFirst()
	s.version++
	return true
}

// trim removes the entries beyond the bound from the front, and returns their number.
func (s *stream) trim(b bound) int64 {
	n := b.excess(s)
	if n == 0 {
		return 0
	}
	for _, e := range s.entries.live()[:n] {
		s.bytes -= e.size()
	}
	s.entries.removeFirst(n)
	s.recordFirst()
	s.version++
	return int64(n)
}

func (s *stream) recordFirst() {
	s.first = zeroID
	if live := s.entries.live(); len(live) > 0 {
		s.first = live[0].id
	}
}

// clone returns a deep copy, groups and pending entries included.
func (s *stream) clone() *stream {
	c := *s
	c.entries = ordered[entry]{items: slices.Clone(s.entries.live())}
	c.groups = nil
	for _, g := range s.groups {
		c.groups = append(c.groups, g.clone())
	}
	return &c
}

// size returns an estimate of the stream's memory.
func (s *stream) size() int64 {
	size := s.bytes + entryOverhead
	for _, g := range s.groups {
		size += entryOverhead * int64(1+g.pending.len()+len(g.consumers))
	}
	return size
}
