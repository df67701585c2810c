// Package throughput is the pane that charts what comes in and what is acknowledged. Start reading at [Pane].
package throughput

import (
	"math"
	"slices"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// Spec is where the pane stands.
var Spec = pane.Spec{
	Name: "Throughput", Inward: "Events",
	Menu: []string{"chart-in", "chart-out", "", "zoom"},
}

// Pane is the pane that charts what comes into the selected stream and what the selected group acknowledges.
type Pane struct {
	prefix        string
	stream, group string
	windows       []time.Duration // the spans that the chart can show: + goes to a shorter one, - to a longer one
	window        int
	// chosen reports that a person chose the window. Until then it grows with the data, up to that window: in a quarter of an
	// hour, the first minute would be a dot.
	chosen bool
}

// alwaysUpTo is the widest window that is always available. Wider ones are available up to the one asked for, as their data
// must be kept in memory.
const alwaysUpTo = time.Hour

// New returns a new pane that starts with that span as its window.
func New(prefix string, span time.Duration) *Pane {
	p := &Pane{prefix: prefix}
	for _, w := range [...]time.Duration{
		time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, span,
	} {
		if w <= max(alwaysUpTo, span) {
			p.windows = append(p.windows, w)
		}
	}
	slices.Sort(p.windows)
	p.windows = slices.Compact(p.windows)
	p.SetWindow(span)
	p.chosen = false
	return p
}

// Refresh implements [pane.Scoped].
func (p *Pane) Refresh(s pane.Scope, _ *live.Data) { p.stream, p.group = s.Stream, s.Group }

// Window returns the span that is charted once there is enough data.
func (p *Pane) Window() time.Duration { return p.windows[p.window] }

// shown returns the index of the window that is charted now.
func (p *Pane) shown(d *live.Data) int {
	if p.chosen {
		return p.window
	}
	known := d.Known(p.stream)
	for i, w := range p.windows[:p.window] {
		if w >= known {
			return i
		}
	}
	return p.window
}

// SetWindow charts the longest span that isn't longer than the given one.
func (p *Pane) SetWindow(span time.Duration) {
	p.window, p.chosen = 0, true
	for i, w := range p.windows {
		if w <= span {
			p.window = i
		}
	}
}

// Zoom changes the window: in shows less time, out more.
func (p *Pane) Zoom(in bool, d *live.Data) {
	by := 1
	if in {
		by = -1
	}
	p.window, p.chosen = pane.Clamp(p.shown(d)+by, len(p.windows)), true
}

// Move implements [pane.Pane]; there is nothing to move in.
func (*Pane) Move(pane.Move, pane.Known) {}

// Click implements [pane.Pane].
func (*Pane) Click(int, *live.Data) {}

// Fit implements [pane.Pane]; nothing depends on the size.
func (*Pane) Fit(pane.View) {}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	span := p.windows[p.shown(v.Data)]
	name := widget.Clean(strings.TrimPrefix(p.stream, p.prefix))
	f := pane.Frame{Title: "Throughput", Note: "+ - zoom " + model.FormatAge(span)}
	if name == "" || v.Data.Snapshot == nil {
		return f
	}
	f.Title += " · " + name
	legend := p.legend(v, span)
	width := v.Width - legend.width()
	chart := widget.Chart{Theme: v.Theme, Window: span}
	if v.Data.Past != nil {
		chart.End = v.Data.Past.At.In(v.Location).Format(time.TimeOnly)
	}
	chart.Front = make([]float64, chart.Columns(width))
	v.Data.InWindow(chart.Front, p.stream, span)
	chart.Sampled = make([]bool, len(chart.Front))
	v.Data.SampledWindow(chart.Sampled, p.stream, span)
	if p.group != "" {
		chart.Back = make([]float64, len(chart.Front))
		v.Data.AckedWindow(chart.Back, live.GroupKey{Stream: p.stream, Group: p.group}, span)
	}
	f.Lines = chart.Draw(width, v.Height)
	for i, line := range legend.draw(v.Theme, len(f.Lines)) {
		f.Lines[i] = widget.Pad(f.Lines[i], width) + line
	}
	return f
}

func perSecond(rate float64, known bool) string {
	if !known {
		return "?"
	}
	return words.Rate(rate) + "/s"
}

func signed(rate float64) string {
	if math.Abs(rate) < 0.05 {
		return "0/s"
	}
	if rate > 0 {
		return "+" + words.Rate(rate) + "/s"
	}
	return words.Rate(rate) + "/s"
}
