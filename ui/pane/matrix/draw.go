package matrix

import (
	"strings"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// inSight returns the groups in sight, from left to right.
func (p *Pane) inSight() []string { return p.groups[p.left:min(p.left+p.columns, len(p.groups))] }

// head returns the names of the groups; an arrow shows that there are more on that side.
func (p *Pane) head(v pane.View) string {
	more := " "
	if p.left > 0 {
		more = "◂"
	}
	var b strings.Builder
	b.WriteString(v.Theme.Header.Paint(widget.Pad(" STREAM", p.nameWidth) + more))
	for i, name := range p.inSight() {
		ink := v.Theme.Header
		if p.left+i == p.column() {
			ink = v.Theme.Accent
		}
		b.WriteString(ink.Paint(" " + widget.Pad(widget.Clean(name), p.width)))
	}
	if p.left+p.columns < len(p.groups) {
		return widget.Cut(b.String(), v.Width-1) + v.Theme.Header.Paint("▸")
	}
	return b.String()
}

// line draws a stream with its groups. A mark before it shows the cursor's row, a mark before a cell the cursor's cell.
func (p *Pane) line(v pane.View, row int) string {
	s := p.rows[row].stream
	current := row == p.row()
	selected := current && v.Focused
	mark := " "
	if current {
		mark = "▸"
	}
	var b strings.Builder
	b.WriteString(v.Theme.Accent.On(selected, mark) + v.Theme.Text.On(selected, widget.Pad(p.name(s.Key), p.nameWidth)))
	if s.Problem != "" {
		b.WriteString(v.Theme.Bad.On(selected, " "+widget.CleanCut("✗ "+s.Problem, v.Width-2-p.nameWidth)))
		return b.String()
	}
	for i, name := range p.inSight() {
		here := current && p.left+i == p.column()
		if mark = " "; here {
			mark = "▸"
		}
		b.WriteString(v.Theme.Accent.On(here && v.Focused, mark) + cell(v, s, s.Group(name), p.width, here && v.Focused))
	}
	return b.String()
}

const (
	// sentences is the number of lines about the cell under the cursor, below a blank one.
	sentences = 3
	// tallEnough is the min height with room for them.
	tallEnough = 10
)

// footHeight returns the number of lines of the foot: it is always the same, so that the rows keep their places.
func footHeight(v pane.View) int {
	if v.Height < tallEnough {
		return 1
	}
	return 1 + sentences
}

// foot says how the cell under the cursor stands, why, and what that means.
func (p *Pane) foot(v pane.View) []string {
	s, g := p.current()
	text, state := p.why(v, s, g)
	lines := []string{}
	if footHeight(v) > 1 {
		for range max(p.sight.Height-len(p.rows), 0) {
			lines = append(lines, "")
		}
		lines = append(lines, "")
	}
	for _, line := range widget.FoldMost(v.Width-2, max(footHeight(v)-1, 1), text) {
		lines = append(lines, pane.StateInk(v.Theme, state).Paint("  "+line))
	}
	return lines
}

// why returns how a group of a stream stands, in sentences with numbers.
func (p *Pane) why(v pane.View, s *model.Stream, g *model.Group) (string, health.State) {
	name := p.name(s.Key)
	switch {
	case s.Problem != "":
		return name + " can't be read: " + widget.Clean(s.Problem), health.NoConsumers
	case len(s.Groups) == 0:
		return "No group reads " + name + ".", health.KeepingUp
	case g == nil:
		return widget.Clean(p.groups[p.column()]) + " doesn't read " + name + ".", health.KeepingUp
	}
	d := v.Data
	state, signs := d.Health(s, g), health.Signs(s, g, d.Snapshot.At, d.Limits)
	text := widget.Clean(g.Name) + " on " + name + ": " + state.String()
	if why := health.Why(s, g, d.Snapshot.At, d.Limits); why != "" {
		text += ": " + why
	}
	text += ". "
	if g.Lag.Known {
		text += words.Counted(g.Lag) + " undelivered, "
	}
	text += words.Grouped(g.Pending) + " pending"
	if g.Pending > 0 {
		text += ", the oldest " + pane.Oldest(g, v.Now)
	}
	text += "."
	if len(signs) > 0 {
		text += " " + widget.Clean(signs[0].Advice())
	}
	if never := s.NeverDelivered(g); never.N > 0 {
		text += " " + words.NeverDelivered(never.N, widget.Clean(g.Name)) + "."
	}
	return text, state
}
