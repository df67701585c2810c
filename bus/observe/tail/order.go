package tail

import (
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/sorting"
)

// order sorts the entries of a tail over all streams. An entry of the millisecond m is parked until a read has ended that began
// after the end of m: by then all earlier entries were added, and have been read. The server's clock tells when m is over; where it
// isn't known, the time that passes between two reads does. A stream that returned as many entries as
// requested may hold more, so no entry later than its last one is yielded. A stream with a full read parked isn't read until the
// others have caught up, which limits the number of parked entries.
type order struct {
	parked []model.Entry // by ID
	// reads are the reads that may still raise settled, oldest first.
	reads []moment
	// settled is the millisecond up to which every entry has been read.
	settled uint64
	// clock is the server's, in milliseconds, when the read that goes on began; 0 when it isn't known.
	clock uint64
	// over is when the server's millisecond that the last read fell into is over, by this machine's clock; zero when it isn't known.
	over time.Time
	// full and waiting are the streams that may hold more: full includes those of the last read, waiting are those left out of
	// it.
	full, waiting []*stream
}

// moment is the end of a read, and the greatest millisecond read by then.
type moment struct {
	end    time.Time
	newest uint64
}

// tick is the min time from the end of a read to the next one, so that the server's clock has advanced by a millisecond.
const tick = 2 * time.Millisecond

// begin removes the streams with too many parked entries from a read, and raises settled to what earlier reads allow.
func (o *order) begin(now time.Time, reads []tailRead, count int) []tailRead {
	for len(o.reads) > 0 && now.Sub(o.reads[0].end) >= tick {
		o.settled = max(o.settled, o.reads[0].newest)
		o.reads = o.reads[1:]
	}
	o.waiting, o.clock, o.over = nil, 0, time.Time{}
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

// tell records the server's clock, in microseconds, of a read that was answered now.
func (o *order) tell(now time.Time, clock int64) {
	if o.clock == 0 && clock > 0 {
		const ms = int64(time.Millisecond / time.Microsecond)
		o.clock = uint64(clock / ms)
		o.over = now.Add(time.Duration(ms-clock%ms) * time.Microsecond)
	}
}

// align moves the end of a wait to the nearest end of one of the server's milliseconds: a read right after it returns all entries of
// that millisecond, and none that have to be parked.
func (o *order) align(now time.Time, wait time.Duration) time.Duration {
	if o.over.IsZero() {
		return wait
	}
	off := o.over.Sub(now.Add(wait)) % time.Millisecond
	switch {
	case off <= -time.Millisecond/2:
		off += time.Millisecond
	case off > time.Millisecond/2:
		off -= time.Millisecond
	}
	return max(wait+off, 0)
}

// end records that a read is over, and which streams may hold more.
func (o *order) end(now time.Time, full []*stream) []*stream {
	o.full = slices.Concat(full, o.waiting)
	if o.clock > 0 { // what is added from now on has this millisecond or a later one
		o.settled = max(o.settled, o.clock-1)
	}
	o.reads = append(o.reads, moment{end: now})
	return o.full
}

// take adds the entries that were read, and returns those that may be yielded.
func (o *order) take(entries []model.Entry) []model.Entry {
	o.parked = append(o.parked, entries...)
	if len(o.parked) == 0 {
		return nil
	}
	sorting.By(o.parked, compareEntries)
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

// behind reports whether a stream may hold further entries before an ID.
func (o *order) behind(id model.Position) bool {
	return slices.ContainsFunc(o.full, func(s *stream) bool { return s.at.Before(id) })
}
