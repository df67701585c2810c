// Package history is the pane of what was recorded of a group and its stream: rates, lag and the oldest pending entry over time, and
// below them the alerts, what was done, and which consumers there were. Start reading at [Pane].
package history

import (
	"context"
	"slices"
	"time"

	"streamdesk/bus/observe"
	"streamdesk/bus/recording"
	"streamdesk/model/health"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

// Spec is the pane's name, key and menu.
var Spec = pane.Spec{
	Name: "History", Key: "H", Inward: "Groups",
	Menu: []string{"at", "earlier", "later", "play", "now", "", "chart-in", "chart-out", "", "zoom", "back"},
}

// spans are the stretches of time that can be shown.
var spans = [...]time.Duration{
	5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 90 * 24 * time.Hour,
}

// Pane shows one group of a stream, or a stream when no group is chosen, over time.
type Pane struct {
	prefix string
	file   recording.File
	key    live.GroupKey
	span   int // index into spans
	// chosen reports that a person chose the span. Until then it is the shortest that shows all that was recorded, up to an hour.
	chosen bool
	shown  series
	asked  window
	err    error
	width  int // columns of the charts, as last fitted
	left   int // the width of what is left of them
}

// window is the stretch of time that is shown.
type window struct {
	key      live.GroupKey
	from, to time.Time
	columns  int
}

// holds reports whether a time is well inside the window.
func (w *window) holds(at time.Time) bool {
	edge := w.to.Sub(w.from) / 20
	return at.After(w.from.Add(edge)) && !at.After(w.to)
}

// New returns a new pane that reads from a recording; prefix is left out of the streams' names.
func New(prefix string, file recording.File) *Pane {
	return &Pane{prefix: prefix, file: file, width: 1}
}

// Refresh implements [pane.Scoped].
func (p *Pane) Refresh(key pane.Scope, _ *live.Data) { p.key = key }

// Zoom implements [pane.Zoomer].
func (p *Pane) Zoom(in bool, _ *live.Data) {
	by := 1
	if in {
		by = -1
	}
	p.span, p.chosen = pane.Clamp(p.span+by, len(spans)), true
}

// Column implements [pane.Timeline].
func (p *Pane) Column() time.Duration {
	return max(spans[p.span]/time.Duration(p.width), recording.Step)
}

// TimeAt implements [pane.Timeline].
func (p *Pane) TimeAt(x int) (time.Time, bool) {
	column := x - p.left
	if column < 0 || column >= p.width || p.shown.from.IsZero() {
		return time.Time{}, false
	}
	return p.shown.at(column), true
}

// refreshEvery is the min time between two readings of the present, which goes on.
const refreshEvery = 2 * time.Second

// Ask implements [pane.Asker]: the window around the moment of the past that is shown, or the one that ends now.
func (p *Pane) Ask(k pane.Known) pane.Question {
	if !k.Shown || p.file.None() || p.key.Stream == "" || k.Now.IsZero() {
		return nil
	}
	const hour = 2
	for first := p.shown.span.First; !p.chosen && p.span < hour && !first.IsZero() && k.Now.Sub(first) > spans[p.span]; {
		p.span++
	}
	span := spans[p.span]
	want := window{key: p.key, from: k.Now.Add(-span), to: k.Now, columns: p.width}
	same := p.asked.key == want.key && p.asked.columns == want.columns && p.asked.to.Sub(p.asked.from) == span
	if k.Data.Past != nil {
		if same && p.asked.holds(k.Now) {
			return nil
		}
		const before = 60 // percent of the window that is before the moment
		want.from = k.Now.Add(-span * before / 100)
		want.to = want.from.Add(span)
	} else if step := max(span/time.Duration(p.width), refreshEvery); same && k.Now.Sub(p.asked.to) < step && !k.Now.Before(p.asked.to) {
		return nil
	}
	p.asked = want
	file, limits := p.file, k.Data.Limits
	return func(ctx context.Context, _ *observe.Reader) any { return load(ctx, file, want, limits) }
}

// Take implements [pane.Asker].
func (p *Pane) Take(answer any) {
	if s, ok := answer.(series); ok && s.key == p.key {
		if p.err = s.err; s.err == nil {
			p.shown = s
		}
	}
}

// Again implements [pane.Asker].
func (p *Pane) Again() { p.asked = window{} }

// Move implements [pane.Pane]; there is nothing to move in.
func (*Pane) Move(pane.Move, pane.Known) {}

// Click implements [pane.Pane]; a click goes to the time under the pointer, see [pane.Timeline].
func (*Pane) Click(int, *live.Data) {}

// verdictAt returns the group's state at a time; false where it isn't known.
func (p *Pane) verdictAt(at time.Time) (health.State, bool) {
	i := p.shown.column(at)
	if i < 0 || i >= len(p.shown.verdicts) || !p.shown.known[i] {
		return 0, false
	}
	return p.shown.verdicts[i], true
}

// names returns the consumers that were there at any time, in order.
func (s *series) names() []string {
	var names []string
	for name := range s.consumers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
