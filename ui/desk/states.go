package desk

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/ui/feed"
	"streamdesk/ui/live"
)

const (
	// statesEvery is how often pending rows and dead letters are read anew while a filter asks for them.
	statesEvery = 2 * time.Second
	// statesStreams bounds of how many streams, of the entries in memory.
	statesStreams = 64
)

// standing is what the desk knows of how entries stand, for filters that ask.
type standing struct {
	states *live.States // nil before the first look
	asking bool
	asked  time.Time
	text   string // of the filter that it was read for
}

// statesMsg is what was read.
type statesMsg struct {
	asked
	states *live.States
	text   string
}

// informed is a filter that knows what the desk knows.
func (d *Desk) informed(f filter.Filter) filter.Filter {
	if !f.AsksState() {
		return f
	}
	return f.Informed(d.filter.standing.states.Stands)
}

// askStates reads what a filter on states needs, when it is due.
func (d *Desk) askStates() tea.Cmd {
	s := &d.filter.standing
	parsed := d.data.Log.Filter()
	if !parsed.AsksState() || s.asking || d.data.Snapshot == nil || s.text == parsed.String() && d.now.Sub(s.asked) < statesEvery {
		return nil
	}
	s.asking, s.asked = true, d.now
	snapshot := d.data.Snapshot
	oldest, _ := d.data.Log.PastFrom()
	streams := d.data.Log.Seen(statesStreams, func(r *model.Record) string { return r.Stream })
	b, parent := d.options.Bus, d.line.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, feed.AskTimeout)
		defer cancel()
		return statesMsg{asked: asked{b}, states: feed.ReadStates(ctx, b.Reader(), snapshot, streams, oldest, parsed), text: parsed.String()}
	}
}

// gotStates lets the filter judge anew with what was read. While the person reads, only what was typed since the last look
// does: what is in view stays.
func (d *Desk) gotStates(msg statesMsg) tea.Cmd {
	s := &d.filter.standing
	fresh := s.text != msg.text
	s.asking, s.states, s.text = false, msg.states, msg.text
	if msg.text != d.data.Log.Filter().String() {
		return nil
	}
	return d.refilter(fresh)
}

// refilter lets a filter whose verdicts change with time judge anew.
func (d *Desk) refilter(anyway bool) tea.Cmd {
	log := d.data.Log
	if f := log.Filter(); f.Changes() && (anyway || log.Following()) {
		log.Refilter(d.informed(f), d.data.Now(d.now))
		d.drawn.all()
		return d.settle()
	}
	return nil
}
