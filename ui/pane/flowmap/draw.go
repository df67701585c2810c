package flowmap

import (
	"fmt"
	"math"
	"strings"

	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Sight implements [pane.Sighted]: it is that of the longer side.
func (p *Pane) Sight() *widget.Sight {
	if p.rightSight.Rows > p.leftSight.Rows {
		return &p.rightSight
	}
	return &p.leftSight
}

// Scroll implements [pane.Scroller]: both sides go along.
func (p *Pane) Scroll(by int, _ pane.Known) {
	p.leftSight.Scroll(by)
	p.rightSight.Scroll(by)
}

// signOf returns the sign of a state; colour alone never shows it.
func signOf(s health.State) string {
	switch s {
	case health.KeepingUp:
		return "✓"
	case health.LagUnknown:
		return "?"
	case health.Paused:
		return "‖"
	case health.Behind:
		return "▓"
	case health.Late:
		return "░"
	case health.Poison:
		return "█"
	case health.Stuck:
		return "▒"
	default:
		return "✗"
	}
}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: "Map · the last 5 minutes", Footer: "enter goes into it · h l follow the edges · space folds · f only what is ill · esc back"}
	if p.sifted {
		f.Title = "Map · only what is ill"
	}
	switch {
	case p.snapshot == nil:
		return f
	case len(p.left) == 0:
		text := "  There is no stream yet."
		if p.sifted {
			text = "  Nothing is ill: f shows everything."
		}
		f.Lines = []string{"", v.Theme.Dim.Paint(widget.Cut(text, v.Width))}
		return f
	}
	f.Note = fmt.Sprintf("%d of %d streams · agents %d", p.leftRow()+1, p.streams, len(p.totals))
	f.Place = p.Sight().Place(headLines)
	f.Lines = append(f.Lines, p.head(v))
	for i := range p.height {
		c := widget.NewCells(v.Width)
		p.drawLeft(c, v, p.leftSight.First+i)
		p.drawRight(c, v, p.rightSight.First+i)
		if i < max(len(p.left)-p.leftSight.First, len(p.right)-p.rightSight.First) {
			c.Put(p.places[streams].to+link, v.Theme.Faint, "║")
		}
		f.Lines = append(f.Lines, c.Line(v.Theme.Text, false))
	}
	f.Lines = append(f.Lines, p.foot(v))
	if p.footLines(v) == footLines {
		legend := "  █ poison ▓ behind ▒ stuck ░ late ✗ nobody ? unknown · ═ busiest ╌ quiet"
		if full := "  █ poison  ▓ behind  ▒ stuck  ░ late  ✗ nobody  ? unknown  · away   ═ the busiest tenth   ╌ nothing for a minute"; widget.Width(full) <= v.Width {
			legend = full
		}
		f.Lines = append(f.Lines, v.Theme.Dim.Paint(widget.Cut(legend, v.Width)))
	}
	return f
}

// head returns the line of the columns' names and of the titles of their figures.
func (p *Pane) head(v pane.View) string {
	c := widget.NewCells(v.Width)
	for column := range p.places {
		texts := make([]string, len(figures[column]))
		for i := range texts {
			texts[i] = figures[column][i].title
		}
		name := titles[column]
		switch {
		case column == groups && v.Width < roomy:
			if below := "GROUPS, CONSUMERS"; p.places[groups].widths[0] >= len(below) {
				name = below
			}
		case column == consumers && v.Width < roomy:
			continue
		case column == streams && p.at.column >= groups:
			texts[0] = "ack/s" // of the group under the cursor
		}
		p.put(c, v, column, v.Theme.Header, "", v.Theme.Header, name, texts, false)
	}
	return c.Line(v.Theme.Header, false)
}

// put draws a name and the figures behind it in a column, marked if the cursor is on it.
func (p *Pane) put(c widget.Cells, v pane.View, column int, signInk theme.Ink, sign string, ink theme.Ink, name string, texts []string, here bool) {
	at := &p.places[column]
	if here {
		c.Put(at.from, v.Theme.Accent, "▸")
		ink = v.Theme.Accent
	}
	c.Put(at.from+1, signInk, sign)
	x := at.from + at.lead
	c.Put(x, ink, widget.Cut(name, at.widths[0]))
	x += at.widths[0]
	behind := v.Theme.Dim
	if ink == v.Theme.Header || ink == v.Theme.Faint {
		behind = ink
	}
	for i, text := range texts {
		if width := at.widths[i+1]; width > 0 {
			c.Put(x+1, behind, widget.PadLeft(text, width))
			x += 1 + width
		}
	}
}

