package events

import (
	"time"

	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

// Follow implements [pane.Tail].
func (p *Pane) Follow(k pane.Known) {
	if k.Data.Log.Paused() {
		p.Pause(false, k)
	}
	p.release(k.Data, k.Now)
	p.leavePast(k.Data)
}

// release lets the cursor follow the newest entry.
func (p *Pane) release(d *live.Data, now time.Time) {
	p.pinned = nil
	d.Log.Release(now)
}

// newest goes to the newest entry, including those that waited; it follows unless the screen is paused.
func (p *Pane) newest(d *live.Data, now time.Time) {
	if _, _, detached := d.Log.Past(); detached {
		d.Log.DropPast()
	}
	if d.Log.Paused() {
		d.Log.Admit(now)
		p.place = d.Log.Len() - 1
		p.pin(d)
		return
	}
	p.release(d, now)
}

// Pause implements [pane.Tail]. Following goes on where it was.
func (p *Pane) Pause(paused bool, k pane.Known) {
	d := k.Data
	d.Log.Pause(paused)
	switch {
	case paused:
		p.place = d.Log.Len() - 1
		if p.pinned == nil {
			p.pin(d)
		}
	case d.Log.Following():
		p.release(d, k.Now)
	}
}

// admit lets in the waiting entries when the cursor stands at the end and should go on.
func (p *Pane) admit(d *live.Data, now time.Time) {
	kept, _ := d.Log.Waiting()
	_, _, detached := d.Log.Past()
	if kept > 0 && !d.Log.Paused() && p.place >= d.Log.Len()-1 && !detached {
		d.Log.Admit(now)
	}
}

// Back implements [pane.Backer]: it stops a reading, goes back from the past to the newest entry, and drops the filter.
func (p *Pane) Back(zoomed bool, k pane.Known) (pane.Effect, bool) {
	if p.stop() {
		return pane.Effect{}, true
	}
	_, _, detached := k.Data.Log.Past()
	switch {
	case zoomed:
	case detached:
		p.Follow(k)
		return pane.Effect{}, true
	case !k.Data.Log.Filter().Empty():
		return pane.Effect{Filter: new(string)}, true
	}
	return pane.Effect{}, false
}
