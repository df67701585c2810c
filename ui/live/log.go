package live

import (
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/series"
)

// Log keeps the newest entries of the bus, a range of older ones that were read on demand, and the view: those that
// pass a filter. While it is held (the person reads, or has paused the screen), nothing in view moves or goes away: new
// entries wait apart.
type Log struct {
	// Enough reports whether judging has taken as long as it may for now: the next [Log.Work] judges the rest. Only
	// filters that cost much are interrupted; nil never interrupts.
	Enough func() bool

	ring    *series.Ring[model.Record]
	waiting *series.Ring[arrival]
	passing int    // how many of the waiting records pass the filter
	lost    uint64 // arrivals that passed the filter and were dropped from waiting since the hold began
	total   uint64

	Still
	judging
	past past
}

// arrival is a waiting record, and whether it passes the filter.
type arrival struct {
	model.Record
	passes bool
}

// NewLog returns a log that keeps max limit entries, as many again while it is held, and as many older ones.
func NewLog(limit int) *Log {
	return &Log{ring: series.NewRing[model.Record](limit), waiting: series.NewRing[arrival](limit)}
}

// Add adds new records, oldest first; now is the server's clock, for filters on age.
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

// wait keeps a record apart while the view is held; when there is no room, it evicts the oldest waiting record.
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

// Release ends the reading: waiting records come into the view, and new ones too. It drops the past, since new records evict
// those that it joins on to. On a paused screen, new records continue to wait.
func (l *Log) Release(now time.Time) {
	l.DropPast()
	l.reading = false
	if !l.paused {
		l.Admit(now)
	}
}

// Admit adds the waiting records to the view without ending the hold.
func (l *Log) Admit(now time.Time) {
	for i := range l.waiting.Len() {
		l.ring.Push(l.waiting.Ref(i).Record)
	}
	l.waiting = series.NewRing[arrival](l.waiting.Limit())
	l.passing, l.lost, l.waitingJudged = 0, 0, 0
	l.forget()
	l.Work(now)
}

// Waiting returns how many waiting records pass the filter, and how many more that pass came in since the hold began
// and were dropped because there were too many to keep.
func (l *Log) Waiting() (kept int, lost uint64) { return l.passing, l.lost }

// OfWorkflow returns copies of the kept records of one workflow, including waiting ones.
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

// Len returns the number of records in view.
func (l *Log) Len() int {
	if l.past.detached {
		return len(l.past.records)
	}
	return len(l.past.records) + len(l.view)
}

// Kept returns how many of the newest records the log holds, in view or not.
func (l *Log) Kept() int { return l.ring.Len() }

// Total returns how many records ever came in.
func (l *Log) Total() uint64 { return l.total }

// At returns the i-th record in view, 0 being the oldest. It is valid until the log is changed.
func (l *Log) At(i int) *model.Record {
	if i < len(l.past.records) {
		return &l.past.records[i]
	}
	return l.ring.Ref(int(l.view[i-len(l.past.records)] - l.ring.Evicted()))
}

// Find returns the index in view of the entry with that key, or -1. Entries arrive nearly in the order of their IDs,
// but not quite, so every record is compared; hint, an index where it may still be, is tried first.
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

// FindFrom returns the index in view of the entry with the smallest ID that isn't before id, or -1.
func (l *Log) FindFrom(id model.Position) int {
	found := -1
	for i := range l.Len() {
		if at := l.At(i).ID; !at.Before(id) && (found < 0 || at.Before(l.At(found).ID)) {
			found = i
		}
	}
	return found
}

// Seen returns the different values of a part of the records in memory, for completion: from the newest record back,
// max most values.
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
