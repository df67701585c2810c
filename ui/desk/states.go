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
	// statesEvery is how often pending rows and dead letters are read again while a filter needs them.
	statesEvery = 2 * time.Second
	// statesStreams is the max number of streams to read them for, from the entries in memory.
	statesStreams = 64
)

// standing is what the desk knows about the states of entries, for filters on states.
type standing struct {
	states *live.States // nil before the first read
	asking bool
	asked  time.Time
	text   string // the filter for which states were read
}

// statesMsg is the result of askStates.
type statesMsg struct {
	asked
	states *live.States
	text   string
}

// informed returns the filter with access to the states of entries, when it needs them.
func (d *Desk) informed(f filter.Filter) filter.Filter {
	if !f.AsksState() {
		return f
	}
	return f.Informed(d.filter.standing.states.Stands)
}

// askStates reads the states that the filter needs, when they are due.
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

// gotStates stores the states and applies the filter again. While the list doesn't follow the newest event, it applies only a
// filter that is new since the last read, so that what is in view stays.
func (d *Desk) gotStates(msg statesMsg) tea.Cmd {
	s := &d.filter.standing
	fresh := s.text != msg.text
	s.asking, s.states, s.text = false, msg.states, msg.text
	if msg.text != d.data.Log.Filter().String() {
		return nil
	}
	return d.refilter(fresh)
}

// refilter applies the filter again if its results change with time, and the list follows the newest event or anyway is set.
func (d *Desk) refilter(anyway bool) tea.Cmd {
	log := d.data.Log
	if f := log.Filter(); f.Changes() && (anyway || log.Following()) {
		log.Refilter(d.informed(f), d.data.Now(d.now))
		d.drawn.all()
		return d.settle()
	}
	return nil
}
