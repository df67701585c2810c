package live

import (
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/sorting"
)

// past is a range of entries that were read from the server on demand, older than those in the ring: all entries of all
// streams between two IDs that pass the filter. Either it joins on to the ring, or it is detached, as after a jump: then
// only the past is in view.
type past struct {
	loaded   bool
	detached bool
	whole    bool // it begins where all streams begin
	// from and to bound it, to excluded. At the borders an ID may be included for one stream and not for another.
	from, to model.Position
	records  []model.Record // by ID, then by stream
	size     int            // bytes of their fields
	joint    uint64         // how many records the ring had evicted when the past joined on to it
}

// pastBytes is the max size of the past, besides its max number of records: payloads may be large.
const pastBytes = 16 << 20

// DropPast drops the past: the newest entries are in view again.
func (l *Log) DropPast() { l.past = past{} }

// Past reports whether there is a past, whether it begins where all streams begin, and whether it is detached from the
// newest entries.
func (l *Log) Past() (loaded, whole, detached bool) {
	return l.past.loaded, l.past.whole, l.past.detached
}

// PastLen returns how many records of the past are in view.
func (l *Log) PastLen() int { return len(l.past.records) }

// PastFrom returns the ID before which older entries are to be read; false before the first entry came in.
func (l *Log) PastFrom() (model.Position, bool) {
	if l.past.loaded {
		return l.past.from, true
	}
	return l.RingFrom()
}

// PastTo returns the ID from which on entries newer than a detached past are to be read.
func (l *Log) PastTo() model.Position { return l.past.to }

// RingFrom returns the ID where the newest entries begin; false when there are none.
func (l *Log) RingFrom() (model.Position, bool) {
	if l.ring.Len() == 0 {
		return model.Position{}, false
	}
	return l.ring.Ref(0).ID, true
}

// Covers reports whether every entry from that ID on that passes the filter, up to the next gap, is in view.
func (l *Log) Covers(id model.Position) bool {
	if l.past.loaded && !id.Before(l.past.from) && id.Before(l.past.to) {
		return true
	}
	from, ok := l.RingFrom()
	return ok && !l.past.detached && !id.Before(from)
}

// Detach starts an empty past at an ID.
func (l *Log) Detach(at model.Position) {
	l.reading = true
	l.past = past{loaded: true, detached: true, from: at, to: at}
}

// Older adds what was read before the past, in any order: all that passes the filter from an ID on. Whole means that there
// is nothing before it. It returns how many records were added at the view's beginning. If the past is then too large, its
// newest records are dropped, and it is detached.
func (l *Log) Older(records []model.Record, from model.Position, whole bool) (grown int) {
	if !l.past.loaded {
		begin, ok := l.RingFrom()
		if !ok {
			return 0
		}
		l.past = past{loaded: true, to: begin, joint: l.ring.Evicted()}
	}
	records = l.unseen(records)
	l.past.records = append(records, l.past.records...)
	l.past.from, l.past.whole = from, whole
	l.past.count(records)
	for len(l.past.records) > 1 && l.past.tooLarge(l.ring.Limit()) {
		last := len(l.past.records) - 1
		l.past.size -= l.past.records[last].Size()
		l.past.to, l.past.detached = l.past.records[last].ID, true
		l.past.records[last] = model.Record{}
		l.past.records = l.past.records[:last]
	}
	return len(records)
}

// Newer adds what was read after a detached past, in any order: all that passes the filter up to an ID. If it reaches the
// newest entries, the past joins on to them. It returns how many records were dropped from the view's beginning to make
// room.
func (l *Log) Newer(records []model.Record, to model.Position) (gone int) {
	if !l.past.detached {
		return 0
	}
	records = l.unseen(records)
	l.past.records = append(l.past.records, records...)
	l.past.to = to
	l.past.count(records)
	for gone < len(l.past.records)-1 && l.past.tooLarge(l.ring.Limit()+gone) {
		l.past.size -= l.past.records[gone].Size()
		// Entries with the same ID in other streams may stay: the next read of older ones begins with them.
		l.past.from, l.past.whole = l.past.records[gone].ID.Next(), false
		gone++
	}
	l.past.records = slices.Delete(l.past.records, 0, gone)
	if begin, ok := l.RingFrom(); ok && !to.Before(begin) {
		l.past.detached, l.past.joint = false, l.ring.Evicted()
	}
	return gone
}

// unseen sorts the records and leaves out those that the ring or the past holds: IDs of different streams don't come in
// strictly in order, so that some records beyond the border may already be known.
func (l *Log) unseen(records []model.Record) []model.Record {
	sorting.By(records, compareRecords)
	if len(records) == 0 {
		return nil
	}
	oldest, newest := records[0].ID, records[len(records)-1].ID
	known := map[model.Key]bool{}
	for i := range l.ring.Len() {
		if r := l.ring.Ref(i); !r.ID.Before(oldest) && !newest.Before(r.ID) {
			known[r.Key()] = true
		}
	}
	for i := range l.past.records {
		if r := &l.past.records[i]; !r.ID.Before(oldest) && !newest.Before(r.ID) {
			known[r.Key()] = true
		}
	}
	return slices.DeleteFunc(records, func(r model.Record) bool { return known[r.Key()] })
}

func compareRecords(r, s *model.Record) int {
	if c := r.ID.Compare(s.ID); c != 0 {
		return c
	}
	return strings.Compare(r.Stream, s.Stream)
}

func (p *past) count(records []model.Record) {
	for i := range records {
		p.size += records[i].Size()
	}
}

func (p *past) tooLarge(limit int) bool { return len(p.records) > limit || p.size > pastBytes }
