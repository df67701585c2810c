package flowmap

import (
	"fmt"
	"math"
	"strings"

	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

const (
	// headLines is the line of the columns' names, footLines the sentence and the legend.
	headLines, footLines = 1, 2
	// The places of the columns, in percent of the width.
	streamsFrom, barFrom, groupsFrom, consumersFrom = 22, 52, 56, 78
	// roomy is the width from which there is room for words.
	roomy = 110
)

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	p.height = max(v.Height-headLines-footLines, 1)
	p.leftSight.FitOn(p.at, p.leftRow(), len(p.left), p.height)
	p.rightSight.FitOn(p.at, p.rightRow(), len(p.right), p.height)
}

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

// signOf returns the sign of a group's state; colour alone never shows it.
func signOf(s health.State) string {
	switch s {
	case health.KeepingUp:
		return "✓"
	case health.LagUnknown:
		return "?"
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
	f := pane.Frame{Title: "Map · the last 5 minutes", Footer: "enter goes into it · h l follow the edges · f only what is ill · esc back"}
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
	f.Note = fmt.Sprintf("%d of %d streams · agents %d", p.leftRow()+1, len(p.left), len(p.totals))
	c := widget.NewCells(v.Width)
	for column, name := range []string{"AGENTS", "STREAMS", "GROUPS", "CONSUMERS"} {
		c.Put(p.x(v, column)+1, v.Theme.Header, name)
	}
	f.Lines = append(f.Lines, c.Line(v.Theme.Header, false))
	for i := range p.height {
		c := widget.NewCells(v.Width)
		p.drawLeft(c, v, p.leftSight.First+i)
		p.drawRight(c, v, p.rightSight.First+i)
		if i < max(len(p.left)-p.leftSight.First, len(p.right)-p.rightSight.First) {
			c.Put(v.Width*barFrom/100, v.Theme.Faint, "║")
		}
		f.Lines = append(f.Lines, c.Line(v.Theme.Text, false))
	}
	legend := "  █ poison ▓ behind ▒ stuck ░ late ✗ nobody ? unknown · ═ busiest ╌ quiet"
	if v.Width >= roomy {
		legend = "  █ poison  ▓ behind  ▒ stuck  ░ late  ✗ nobody  ? unknown   ═ the busiest tenth   ╌ nothing for a minute"
	}
	f.Lines = append(f.Lines, p.foot(v), v.Theme.Dim.Paint(widget.Cut(legend, v.Width)))
	return f
}

// x returns the cell where a column begins.
func (p *Pane) x(v pane.View, column int) int {
	return v.Width * [...]int{0, streamsFrom, groupsFrom, consumersFrom}[column] / 100
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

// put draws a name and the text behind it between two cells, marked if the cursor is on it.
func put(c widget.Cells, v pane.View, from, to int, ink theme.Ink, text, behind string, here bool) {
	if here {
		c.Put(from, v.Theme.Accent, "▸")
		ink = v.Theme.Accent
	}
	room := max(to-from-1, 0)
	behind = widget.Cut(behind, room)
	text = widget.CleanCut(text, max(room-widget.Width(behind)-1, 0))
	c.Put(from+1, ink, text)
	c.Put(to-widget.Width(behind), v.Theme.Dim, behind)
}

func (p *Pane) drawLeft(c widget.Cells, v pane.View, i int) {
	if i >= len(p.left) {
		return
	}
	l := &p.left[i]
	bar, from := v.Width*barFrom/100, p.x(v, streams)
	shaft := p.edge(l)
	current := i == p.leftRow()
	if l.first {
		name := l.agent
		if name == "" {
			name = "(nobody heard)"
		}
		put(c, v, 0, from-5, v.Theme.Text, name, p.heard(v)+words.Rate(p.totals[l.agent])+"/s", p.at.column == agents && l.agent == p.left[p.leftRow()].agent)
	}
	c.Put(from-4, v.Theme.Faint, map[[2]bool]string{{true, true}: "─", {true, false}: "┬", {false, true}: "└", {false, false}: "├"}[[2]bool{l.first, l.last}])
	c.Put(from-3, v.Theme.Faint, strings.Repeat(shaft, 2)+"▸")
	rate := words.Rate(l.perSecond) + "/s"
	if math.IsNaN(l.perSecond) {
		rate = "?"
	}
	more := ""
	if l.others > 0 {
		more = fmt.Sprintf(" +%d", l.others)
	}
	read := p.readHere(l)
	name := v.Theme.Text
	if p.at.column >= groups && !read {
		name = v.Theme.Faint
	}
	put(c, v, from, bar-5, name, p.name(l.stream.Key)+more, rate, current && p.at.column == streams)
	if !read {
		c.Put(bar-4, v.Theme.Faint, shaft+"·") // it leads nowhere
		return
	}
	sign, ink := shaft, v.Theme.Faint
	if state := p.stateHere(l); state != health.KeepingUp {
		sign, ink = signOf(state), pane.StateInk(v.Theme, state)
	}
	c.Put(bar-4, ink, shaft+sign+shaft+"▸")
}

// readHere reports whether any group reads a stream, or, with the cursor on a group, whether that one does.
func (p *Pane) readHere(l *left) bool {
	if p.at.column < groups {
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
	if p.at.column < groups {
		return l.state
	}
	return p.data.Health(l.stream, l.stream.Group(p.at.group))
}

func (p *Pane) drawRight(c widget.Cells, v pane.View, i int) {
	if i >= len(p.right) {
		return
	}
	r := &p.right[i]
	from, to := p.x(v, groups), p.x(v, consumers)
	here := i == p.rightRow() && p.at.column >= groups
	if r.consumer == "" {
		s := p.left[p.leftRow()].stream
		g := s.Group(r.group)
		sign, ink, text := signOf(r.state), stateInk(v, r.state), fmt.Sprintf("%d of %d", r.ill, r.of)
		switch { // with the cursor on a stream, the state of the group there
		case p.at.column != streams:
		case g == nil:
			sign, ink, text = "·", v.Theme.Faint, "" // it doesn't read that stream
		default:
			state := p.data.Health(s, g)
			sign, ink, text = signOf(state), stateInk(v, state), words.ShortCount(g.Lag)
		}
		c.Put(from-2, v.Theme.Faint, "─▸")
		put(c, v, from, to-4, ink, sign+" "+r.group, text, here && p.at.column == groups)
		return
	}
	branch := "├─▸"
	if r.last {
		branch = "└─▸"
	}
	c.Put(to-3, v.Theme.Faint, branch)
	holds := words.Short(r.pending)
	if v.Width >= roomy {
		holds = fmt.Sprintf("holds %s, %s", holds, words.Age(r.idle))
	}
	put(c, v, to, v.Width-1, v.Theme.Text, r.consumer, holds, here && p.at.column == consumers)
}

// stateInk returns the ink for the name of a group in that state.
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
	state := p.data.Health(s, g)
	text := "  " + p.name(s.Key) + " → " + widget.Clean(g.Name) + ": " + state.String()
	if why := health.Why(s, g, p.snapshot.At, p.data.Limits); why != "" {
		text += ": " + widget.Clean(why)
	}
	return pane.StateInk(v.Theme, state).Paint(widget.Cut(text, v.Width))
}
