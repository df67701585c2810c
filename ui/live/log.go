package live

import (
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/series"
)

// Log keeps the newest entries of the bus, a stretch of older ones that were read on demand, and the view of them that
// a filter lets through. While it is held (the person reads, or has paused the screen) nothing that is in view moves
// or goes away: arrivals wait apart.
type Log struct {
	// Enough says that judging has taken as long as it may for now: what is left is judged by the next [Log.Work]. Only
	// filters that cost much are asked to stop; nil never is.
	Enough func() bool

	ring    *series.Ring[model.Record]
	waiting *series.Ring[arrival]
	passing int    // how many of those that wait pass the filter
	lost    uint64 // arrivals that passed the filter and were dropped from waiting since the hold began
	total   uint64

	Still
	judging
	past past
}

// arrival is a record that waits, and whether the filter lets it through.
type arrival struct {
	model.Record
	passes bool
}

// NewLog makes a log that keeps at most limit entries, as many again while it is held, and as many older ones.
func NewLog(limit int) *Log {
	return &Log{ring: series.NewRing[model.Record](limit), waiting: series.NewRing[arrival](limit)}
}

// Add takes new records, oldest first; now is the server's clock, for filters on age.
func (l *Log) Add(records []model.Record, now time.Time) {
	l.total += uint64(len(records))
	for i := range records {
		if l.Following() {
			l.ring.Push(records[i])
		} else {
			l.wait(records[i], now)
		}
	}
	l.forget()
	l.Work(now)
}

// wait keeps a record apart while the view is held; the oldest that waits makes room when there is none.
func (l *Log) wait(r model.Record, now time.Time) {
	if l.waiting.Len() == l.waiting.Limit() {
		oldest := l.waiting.Ref(0)
		switch judged := l.waiting.Evicted() < l.waitingJudged; {
		case judged && oldest.passes:
			l.passing--
			l.lost++
		case judged:
		case l.filter.Costly():
			l.missed++
		case l.passes(&oldest.Record, now):
			l.lost++
		}
		l.waitingJudged = max(l.waitingJudged, l.waiting.Evicted()+1)
	}
	l.waiting.Push(arrival{Record: r})
}

// Release ends the reading: what waited comes into the view, and what comes from now on. The past goes: what comes in pushes
// out what it joins on to. On a paused screen what comes in goes on waiting.
func (l *Log) Release(now time.Time) {
	l.DropPast()
	l.reading = false
	if !l.paused {
		l.Admit(now)
	}
}

// Admit lets what waited into the view without ending the hold.
func (l *Log) Admit(now time.Time) {
	for i := range l.waiting.Len() {
		l.ring.Push(l.waiting.Ref(i).Record)
	}
	l.waiting = series.NewRing[arrival](l.waiting.Limit())
	l.passing, l.lost, l.waitingJudged = 0, 0, 0
	l.forget()
	l.Work(now)
}

// Waiting is how many records came in since the hold began that the filter lets through, and how many more of them
// were dropped because there were too many to keep.
func (l *Log) Waiting() (kept int, lost uint64) { return l.passing, l.lost }

// OfWorkflow are copies of the kept records of one workflow, those that wait included.
func (l *Log) OfWorkflow(id string) []model.Record {
	var records []model.Record
	for i := range l.past.records {
		if r := &l.past.records[i]; r.Event.WorkflowID == id {
			records = append(records, *r)
		}
	}
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

// Len is how many records are in view.
func (l *Log) Len() int {
	if l.past.detached {
		return len(l.past.records)
	}
	return len(l.past.records) + len(l.view)
}

// Kept is how many of the newest records the log holds, in view or not.
func (l *Log) Kept() int { return l.ring.Len() }

// Total is how many records ever came in.
func (l *Log) Total() uint64 { return l.total }

// At is the i-th record in view, 0 the oldest. It stays valid until the log is changed.
func (l *Log) At(i int) *model.Record {
	if i < len(l.past.records) {
		return &l.past.records[i]
	}
	return l.ring.Ref(int(l.view[i-len(l.past.records)] - l.ring.Evicted()))
}

// Find is the place in view of the entry with that key, or -1. Entries arrive nearly in the order of their IDs, but
// not quite, so every record is looked at; hint, a place where it may still be, is looked at first.
func (l *Log) Find(key model.Key, hint int) int {
	if hint >= 0 && hint < l.Len() && l.At(hint).Key() == key {
		return hint
	}
	for i := range l.Len() {
		if i = l.Len() - 1 - i; l.At(i).Key() == key {
			return i
		}
	}
	return -1
}

// FindFrom is the place in view of the entry with the smallest ID that is at least that, or -1.
func (l *Log) FindFrom(id model.Position) int {
	found := -1
	for i := range l.Len() {
		if at := l.At(i).ID; !at.Before(id) && (found < 0 || at.Before(l.At(found).ID)) {
			found = i
		}
	}
	return found
}

// Seen are what entries in memory say of one of their parts, each once and in no order, for completion: from the
// newest entries, until there are that many.
func (l *Log) Seen(most int, part func(*model.Record) string) []string {
	var seen []string
	known := map[string]bool{}
	for i := range l.ring.Len() {
		value := part(l.ring.Ref(l.ring.Len() - 1 - i))
		if value == "" || known[value] {
			continue
		}
		known[value] = true
		if seen = append(seen, value); len(seen) == most {
			break
		}
	}
	return slices.Clip(seen)
}
