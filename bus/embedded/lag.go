package embedded

// The counters behind entries-read and lag. Redis keeps them exact while it can, and returns nil when a deletion or an
// arbitrary group ID makes them unknowable. This file does the same, case by case.

// unknownRead marks a group with an unknown number of entries read.
const unknownRead = -1

// hasTombstoneFrom reports whether an entry at or after start, between existing entries, was deleted.
func (s *stream) hasTombstoneFrom(start id) bool {
	if s.entries.len() == 0 || s.maxDeleted == zeroID || s.maxDeleted.less(s.first) {
		return false
	}
	return !s.maxDeleted.less(start)
}

// readUpTo returns how many entries were ever added up to v, or unknownRead.
func (s *stream) readUpTo(v id) int64 {
	if s.added == 0 {
		return 0
	}
	length := int64(s.entries.len())
	if length == 0 && !s.last.less(v) {
		return s.added
	}
	switch v.compare(s.last) {
	case 0:
		return s.added
	case 1:
		return unknownRead
	}
	if s.maxDeleted == zeroID || s.maxDeleted.less(s.first) {
		switch v.compare(s.first) {
		case -1:
			return s.added - length
		case 0:
			return s.added - length + 1
		}
	}
	return unknownRead
}

// lag returns how many entries the group has yet to read, and whether that is known.
func (s *stream) lag(g *group) (lag int64, known bool) {
	if s.added == 0 {
		return 0, true
	}
	if g.read != unknownRead && !s.hasTombstoneFrom(g.last) {
		return s.added - g.read, true
	}
	if read := s.readUpTo(g.last); read != unknownRead {
		return s.added - read, true
	}
	return 0, false
}

// advance moves the group past an entry it was given.
func (s *stream) advance(g *group, v id) {
	if !g.last.less(v) {
		return
	}
	if g.read != unknownRead && !s.hasTombstoneFrom(v) {
		g.read++
	} else if s.added > 0 {
		g.read = s.readUpTo(v)
	}
	g.last = v
}
