package events

import (
	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

// Jump implements [pane.Tail]: a target that isn't in memory is read.
func (p *Pane) Jump(to model.Moment, k pane.Known) pane.Effect {
	p.stop()
	log := k.Data.Log
	if to.ID == model.MaxPosition {
		p.newest(k.Data, k.Now)
		return pane.Effect{}
	}
	p.target = &to
	if log.Covers(to.ID) && log.FindFrom(to.ID) >= 0 {
		return p.arrive(true, k.Data)
	}
	if begin, ok := log.RingFrom(); ok && !to.ID.Before(begin) {
		p.target = nil
		p.newest(k.Data, k.Now)
		return pane.Effect{Warn: "nothing is in view from there on: this is the newest"}
	}
	log.Detach(to.ID)
	p.leave(k.Data)
	if p.around = p.readNewer(k); p.around {
		return pane.Effect{}
	}
	p.target = nil
	p.Follow(k)
	return pane.Effect{Warn: "no stream can be read just now"}
}

// arrive puts the cursor on the jump's target once it is in view, or at the end of the reading on what was found.
func (p *Pane) arrive(last bool, d *live.Data) pane.Effect {
	to := p.target
	if to == nil {
		return pane.Effect{}
	}
	at := d.Log.FindFrom(to.ID)
	if exact := d.Log.Find(to.Key, at); to.Stream != "" && exact >= 0 {
		at = exact
	}
	if at < 0 {
		if !last {
			return pane.Effect{}
		}
		p.target = nil
		return pane.Effect{Warn: "there is no entry from there on" + thatPasses(d.Log)}
	}
	p.target = nil
	p.put(at, d)
	if r := d.Log.At(at); to.Exact && (r.ID != to.ID || to.Stream != "" && r.Stream != to.Stream) {
		return pane.Effect{Warn: "there is no entry " + to.ID.String() + thatPasses(d.Log) + ": this is the next one"}
	}
	return pane.Effect{}
}

// thatPasses returns a reminder of the filter.
func thatPasses(log *live.Log) string {
	if log.Filter().Empty() {
		return ""
	}
	return " that passes the filter"
}
