package live

import (
	"slices"
	"sort"
	"time"

	"streamdesk/model"
)

// Log keeps the newest entries of the bus and the view of them that a filter lets through. While it is held (the
// person reads, or has paused the screen) nothing that is in view moves or goes away: arrivals wait apart.
type Log struct {
	ring    *model.Ring[model.Record]
	waiting *model.Ring[arrival]
	passing int // how many of those that wait pass the filter
	held    bool
	lost    uint64 // arrivals that passed the filter and were dropped from waiting since the hold began
	filter  model.Filter
	view    []uint64 // numbers of the records in the ring that pass the filter, ascending
	total   uint64
}

// arrival is a record that waits, and whether the filter lets it through.
type arrival struct {
	model.Record
	passes bool
}

// NewLog makes a log that keeps at most limit entries, and as many again while it is held.
func NewLog(limit int) *Log {
	return &Log{ring: model.NewRing[model.Record](limit), waiting: model.NewRing[arrival](limit)}
}

// Add takes new records, oldest first; now is the server's clock, for filters on age.
func (l *Log) Add(records []model.Record, now time.Time) {
	l.total += uint64(len(records))
	if l.held {
		for i := range records {
			l.wait(records[i], now)
		}
		return
	}
	for i := range records {
		l.push(records[i], now)
	}
	l.forget()
}

// wait keeps a record apart while the view is held; the oldest that waits makes room when there is none.
func (l *Log) wait(r model.Record, now time.Time) {
	if l.waiting.Len() == l.waiting.Limit() && l.waiting.Ref(0).passes {
		l.passing--
		l.lost++
	}
	a := arrival{Record: r, passes: l.filter.Match(&r, now)}
	if a.passes {
		l.passing++
	}
	l.waiting.Push(a)
}

func (l *Log) push(r model.Record, now time.Time) {
	number := l.ring.Evicted() + uint64(l.ring.Len())
	l.ring.Push(r)
	if l.filter.Match(&r, now) {
		l.view = append(l.view, number)
	}
}

// forget drops from the view what the ring has dropped.
func (l *Log) forget() {
	first := sort.Search(len(l.view), func(i int) bool { return l.view[i] >= l.ring.Evicted() })
	if first > 0 {
		l.view = append(l.view[:0], l.view[first:]...)
	}
}

// Hold stops the view from moving; what comes in waits.
func (l *Log) Hold() { l.held = true }

// Held says whether the view is held.
func (l *Log) Held() bool { return l.held }

// Release lets what waited into the view, and what comes from now on.
func (l *Log) Release(now time.Time) {
	l.Admit(now)
	l.held = false
}

// Admit lets what waited into the view without ending the hold.
func (l *Log) Admit(now time.Time) {
	for i := range l.waiting.Len() {
		l.push(l.waiting.Ref(i).Record, now)
	}
	l.waiting = model.NewRing[arrival](l.waiting.Limit())
	l.passing, l.lost = 0, 0
	l.forget()
}

// Waiting is how many records came in since the hold began that the filter lets through, and how many more of them
// were dropped because there were too many to keep.
func (l *Log) Waiting() (kept int, lost uint64) { return l.passing, l.lost }

// SetFilter changes what the view shows, old entries included.
func (l *Log) SetFilter(f model.Filter, now time.Time) {
	l.filter = f
	l.view = l.view[:0]
	for i := range l.ring.Len() {
		if f.Match(l.ring.Ref(i), now) {
			l.view = append(l.view, l.ring.Evicted()+uint64(i))
		}
	}
	l.passing = 0
	for i := range l.waiting.Len() {
		a := l.waiting.Ref(i)
		if a.passes = f.Match(&a.Record, now); a.passes {
			l.passing++
		}
	}
}

// OfWorkflow are copies of the kept records of one workflow, those that wait included.
func (l *Log) OfWorkflow(id string) []model.Record {
	var records []model.Record
	for i := range l.ring.Len() {
		if r := l.ring.Ref(i); r.Event.WorkflowID == id {
			records = append(records, *r)
		}
	}
	for i := range l.waiting.Len() {
		if r := &l.waiting.Ref(i).Record; r.Event.WorkflowID == id {
			records = append(records, *r)
		}
	}
	return records
}

// Filter is the filter in force.
func (l *Log) Filter() model.Filter { return l.filter }

// Len is how many records are in view.
func (l *Log) Len() int { return len(l.view) }

// Kept is how many records the log holds, in view or not, and Limit how many it can.
func (l *Log) Kept() int { return l.ring.Len() }

// Limit is how many records the log can hold.
func (l *Log) Limit() int { return l.ring.Limit() }

// Total is how many records ever came in.
func (l *Log) Total() uint64 { return l.total }

// At is the i-th record in view, 0 the oldest. It stays valid until the next Add, Admit or Release.
func (l *Log) At(i int) *model.Record {
	return l.ring.Ref(int(l.view[i] - l.ring.Evicted()))
}

// Find is the place in view of the entry with that key, or -1. Entries arrive nearly in the order of their IDs, but
// not quite, so every record is looked at; hint, a place where it may still be, is looked at first.
func (l *Log) Find(key model.Key, hint int) int {
	if hint >= 0 && hint < len(l.view) && l.At(hint).Key() == key {
		return hint
	}
	for i := range slices.Backward(l.view) {
		if l.At(i).Key() == key {
			return i
		}
	}
	return -1
}
