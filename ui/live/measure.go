package live

import (
	"time"

	"streamdesk/model"
	"streamdesk/model/series"
)

const (
	// clockJitter is how far the server's clock may go back before it counts as set: the clocks of a cluster's nodes,
	// and a clock that is being slewed, differ by less.
	clockJitter = time.Second
	// longestSpan is the max time that one rate is drawn over. Snapshots are max a minute apart; after twice that,
	// nobody was looking, and a mean would hide what happened.
	longestSpan = 2 * time.Minute
)

// measure computes rates from the difference to the last snapshot.
func (d *Data) measure(s *model.Snapshot) {
	var from time.Time // zero for the first snapshot, which can't be compared to any
	if d.latest != nil {
		switch elapsed := s.At.Sub(d.latest.At); {
		case elapsed <= -clockJitter:
			d.startOver()
		case elapsed <= 0:
			return // no time has passed: the next snapshot is compared to latest too
		default:
			from = d.latest.At
		}
	}
	total, totalKnown := 0.0, false
	for i := range s.Streams {
		st := &s.Streams[i]
		if st.Missing || st.Problem != "" {
			delete(d.streams, st.Key)
			continue
		}
		if perS, known := d.measureStream(st, from, s.At); known {
			total += perS
			totalKnown = true
		}
		for j := range st.Groups {
			d.measureGroup(GroupKey{st.Key, st.Groups[j].Name}, &st.Groups[j], from, s.At)
		}
	}
	if totalKnown {
		d.record(d.in, from, s.At, total)
	}
	d.forgetGone(s)
	d.chooseDetail()
	d.latest, d.troubled = s, false
}

// startOver drops every rate and series: the server's clock was set back, or it is another server's.
func (d *Data) startOver() {
	clear(d.streams)
	clear(d.groups)
	d.in = d.newSeries()
}

func (d *Data) measureStream(st *model.Stream, from, to time.Time) (perS float64, known bool) {
	kept := d.streams[st.Key]
	if kept == nil {
		kept = &streamSeries{in: d.newSeries()}
		d.streams[st.Key] = kept
	} else {
		kept.rate = model.Count{}
		if n := added(&kept.last, st); n.Known && !from.IsZero() {
			kept.perS = float64(n.N) / to.Sub(from).Seconds()
			kept.rate = model.Count{N: int64(kept.perS + 0.5), Known: true, Estimated: n.Estimated}
			d.record(kept.in, from, to, kept.perS)
		}
	}
	kept.last = *st
	kept.last.Groups = nil
	return kept.perS, kept.rate.Known
}

// added returns how many entries came into a stream between two snapshots. A counter that went back belongs to a new
// stream of that name. Servers before Redis 7 have no counter: they tell whether anything came in, and, while nothing
// was trimmed, how much the stream has grown, less what was deleted.
func added(before, now *model.Stream) model.Count {
	switch {
	case before.EntriesAdded.Known && now.EntriesAdded.Known:
		if n := now.EntriesAdded.Minus(before.EntriesAdded); n.N >= 0 {
			return n
		}
	case before.Last == now.Last:
		return model.Exactly(0)
	case (before.Length == 0 || before.First == now.First) && now.Length > before.Length:
		return model.About(now.Length - before.Length)
	}
	return model.Count{}
}

func (d *Data) measureGroup(key GroupKey, g *model.Group, from, to time.Time) {
	kept := d.groups[key]
	acked := g.Acked()
	if kept == nil {
		kept = &groupSeries{acked: d.newSeries()}
		d.groups[key] = kept
	} else {
		kept.known = false
		// A count that went back was changed by XGROUP SETID, or belongs to a new group of that name.
		if n := acked.Minus(kept.count); n.Known && n.N >= 0 && !from.IsZero() {
			kept.perS, kept.known = float64(n.N)/to.Sub(from).Seconds(), true
			d.record(kept.acked, from, to, kept.perS)
		}
	}
	kept.count = acked
	kept.course.add(waypoint{at: to, lag: g.Lag, pending: model.Exactly(g.Pending)})
}

// record writes a rate into each step of the time it was measured over, so that a slow refresh leaves no gaps. It
// leaves a gap where the server couldn't be asked.
func (d *Data) record(kept *series.Series, from, to time.Time, perS float64) {
	if !d.troubled && to.Sub(from) <= longestSpan {
		for t := from.Add(seriesStep); t.Before(to); t = t.Add(seriesStep) {
			kept.Set(t, perS)
		}
	}
	kept.Set(to, perS)
}
