package desk

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/events"
)

// reading is the reading of entries for the events pane that aren't among the newest, of which there is one at a time:
// older ones, when the person goes up past the first, or those from a place on that was jumped to.
type reading struct {
	number int // of the newest one: pages of those before are out of date
	cancel context.CancelFunc
	pages  chan pastMsg
	state  events.PastState
	// target is what was jumped to, until the cursor is there.
	target  *model.Moment
	context bool // older entries are to be read when this has ended, so that the place isn't at the very top
}

// pastMsg is one step of a reading: records in any order, complete up to reach.
type pastMsg struct {
	asked
	number         int
	records        []model.Record
	reach          model.Position
	newer, whole   bool
	scanned, found int64
	unreadable     int
	err            error
	over           bool // there are no more steps; all else is empty
}

const (
	// pastPage is how many entries that pass the filter are read at a time: some screens full.
	pastPage = 200
	// pastContext is how many are read before a place that was jumped to.
	pastContext = 40
	// pastStep is after how many entries the reading forward tells how far it has got.
	pastStep = 500
)

// readPast answers where the events pane is about to leave what is in memory.
func (d *Desk) readPast(m pane.Move, before bool) tea.Cmd {
	if d.tiles.focus != EventsPane {
		return nil
	}
	switch m {
	case pane.Up, pane.HalfUp, pane.PageUp:
		if before && d.panes.events.AtStart(d.data) {
			return d.readOlder(pastPage)
		}
	case pane.Top:
		if !before {
			return d.readOlder(pastPage)
		}
	case pane.Down, pane.HalfDown, pane.PageDown:
		if _, _, detached := d.data.Log.Past(); before && detached && d.panes.events.AtEnd(d.data) {
			return d.readNewer()
		}
	case pane.Bottom:
	}
	return nil
}

// readOlder reads entries before the first in view.
func (d *Desk) readOlder(want int64) tea.Cmd {
	log := d.data.Log
	before, ok := log.PastFrom()
	if _, whole, _ := log.Past(); whole || !ok || d.reading.cancel != nil {
		return nil
	}
	if log.Len() == 0 {
		d.panes.events.Leave(d.data)
	}
	log.Hold()
	query := observe.HistoryQuery{Streams: d.readable(), Before: before}
	if len(query.Streams) == 0 {
		return nil
	}
	if workflow, narrow := log.Filter().Workflow(); narrow {
		query.Workflow = workflow
	}
	filter, now := log.Filter(), d.data.Now(d.now)
	query.Match = func(r *model.Record) bool { return filter.Match(r, now) }
	b := d.options.Bus
	return d.read(events.PastState{Running: true}, func(ctx context.Context, step func(pastMsg) bool) {
		var ahead []model.Record // found already, and further back than all streams were searched
		found := int64(0)
		for page, err := range b.Reader().History(ctx, query) {
			if err != nil {
				step(pastMsg{err: err})
				return
			}
			ahead = append(ahead, page.Records...)
			msg := pastMsg{scanned: page.Scanned, reach: page.Back.Next(), whole: page.Left == 0, unreadable: len(page.Unreadable)}
			if msg.whole {
				msg.reach = model.Position{}
			}
			ahead = slices.DeleteFunc(ahead, func(r model.Record) bool {
				ready := !r.ID.Before(msg.reach)
				if ready {
					msg.records = append(msg.records, r)
				}
				return ready
			})
			found += int64(len(msg.records))
			msg.found = found
			if !step(msg) || found >= want {
				return
			}
		}
	})
}

// readNewer reads entries behind the last one of a past that is detached.
func (d *Desk) readNewer() tea.Cmd {
	log := d.data.Log
	from, streams := log.PastTo(), d.readable()
	if d.reading.cancel != nil || len(streams) == 0 {
		return nil
	}
	end, to := model.MaxPosition, model.Position{}
	if begin, ok := log.RingFrom(); ok {
		end, to = begin, begin.Prev()
		if to.Before(from) {
			to = from
		}
	}
	filter, now := log.Filter(), d.data.Now(d.now)
	b := d.options.Bus
	return d.read(events.PastState{Running: true, Newer: true}, func(ctx context.Context, step func(pastMsg) bool) {
		msg := pastMsg{newer: true}
		for e, err := range b.Reader().Replay(ctx, streams, from, to) {
			if err != nil {
				step(pastMsg{newer: true, err: err})
				return
			}
			msg.scanned++
			msg.reach = e.ID
			if r := b.Reader().Decode(e); filter.Match(&r, now) {
				msg.records = append(msg.records, r)
				msg.found++
			}
			if full := msg.found >= pastPage; full || msg.scanned%pastStep == 0 {
				if !step(msg) || full {
					return
				}
				msg.records = nil
			}
		}
		msg.reach = end
		step(msg)
	})
}