// edge returns the character that an edge is drawn with.
func (p *Pane) edge(l *left) string {
	switch {
	case l.quiet >= quiet:
		return "╌"
	case l.perSecond > 0 && l.perSecond >= p.busy:
		return "═"
	default:
		return "─"
	}
}

func (p *Pane) drawLeft(c widget.Cells, v pane.View, i int) {
	if i >= len(p.left) {
		return
	}
	l := &p.left[i]
	from, to, line := p.places[streams].from, p.places[streams].to, p.edge(l)
	cursor := p.leftRow()
	if l.first {
		p.put(c, v, agents, v.Theme.Text, "", v.Theme.Text, p.agentName(l), p.agentFigures(v, i), p.at.column == agents && l.agent == p.left[cursor].agent)
	}
	fork := map[[2]bool]string{{true, true}: "─", {true, false}: "┬", {false, true}: "└", {false, false}: "├"}[[2]bool{l.first, l.last}]
	c.Put(from-shaft+1, v.Theme.Faint, fork+strings.Repeat(line, 2)+"▸")
	read, name := p.readHere(l), v.Theme.Text
	if p.at.column >= groups && !read {
		name = v.Theme.Faint
	}
	p.put(c, v, streams, v.Theme.Text, "", name, p.streamName(l), p.streamFigures(l), i == cursor && p.at.column == streams)
	if !read {
		c.Put(to+1, v.Theme.Faint, line+"·") // it leads nowhere
		return
	}
	sign, ink := line, v.Theme.Faint
	if state := p.stateHere(l); state != health.KeepingUp {
		sign, ink = signOf(state), pane.StateInk(v.Theme, state)
	}
	c.Put(to+1, ink, line+sign+"▸")
}

// agentFigures returns the figures of the agent whose first line it is.
func (p *Pane) agentFigures(v pane.View, i int) []string {
	l, n := &p.left[i], 0
	for ; i < len(p.left) && p.left[i].agent == l.agent; i++ {
		n += len(p.left[i].keys())
	}
	rate := "?"
	if perSecond, heard := p.totals[l.agent]; heard {
		rate = p.heard(v) + words.Rate(perSecond)
	}
	return []string{rate, words.Short(int64(n))}
}

// streamFigures returns the figures of a stream, or those of the group under the cursor there.
func (p *Pane) streamFigures(l *left) []string {
	if p.at.column < groups || len(l.folded) > 0 {
		return []string{words.Rate(l.perSecond), l.lag.number(), words.Short(l.pending), words.Age(l.quiet)}
	}
	g := l.stream.Group(p.at.group)
	if g == nil {
		return nil
	}
	acked := p.data.AckedMean(live.GroupKey{Stream: l.stream.Key, Group: g.Name}, span)
	return []string{words.Rate(acked), words.ShortCount(g.Lag), words.Short(g.Pending), words.Age(l.quiet)}
}

// readHere reports whether any group reads a stream, or, with the cursor on a group, whether that one does.
func (p *Pane) readHere(l *left) bool {
	if p.at.column < groups || len(l.folded) > 0 {
		return len(l.stream.Groups) > 0
	}
	return l.stream.Group(p.at.group) != nil
}

// heard returns a mark for counts of received entries, when some were skipped.
func (p *Pane) heard(v pane.View) string {
	if skipped := v.Data.Skipped; !skipped.Known || skipped.N > 0 {
		return "~"
	}
	return ""
}

// stateHere returns the worst state of a stream's groups, or that of the group under the cursor, which reads the stream.
func (p *Pane) stateHere(l *left) health.State {
	if p.at.column < groups || len(l.folded) > 0 {
		return l.state
	}
	return p.data.Health(l.stream, l.stream.Group(p.at.group))
}

