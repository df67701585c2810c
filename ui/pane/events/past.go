package events

import (
	"context"
	"slices"
	"time"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

// pastState is the progress of reading older entries, or the entries after a place that was jumped to.
type pastState struct {
	// running: it goes on; newer says that it goes towards the newest.
	running, newer bool
	// scanned is how many entries were read, found how many of them passed the filter; reached is the time of the last entry
	// read.
	scanned, found int64
	reached        time.Time
	// unreadable is the number of streams that were left out.
	unreadable int
	// stopped reports that the person stopped it; err is any other reason why it stopped.
	stopped bool
	err     error
}

// step is one result of the walk: records in any order, complete up to reach.
type step struct {
	records        []model.Record
	reach          model.Position
	newer, whole   bool
	scanned, found int64
	unreadable     int
	err            error
}

const (
	// pastPage is how many entries that pass the filter are read at a time: several screens.
	pastPage = 200
	// pastContext is how many entries are read before a place that was jumped to.
	pastContext = 40
	// pastStep is the number of entries after which reading forward reports its progress.
	pastStep = 500
)

// atStart reports whether the cursor is on the first entry in view, or nothing is in view.
func (p *Pane) atStart(d *live.Data) bool {
	return d.Log.Len() == 0 || !d.Log.Following() && p.pinned != nil && d.Log.At(0).Key() == p.pinned.Key()
}

// atEnd reports whether the cursor is on the last entry in view, or nothing is in view.
func (p *Pane) atEnd(d *live.Data) bool {
	n := d.Log.Len()
	return n == 0 || p.pinned != nil && d.Log.At(n-1).Key() == p.pinned.Key()
}

// shifted adjusts the view when rows were added before the first one in view, or removed for a negative number: what is in
// sight stays in place.
func (p *Pane) shifted(rows int) {
	p.sight.First = max(p.sight.First+rows, 0)
	p.place = max(p.place+rows, 0)
}

// put puts the cursor on the i-th entry in view.
func (p *Pane) put(i int, d *live.Data) {
	d.Log.Hold()
	p.place = i
	p.pin(d)
}

// leave takes the cursor off its entry, because entries are still to be read; the view is held.
func (p *Pane) leave(d *live.Data) {
	d.Log.Hold()
	p.pinned, p.sight.First, p.place = nil, 0, 0
}

// readOlder requests the entries before the first one in view.
func (p *Pane) readOlder(want int64, k pane.Known) {
	log := k.Data.Log
	before, ok := log.PastFrom()
	if _, whole, _ := log.Past(); whole || !ok || p.walk != nil {
		return
	}
	if log.Len() == 0 {
		p.leave(k.Data)
	}
	log.Hold()
	query := observe.HistoryQuery{Streams: readable(k.Data), Before: before}
	if len(query.Streams) == 0 {
		return
	}
	if workflow, narrow := log.Filter().Workflow(); narrow {
		query.Workflow = workflow
	}
	filter, now := log.Filter(), k.Now
	query.Match = func(r *model.Record) bool { return filter.Match(r, now) }
	p.past = pastState{running: true}
	p.walk = &pane.Walk{Read: func(ctx context.Context, r *observe.Reader, hand func(any) bool) {
		var ahead []model.Record // found already, and further back than all streams were searched
		found := int64(0)
		for page, err := range r.History(ctx, query) {
			if err != nil {
				hand(step{err: err})
				return
			}
			ahead = append(ahead, page.Records...)
			s := step{scanned: page.Scanned, reach: page.Back.Next(), whole: page.Left == 0, unreadable: len(page.Unreadable)}
			if s.whole {
				s.reach = model.Position{}
			}
			ahead = slices.DeleteFunc(ahead, func(r model.Record) bool {
				ready := !r.ID.Before(s.reach)
				if ready {
					s.records = append(s.records, r)
				}
				return ready
			})
			found += int64(len(s.records))
			s.found = found
			if !hand(s) || found >= want {
				return
			}
		}
	}}
}

// readable returns the streams whose events are shown and can be read.
func readable(d *live.Data) []string {
	keys := d.Readable()
	if only := d.Log.Filter().Stream(); only != "" {
		return slices.DeleteFunc(keys, func(key string) bool { return key != only })
	}
	return keys
}

// readNewer requests the entries after the last one of a detached past, and reports whether there are any to read.
func (p *Pane) readNewer(k pane.Known) bool {
	log := k.Data.Log
	from, streams := log.PastTo(), readable(k.Data)
	if p.walk != nil || len(streams) == 0 {
		return false
	}
	end, to := model.MaxPosition, model.Position{}
	if begin, ok := log.RingFrom(); ok {
		end, to = begin, begin.Prev()
		if to.Before(from) {
			to = from
		}
	}
	filter, now := log.Filter(), k.Now
	p.past = pastState{running: true, newer: true}
	p.walk = &pane.Walk{Read: func(ctx context.Context, r *observe.Reader, hand func(any) bool) {
		s := step{newer: true}
		for e, err := range r.Replay(ctx, streams, from, to) {
			if err != nil {
				hand(step{newer: true, err: err})
				return
			}
			s.scanned++
			s.reach = e.ID
			if record := r.Decode(e); filter.Match(&record, now) {
				s.records = append(s.records, record)
				s.found++
			}
			if full := s.found >= pastPage; full || s.scanned%pastStep == 0 {
				if !hand(s) || full {
					return
				}
				s.records = nil
			}
		}
		s.reach = end
		hand(s)
	}}
	return true
}

// Walk implements [pane.Walker].
func (p *Pane) Walk() *pane.Walk { return p.walk }

// Step implements [pane.Walker].
func (p *Pane) Step(found any, k pane.Known) pane.Effect {
	s, more := found.(step)
	if !more {
		return p.over(k)
	}
	if p.past.err = s.err; s.err != nil {
		return pane.Effect{}
	}
	p.past.scanned, p.past.found, p.past.unreadable = s.scanned, s.found, s.unreadable
	if !s.reach.IsZero() && s.reach != model.MaxPosition {
		p.past.reached = s.reach.Time()
	}
	log := k.Data.Log
	if s.newer {
		p.shifted(-log.Newer(s.records, s.reach))
	} else {
		p.shifted(log.Older(s.records, s.reach, s.whole))
	}
	if n := log.Len(); n > 0 && p.target == nil && p.pinned == nil {
		p.put(n-1, k.Data)
	}
	return p.arrive(false, k.Data)
}

// over finishes a reading that has reached its end.
func (p *Pane) over(k pane.Known) pane.Effect {
	p.walk, p.past.running = nil, false
	effect := p.arrive(true, k.Data)
	more := p.around && p.past.err == nil
	p.around = false
	if more {
		p.readOlder(pastContext, k)
	}
	return effect
}

// stop ends a running reading, and reports whether there was one. What it has read stays.
func (p *Pane) stop() bool {
	if p.walk == nil {
		return false
	}
	p.walk, p.target, p.around = nil, nil, false
	p.past.running, p.past.stopped = false, true
	return true
}

// forget stops a reading and drops its messages, because what it read is no longer in view.
func (p *Pane) forget() {
	p.walk, p.past, p.target, p.around = nil, pastState{}, nil, false
}

// leavePast forgets a reading when its entries are no longer in view.
func (p *Pane) leavePast(d *live.Data) {
	if loaded, _, _ := d.Log.Past(); !loaded {
		p.forget()
	}
}

// Anchor implements [pane.Tail].
func (p *Pane) Anchor(d *live.Data) *model.Moment {
	if p.pinned == nil {
		return nil
	}
	if at := d.Log.Find(p.pinned.Key(), p.place); at < 0 || at >= d.Log.PastLen() {
		return nil
	}
	return &model.Moment{Key: p.pinned.Key()}
}

// Hold implements [pane.Tail].
func (p *Pane) Hold(on model.Key, d *live.Data) {
	if at := d.Log.Find(on, d.Log.Len()-1); at >= 0 {
		p.put(at, d)
	}
}
