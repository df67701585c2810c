package tail

import (
	"slices"
	"time"

	"streamdesk/model"
)

// tailOrder puts what a tail reads into one order over all streams. An entry of the millisecond m is parked until a read
// that began after m was over: whatever comes before it was added by then, and has been read. A stream that brought as
// many entries as were asked for may hold more, so that nothing later than its last one is handed on; one that has a read's
// worth parked isn't read until the others have caught up, which bounds what is parked.
type order struct {
	parked []model.Entry // by ID
	// reads are those that may still settle something, oldest first.
	reads []moment
	// settled is the millisecond up to which every entry has been read.
	settled uint64
	// full and waiting are the streams that may hold more: those of the last read, and those that were left out of it.
	full, waiting []*stream
}

// tailMoment is the end of a read, and the greatest millisecond that had been read then.
type moment struct {
	end    time.Time
	newest uint64
}

// tick is for how long a read has to be over before the next one begins, so that the server's clock is a millisecond
// further by then.
const tick = 2 * time.Millisecond

// begin leaves out of a read the streams that have too much parked, and notes what an earlier read has settled.
func (o *order) begin(now time.Time, reads []tailRead, count int) []tailRead {
	for len(o.reads) > 0 && now.Sub(o.reads[0].end) >= tick {
		o.settled = max(o.settled, o.reads[0].newest)
		o.reads = o.reads[1:]
	}
	o.waiting = nil
	if len(o.parked) < count {
		return reads
	}
	parked := make(map[string]int)
	for i := range o.parked {
		parked[o.parked[i].Stream]++
	}
	left := make([]tailRead, 0, len(reads))
	for _, r := range reads {
		var streams []*stream
		for _, s := range r.streams {
			if parked[s.key] >= count {
				o.waiting = append(o.waiting, s)
			} else {
				streams = append(streams, s)
			}
		}
		if len(streams) > 0 {
			left = append(left, tailRead{streams: streams})
		}
	}
	return left
}

// end notes that a read is over, and which streams may hold more.
func (o *order) end(now time.Time, full []*stream) []*stream {
	o.full = slices.Concat(full, o.waiting)
	o.reads = append(o.reads, moment{end: now})
	return o.full
}

// take adds what was read, and returns what may be handed on.
func (o *order) take(entries []model.Entry) []model.Entry {
	o.parked = append(o.parked, entries...)
	if len(o.parked) == 0 {
		return nil
	}
	if !slices.IsSortedFunc(o.parked, compareEntries) {
		slices.SortStableFunc(o.parked, compareEntries)
	}
	if n := len(o.reads); n > 0 {
		o.reads[n-1].newest = o.parked[len(o.parked)-1].ID.Ms
	}
	n := 0
	for n < len(o.parked) && o.parked[n].ID.Ms <= o.settled && !o.behind(o.parked[n].ID) {
		n++
	}
	ready := slices.Clone(o.parked[:n])
	rest := copy(o.parked, o.parked[n:])
	clear(o.parked[rest:])
	o.parked = o.parked[:rest]
	return ready
}

// behind says whether a stream may hold more that comes before an ID.
func (o *order) behind(id model.Position) bool {
	return slices.ContainsFunc(o.full, func(s *stream) bool { return s.at.Before(id) })
}
