package desk

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/ui/live"
)

const (
	// statesEvery is how often pending rows and dead letters are read anew while a filter asks for them.
	statesEvery = 2 * time.Second
	// statesStreams, statesGroups and statesRows bound what one such look reads: streams of the entries in memory, groups
	// of them that have something pending, and rows of each. What is beyond is not decided, and said to be.
	statesStreams = 64
	statesGroups  = 64
	statesRows    = 2000
	statesDead    = 1000
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
		ctx, cancel := context.WithTimeout(parent, askTimeout)
		defer cancel()
		return statesMsg{asked: asked{b}, states: readStates(ctx, b, snapshot, streams, oldest, parsed), text: parsed.String()}
	}
}

// readStates reads pending rows from an ID on, and dead letters, as far as a filter asks for them. What can't be read is
// left out, and not known then.
func readStates(
	ctx context.Context, b *bus.Bus, snapshot *model.Snapshot, streams []string, oldest model.Position, by filter.Filter,
) *live.States {
	states := &live.States{Snapshot: snapshot, Pending: map[live.GroupKey]live.PendingRows{}, Dead: map[string]live.DeadLetters{}}
	groups := 0
	for _, key := range streams {
		stream := snapshot.Stream(key)
		if stream == nil {
			continue
		}
		for i := range stream.Groups {
			g := &stream.Groups[i]
			if g.Pending == 0 || groups == statesGroups || !by.Concerns(g.Name) {
				continue
			}
			groups++
			rows, err := b.Reader().Pending(ctx, observe.PendingQuery{
				Stream: key, Group: g.Name, From: oldest, To: model.MaxPosition, Count: statesRows,
			})
			if err != nil {
				continue
			}
			read := live.PendingRows{From: oldest, To: model.MaxPosition, IDs: make(map[model.Position]bool, len(rows))}
			for i := range rows {
				read.IDs[rows[i].ID] = true
			}
			if len(rows) == statesRows {
				read.To = rows[len(rows)-1].ID
			}
			states.Pending[live.GroupKey{Stream: key, Group: g.Name}] = read
		}
		if by.Asks(filter.StateDead) {
			letters, err := b.Reader().DeadLetters(ctx, key, model.Position{}, statesDead)
			if err != nil {
				continue
			}
			read := live.DeadLetters{IDs: make(map[model.Position][]string, len(letters)), All: len(letters) < statesDead}
			for i := range letters {
				if origin := letters[i].Origin; origin.Stream == key {
					read.IDs[origin.ID] = append(read.IDs[origin.ID], letters[i].Group)
				}
			}
			states.Dead[key] = read
		}
	}
	return states
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
