package exporter

import (
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
)

// sums are the figures of a snapshot by their labels. Those that share the label "other" are added up, and unknown when one is.
type sums struct {
	streams    map[string]streamFigures
	groups     map[groupLabels]groupFigures
	unreadable int
}

type groupLabels struct{ group, stream string }

// streamFigures are the figures of one stream, or of all that share a label.
type streamFigures struct {
	entries int64
	added   model.Count
}

// groupFigures are the figures of one group on one stream, or of all that share a label.
type groupFigures struct {
	lag, read, lost                model.Count
	pending, consumers, deliveries int64
	oldest, idle                   time.Duration
	ageless                        bool // the ID of an oldest entry has no age
	state                          health.State
	// paused is 1 when a group is paused, unknown when that is unknown of any; limit is the lowest, 0 for none.
	paused model.Count
	limit  float64
}

func (f *Figures) add(snapshot *model.Snapshot) sums {
	all := sums{streams: map[string]streamFigures{}, groups: map[groupLabels]groupFigures{}}
	for i := range snapshot.Streams {
		s := &snapshot.Streams[i]
		switch {
		case s.Missing:
			continue
		case s.Problem != "":
			all.unreadable++
			continue
		}
		stream := f.options.Streams.Label(s.Key)
		figures, shared := all.streams[stream]
		if !shared {
			figures.added = model.Exactly(0)
		}
		figures.entries += s.Length
		figures.added = plus(figures.added, s.EntriesAdded)
		all.streams[stream] = figures
		for j := range s.Groups {
			g := &s.Groups[j]
			key := groupLabels{f.options.Groups.Label(g.Name), stream}
			of, shared := all.groups[key]
			if !shared {
				of.lag, of.read, of.lost = model.Exactly(0), model.Exactly(0), model.Exactly(0)
				of.paused = model.Exactly(0)
			}
			of.add(s, g, snapshot.At)
			of.state = max(of.state, health.Of(s, g, snapshot.At, f.options.Limits))
			all.groups[key] = of
		}
	}
	return all
}

func (f *groupFigures) add(s *model.Stream, g *model.Group, now time.Time) {
	f.lag, f.read, f.lost = plus(f.lag, g.Lag), plus(f.read, g.EntriesRead), plus(f.lost, s.NeverDelivered(g))
	f.pending += g.Pending
	f.consumers = max(f.consumers, int64(len(g.Consumers)))
	f.control(g)
	age, told := g.OldestAge(now)
	f.oldest = max(f.oldest, age)
	if g.Oldest != nil {
		f.ageless = f.ageless || !told
		f.deliveries, f.idle = max(f.deliveries, g.Oldest.Deliveries), max(f.idle, g.Oldest.Idle)
	}
}

// control adds what is set for a group.
func (f *groupFigures) control(g *model.Group) {
	switch {
	case g.Control == nil:
		f.paused = model.Count{}
		return
	case g.Control.Pause != nil && f.paused.Known:
		f.paused = model.Exactly(1)
	}
	if limit := g.Control.PerSecond; limit > 0 && (f.limit == 0 || limit < f.limit) {
		f.limit = limit
	}
}

func plus(a, b model.Count) model.Count {
	if !a.Known || !b.Known {
		return model.Count{}
	}
	return model.Exactly(a.N + b.N)
}

// write writes the figures; all includes those of [descs.more].
func (s *sums) write(out writer, d *descs, all bool) {
	for stream, f := range s.streams {
		out.gauge(d.entries, float64(f.entries), stream)
		if all {
			out.counter(d.added, f.added, stream)
		}
	}
	for key, f := range s.groups {
		out.count(d.lag, f.lag, key.group, key.stream)
		out.gauge(d.pending, float64(f.pending), key.group, key.stream)
		if !f.ageless {
			out.gauge(d.oldest, f.oldest.Seconds(), key.group, key.stream)
		}
		out.gauge(d.consumers, float64(f.consumers), key.group, key.stream)
		out.gauge(d.state, 1, key.group, key.stream, f.state.String())
		out.count(d.paused, f.paused, key.group, key.stream)
		if f.limit > 0 {
			out.gauge(d.limit, f.limit, key.group, key.stream)
		}
		if all {
			out.counter(d.read, f.read, key.group, key.stream)
			out.count(d.lost, f.lost, key.group, key.stream)
			out.gauge(d.deliveries, float64(f.deliveries), key.group, key.stream)
			out.gauge(d.idle, f.idle.Seconds(), key.group, key.stream)
		}
	}
	if all {
		out.gauge(d.unreadable, float64(s.unreadable))
	}
}
