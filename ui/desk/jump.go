package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/dialog"
)

// openJump asks where to go.
func (d *Desk) openJump() tea.Cmd {
	return d.open(dialog.NewJump(d.env().Now, d.options.Location), nil)
}

// jump goes to an entry or a time in the events pane, and reads what lies there when it isn't in memory.
func (d *Desk) jump(to model.Moment) tea.Cmd {
	d.drawn.all()
	log := d.data.Log
	d.stopPast()
	focus := d.focusOn(EventsPane)
	if to.ID == model.MaxPosition {
		d.panes.events.Newest(d.data, d.data.Now(d.now))
		return tea.Batch(focus, d.settle())
	}
	d.reading.target = &to
	if log.Covers(to.ID) && log.FindFrom(to.ID) >= 0 {
		d.arrive(true)
		return tea.Batch(focus, d.settle())
	}
	if begin, ok := log.RingFrom(); ok && !to.ID.Before(begin) {
		d.reading.target = nil
		d.panes.events.Newest(d.data, d.data.Now(d.now))
		d.notes.status.say(levelWarn, "nothing is in view from there on: this is the newest")
		return tea.Batch(focus, d.settle())
	}
	log.Detach(to.ID)
	d.panes.events.Leave(d.data)
	cmd := d.readNewer()
	d.reading.context = cmd != nil
	if cmd == nil {
		d.reading.target = nil
		d.notes.status.say(levelWarn, "no stream can be read just now")
		d.follow()
	}
	return tea.Batch(focus, cmd, d.settle())
}

// arrive puts the cursor on what was jumped to, once it is in view; at the end of the reading on what there is.
func (d *Desk) arrive(last bool) {
	to := d.reading.target
	if to == nil {
		return
	}
	log := d.data.Log
	at := log.FindFrom(to.ID)
	if exact := log.Find(to.Key, at); to.Stream != "" && exact >= 0 {
		at = exact
	}
	if at < 0 {
		if last {
			d.reading.target = nil
			d.notes.status.say(levelWarn, "there is no entry from there on"+d.thatPasses())
		}
		return
	}
	d.reading.target = nil
	d.panes.events.Goto(at, d.data)
	if r := log.At(at); to.Exact && (r.ID != to.ID || to.Stream != "" && r.Stream != to.Stream) {
		d.notes.status.say(levelWarn, "there is no entry "+to.ID.String()+d.thatPasses()+": this is the next one")
	}
}

// thatPasses reminds of the filter.
func (d *Desk) thatPasses() string {
	if d.data.Log.Filter().Empty() {
		return ""
	}
	return " that passes the filter"
}
