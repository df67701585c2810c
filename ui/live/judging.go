package live

import (
	"slices"
	"sort"
	"time"

	"streamdesk/model"
	"streamdesk/model/filter"
)

// judging is the filter, the records that passed it, and which ones it has judged: a filter that costs much runs a
// little at a time, so that the desk responds to keys meanwhile. Records in the ring are identified by their numbers.
type judging struct {
	filter filter.Filter
	view   []uint64 // records in the ring that pass, ascending
	// lower and upper bound the records that were judged: upper grows as records come in, lower sinks to the oldest.
	lower, upper  uint64
	waitingJudged uint64 // waiting records below this number were judged

	undecided int    // how many records the filter couldn't decide on since it was set
	why       string // why it couldn't decide on the last of them
	missed    uint64 // records that were dropped before they were judged
	slow      bool   // judging everything takes longer than a frame may
}

// judgedAtOnce is how many records are judged between two looks at the clock.
const judgedAtOnce = 32

// SetFilter changes what the view shows; the newest entries are judged first. It drops the past, which holds what
// passed the filter before.
func (l *Log) SetFilter(f filter.Filter, now time.Time) {
	l.DropPast()
	l.missed = 0
	l.judge(f)
	l.Work(now)
	l.slow = l.Unjudged() > 0
}

// Refilter judges everything again with the same filter and its newest data: ages pass, and entries are acknowledged.
// When that takes longer than a frame may, it only stores the filter: the view would come and go.
func (l *Log) Refilter(f filter.Filter, now time.Time) {
	if l.slow {
		l.filter = f
		return
	}
	l.judge(f)
	l.past.records = slices.DeleteFunc(l.past.records, func(r model.Record) bool { return !f.Match(&r, now) })
	l.Work(now)
}

func (l *Log) judge(f filter.Filter) {
	end := l.ring.Evicted() + uint64(l.ring.Len())
	l.judging = judging{filter: f, view: l.view[:0], lower: end, upper: end, missed: l.missed}
	l.passing = 0
}

// Filter returns the filter in force.
func (l *Log) Filter() filter.Filter { return l.filter }

// Unjudged returns how many of the kept records the filter hasn't judged yet.
func (l *Log) Unjudged() int {
	end := l.ring.Evicted() + uint64(l.ring.Len())
	return int(end-l.upper) + int(l.lower-min(l.lower, l.ring.Evicted()))
}

// Undecided returns how many records the filter couldn't decide on since it was set, why, and how many were dropped before
// it could judge them.
func (l *Log) Undecided() (n int, why string, missed uint64) { return l.undecided, l.why, l.missed }

// Work judges records until all are judged or Enough returns true, newer records first.
func (l *Log) Work(now time.Time) {
	work := worker{log: l, now: now}
	end := l.ring.Evicted() + uint64(l.ring.Len())
	for ; l.upper < end && work.goesOn(); l.upper++ {
		if l.passes(l.ring.Ref(int(l.upper-l.ring.Evicted())), now) {
			l.view = append(l.view, l.upper)
		}
	}
	for number := max(l.waitingJudged, l.waiting.Evicted()); number < l.waiting.Evicted()+uint64(l.waiting.Len()) && work.goesOn(); number++ {
		a := l.waiting.Ref(int(number - l.waiting.Evicted()))
		if a.passes = l.passes(&a.Record, now); a.passes {
			l.passing++
		}
		l.waitingJudged = number + 1
	}
	var older []uint64
	for ; l.lower > l.ring.Evicted() && work.goesOn(); l.lower-- {
		if l.passes(l.ring.Ref(int(l.lower-1-l.ring.Evicted())), now) {
			older = append(older, l.lower-1)
		}
	}
	if len(older) > 0 {
		slices.Reverse(older)
		l.view = append(older, l.view...)
	}
}

// worker decides how long Work continues.
type worker struct {
	log  *Log
	now  time.Time
	done int
}

func (w *worker) goesOn() bool {
	w.done++
	return w.log.Enough == nil || w.done%judgedAtOnce != 0 || !w.log.filter.Costly() || !w.log.Enough()
}

func (l *Log) passes(r *model.Record, now time.Time) bool {
	v, why := l.filter.Judge(r, now)
	if v == filter.Undecided {
		l.undecided++
		l.why = why
	}
	return v == filter.Passes
}

// forget drops from the view what the ring has evicted, and the past when it no longer joins on to the ring.
func (l *Log) forget() {
	oldest := l.ring.Evicted()
	first := sort.Search(len(l.view), func(i int) bool { return l.view[i] >= oldest })
	if first > 0 {
		l.view = append(l.view[:0], l.view[first:]...)
	}
	if l.upper < oldest {
		l.missed += oldest - l.upper
		l.upper = oldest
	}
	if !l.past.detached && oldest > l.past.joint && l.past.loaded {
		l.DropPast()
	}
}
