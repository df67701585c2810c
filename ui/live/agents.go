package live

import (
	"strings"
	"time"

	"streamdesk/model"
)

const (
	// agentsMost is the max number of known agents, flowsMost that of their flows into streams, so that ever new names don't use up
	// memory.
	agentsMost, flowsMost = 5000, 5000
	// flowMinutes is how many minutes flows cover, including the current one.
	flowMinutes = 5
)

// Agents has the position of the newest entry that each agent has published.
type Agents map[string]model.Position

// Way is the way from an agent into a stream.
type Way struct{ Agent, Stream string }

// Flows counts what agents publish into each stream over the last minutes. Entries may come in any order.
type Flows struct {
	ways  map[Way]*flow
	first model.Position // the oldest entry that was counted
}

// flow is the count of one way: its entries in each minute, up to the newest one.
type flow struct {
	counts [flowMinutes + 1]int64
	newest uint64 // minutes since the epoch
	last   model.Position
}

// hear records that the agent of a record has published it.
func (a Agents) hear(r *model.Record) {
	name := r.Event.SourceAgent
	last, known := a[name]
	switch {
	case name == "" || known && r.ID.Before(last) || !known && len(a) >= agentsMost:
		return
	case !known:
		name = strings.Clone(name)
	}
	a[name] = r.ID
}

// hear counts a record.
func (f *Flows) hear(r *model.Record) {
	if f.first.IsZero() || r.ID.Before(f.first) {
		f.first = r.ID
	}
	way := Way{r.Event.SourceAgent, r.Stream}
	one := f.ways[way]
	if one == nil {
		if len(f.ways) >= flowsMost {
			return
		}
		one = &flow{}
		f.ways[Way{strings.Clone(way.Agent), strings.Clone(way.Stream)}] = one
	}
	one.add(r.ID)
}

// minuteOf returns the minute of an ID since the epoch.
func minuteOf(id model.Position) uint64 { return id.Ms / uint64(time.Minute.Milliseconds()) }

// add counts an entry in its minute.
func (f *flow) add(id model.Position) {
	if f.last.Before(id) {
		f.last = id
	}
	minute, size := minuteOf(id), uint64(len(f.counts))
	for n := min(max(minute, f.newest)-f.newest, size); n > 0; n-- { // the minutes in between had no entries
		f.counts[(minute-n+1)%size] = 0
	}
	f.newest = max(f.newest, minute)
	if f.newest-minute < size {
		f.counts[minute%size]++
	}
}

// Flow is how many entries a second an agent has published into a stream over the last minutes, and how long ago the newest was.
type Flow struct {
	Way
	PerSecond float64
	Quiet     time.Duration
}

// Last returns the flows of the last minutes, in no order. Entries that the desk didn't receive aren't counted.
func (f *Flows) Last(now time.Time) []Flow {
	from := minuteOf(model.PositionAt(now)) - flowMinutes + 1 // including the current one
	since := max(from*uint64(time.Minute.Milliseconds()), f.first.Ms)
	seconds := max(now.Sub(model.Position{Ms: since}.Time()).Seconds(), 1)
	all := make([]Flow, 0, len(f.ways))
	for way, one := range f.ways {
		n := int64(0)
		for minute := max(from, one.newest-min(one.newest, flowMinutes)); minute <= one.newest; minute++ {
			n += one.counts[minute%uint64(len(one.counts))]
		}
		all = append(all, Flow{Way: way, PerSecond: float64(n) / seconds, Quiet: max(now.Sub(one.last.Time()), 0)})
	}
	return all
}