// readable are the streams that can be read.
func (d *Desk) readable() []string {
	var keys []string
	if d.data.Snapshot == nil {
		return nil
	}
	for i := range d.data.Snapshot.Streams {
		if s := &d.data.Snapshot.Streams[i]; !s.Missing && s.Problem == "" {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

// read begins a reading, which hands its steps over one by one until it has ended or step says that it was stopped.
func (d *Desk) read(state events.PastState, work func(ctx context.Context, step func(pastMsg) bool)) tea.Cmd {
	ctx, cancel := context.WithCancel(d.line.ctx)
	r, b := &d.reading, d.options.Bus
	pages, number := make(chan pastMsg, 1), r.number+1
	r.number, r.cancel, r.pages, r.state = number, cancel, pages, state
	d.showPast()
	d.line.feed.run(ctx, func(ctx context.Context) {
		defer close(pages)
		work(ctx, func(msg pastMsg) bool {
			msg.asked, msg.number = asked{b}, number
			select {
			case pages <- msg:
				return true
			case <-ctx.Done():
				return false
			}
		})
	})
	return d.nextPast()
}

// nextPast waits for the reading's next step.
func (d *Desk) nextPast() tea.Cmd {
	pages, number, b := d.reading.pages, d.reading.number, d.options.Bus
	return func() tea.Msg {
		msg, ok := <-pages
		if !ok {
			return pastMsg{asked: asked{b}, number: number, over: true}
		}
		return msg
	}
}

// gotPast takes in a step, and waits for the next one.
func (d *Desk) gotPast(msg pastMsg) tea.Cmd {
	r := &d.reading
	if msg.number != r.number || r.cancel == nil {
		return nil // of a reading that was stopped
	}
	if msg.over {
		return d.pastOver()
	}
	if r.state.Err = msg.err; msg.err == nil {
		r.state.Scanned, r.state.Found, r.state.Unreadable = msg.scanned, msg.found, msg.unreadable
		if !msg.reach.IsZero() && msg.reach != model.MaxPosition {
			r.state.Reached = msg.reach.Time()
		}
		if msg.newer {
			d.panes.events.Shifted(-d.data.Log.Newer(msg.records, msg.reach))
		} else {
			d.panes.events.Shifted(d.data.Log.Older(msg.records, msg.reach, msg.whole))
		}
		if n := d.data.Log.Len(); n > 0 && d.reading.target == nil && !d.panes.events.Pinned() {
			d.panes.events.Goto(n-1, d.data)
		}
		d.arrive(false)
	}
	d.showPast()
	return tea.Batch(d.nextPast(), d.settle())
}

// pastOver ends a reading that has come to its end.
func (d *Desk) pastOver() tea.Cmd {
	r := &d.reading
	r.cancel()
	r.cancel, r.state.Running = nil, false
	d.arrive(true)
	more := r.context && r.state.Err == nil
	r.context = false
	d.showPast()
	if more {
		return tea.Batch(d.readOlder(pastContext), d.settle())
	}
	return d.settle()
}

// stopPast ends a reading that is under way, and says whether there was one. What it brought stays.
func (d *Desk) stopPast() bool {
	r := &d.reading
	if r.cancel == nil {
		return false
	}
	r.cancel()
	r.cancel, r.target, r.context = nil, nil, false
	r.state.Running, r.state.Stopped = false, true
	d.showPast()
	return true
}

// forgetPast stops a reading and what it said, because what it read isn't in view any more.
func (d *Desk) forgetPast() {
	d.stopPast()
	d.reading.state, d.reading.target, d.reading.context = events.PastState{}, nil, false
	d.showPast()
}

func (d *Desk) showPast() {
	d.panes.events.SetPast(d.reading.state)
	d.drawn.pane(EventsPane)
}