func (p *Pane) drawRight(c widget.Cells, v pane.View, i int) {
	if i >= len(p.right) {
		return
	}
	r := &p.right[i]
	here := i == p.rightRow() && p.at.column >= groups
	sign, ink := signOf(r.state), stateInk(v, r.state)
	if r.consumer == "" {
		p.link(c, v, r)
		ill := "-"
		if r.ill > 0 {
			ill = fmt.Sprintf("%d/%d", r.ill, r.of)
		}
		oldest := "-"
		if r.oldest > 0 {
			oldest = words.Age(r.oldest)
		}
		p.put(c, v, groups, ink, sign, ink, p.groupName(r), []string{r.acked.perSecond(), r.lag.number(), words.Short(r.pending), oldest, ill}, here)
		return
	}
	if v.Width >= roomy && r.first {
		p.drawWhy(c, v, &p.right[i-1])
	}
	fork := "├──"
	if r.last {
		fork = "└──"
	}
	c.Put(p.places[consumers].from-branch+1, v.Theme.Faint, fork)
	if r.state == health.KeepingUp && !r.reads {
		sign, ink = "·", v.Theme.Faint
	}
	p.put(c, v, consumers, ink, sign, ink, widget.Clean(r.consumer), consumerFigures(r, p), here)
}

// consumerFigures returns how much a consumer acks, holds, and how long it hasn't asked; "-" for the rate of one that is away, "?"
// where it shares its group with others.
func consumerFigures(r *right, p *Pane) []string {
	rate, where := "-", ""
	switch {
	case r.reads && (r.acked.partial || !r.acked.known):
		rate = "?/s"
	case r.reads:
		rate = r.acked.perSecond() + "/s"
	}
	if r.worst != nil {
		where = "of " + p.name(r.worst.Key)
	}
	return []string{rate, "holds " + words.Short(r.pending), "idle " + words.Age(r.idle), where}
}

// link draws the edge from the bar to a group: with the cursor on a stream it is that of the stream, with its state there.
func (p *Pane) link(c widget.Cells, v pane.View, r *right) {
	x, l := p.places[groups].from-link+1, &p.left[p.leftRow()]
	if p.at.column != streams || len(l.folded) > 0 {
		c.Put(x, v.Theme.Faint, "──▸")
		return
	}
	g := l.stream.Group(r.group)
	if g == nil {
		c.Put(x, v.Theme.Faint, " · ") // it doesn't read that stream
		return
	}
	line, sign, ink := p.edge(l), p.edge(l), v.Theme.Faint
	if state := p.data.Health(l.stream, g); state != health.KeepingUp {
		sign, ink = signOf(state), pane.StateInk(v.Theme, state)
	}
	c.Put(x, ink, line+sign+"▸")
}

// drawWhy draws below a group that is ill where that is worst.
func (p *Pane) drawWhy(c widget.Cells, v pane.View, r *right) {
	if r.state == health.KeepingUp {
		return
	}
	at := &p.places[groups]
	text := p.name(r.worst.Key) + ": " + health.Why(r.worst, r.worst.Group(r.group), p.snapshot.At, p.data.Limits)
	c.Put(at.from+at.lead, v.Theme.Dim, widget.CleanCut(text, at.to-at.from-at.lead))
}

// stateInk returns the ink for the name of a group or a consumer in that state.
func stateInk(v pane.View, s health.State) theme.Ink {
	if s == health.KeepingUp {
		return v.Theme.Text
	}
	return pane.StateInk(v.Theme, s)
}

// foot returns a line about what is under the cursor, with the reason for its state.
func (p *Pane) foot(v pane.View) string {
	var to pane.Scope
	p.Choose(&to)
	s := p.snapshot.Stream(to.Stream)
	g := s.Group(to.Group)
	if g == nil {
		return v.Theme.Dim.Paint(widget.Cut("  No group reads "+p.name(s.Key)+".", v.Width))
	}
	state, key := p.data.Health(s, g), live.GroupKey{Stream: s.Key, Group: g.Name}
	text := "  " + p.name(s.Key) + " → " + widget.Clean(g.Name) + ": " + state.String()
	if why := health.Why(s, g, p.snapshot.At, p.data.Limits); why != "" {
		text += ": " + widget.Clean(why)
	}
	lag := "lag " + words.ShortCount(g.Lag)
	switch p.data.LagTrend(key) {
	case live.Rising:
		lag += " and rising"
	case live.Falling:
		lag += " and falling"
	case live.Steady:
	}
	if in := p.data.InMean(s.Key, span); !math.IsNaN(in) {
		text += " · in " + words.Rate(in) + "/s"
	}
	if acked := p.data.AckedMean(key, span); !math.IsNaN(acked) {
		text += " · acked " + words.Rate(acked) + "/s"
	}
	text += " · " + lag + " · " + words.Short(g.Pending) + " pending"
	return pane.StateInk(v.Theme, state).Paint(widget.Cut(text, v.Width))
}
