// Package groups is the pane of a stream's consumer groups, and the columns that it shares with the groups command. Start reading at
// [Pane].
package groups

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/sorting"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// Spec is where the pane stands.
var Spec = pane.Spec{
	Name: "Groups", Inward: "Pending", Outward: "Streams",
	Menu: []string{"open", "set-group-id", "delete-consumer", "create-group", "destroy-group", "", "pause-group", "resume-group", "limit-group", "", "sort", "zoom"},
}

// Pane is the pane of one stream's consumer groups: pending, lag, consumers, acks a second, oldest pending.
type Pane struct {
	order    table.Order
	prefix   string
	stream   string
	selected string
	chosen   bool // the selection is a person's, or was made when there was something to choose by
	rows     []string
	sight    widget.Sight
}

// New returns a new pane; prefix is left out of the stream's name.
func New(prefix string) *Pane {
	return &Pane{order: Columns.Order(), prefix: prefix}
}

// Refresh implements [pane.Scoped]. At the start the cursor goes to the group in the worst trouble. After that it stays on
// the group of that name, on other streams too, so that a person can follow one group from stream to stream.
func (p *Pane) Refresh(s pane.Scope, d *live.Data) {
	moved := s.Stream != p.stream
	p.stream = s.Stream
	p.arrange(d, moved)
}

// arrange sorts the groups of the stream.
func (p *Pane) arrange(d *live.Data, moved bool) {
	p.rows = p.rows[:0]
	if d.Snapshot == nil {
		return
	}
	s := d.Snapshot.Stream(p.stream)
	if s == nil {
		return
	}
	rows := make([]Row, len(s.Groups))
	for i := range s.Groups {
		rows[i] = p.row(d, s, &s.Groups[i])
	}
	sorting.By(rows, func(a, b *Row) int {
		return cmp.Or(Columns.Compare(&p.order, a, b), cmp.Compare(a.Group.Name, b.Group.Name))
	})
	for i := range rows {
		p.rows = append(p.rows, rows[i].Group.Name)
	}
	if len(p.rows) > 0 && !p.chosen && (moved || p.selected == "") {
		p.selected = worstGroup(d, s)
	}
	p.chosen = p.chosen || d.Measured()
}

// row returns a group as the columns show it.
func (p *Pane) row(d *live.Data, s *model.Stream, g *model.Group) Row {
	r := NewRow(s, g, d.Snapshot.At, d.Limits)
	r.acked, r.ackedKnown = d.Acked(live.GroupKey{Stream: s.Key, Group: g.Name})
	return r
}

// Order implements [pane.Sortable].
func (p *Pane) Order() *table.Order { return &p.order }

// Sort implements [pane.Sortable].
func (p *Pane) Sort(d *live.Data) { p.arrange(d, false) }

// Selected returns the group under the cursor, empty when the stream has none.
func (p *Pane) Selected() string {
	if i := p.index(); i < len(p.rows) {
		return p.rows[i]
	}
	return ""
}

// Choose implements [pane.Chooser].
func (p *Pane) Choose(s *pane.Scope) { s.Group = p.Selected() }

// Lead implements [pane.Chooser].
func (p *Pane) Lead(to pane.Scope, d *live.Data) bool {
	if d.Snapshot == nil {
		return false
	}
	s := d.Snapshot.Stream(to.Stream)
	if s == nil || s.Group(to.Group) == nil {
		return false
	}
	p.Select(to.Group)
	return true
}

// Select puts the cursor on a group.
func (p *Pane) Select(group string) { p.selected, p.chosen = group, true }

func (p *Pane) index() int { return max(slices.Index(p.rows, p.selected), 0) }

// Move implements [pane.Pane].
func (p *Pane) Move(m pane.Move, _ pane.Known) {
	if len(p.rows) > 0 {
		p.Select(p.rows[pane.Clamp(p.index()+m.Step(p.sight.Height, len(p.rows)), len(p.rows))])
	}
}

// Click implements [pane.Pane].
func (p *Pane) Click(line int, _ *live.Data) {
	if i, ok := p.sight.At(line - 1); ok && i < len(p.rows) {
		p.Select(p.rows[i])
	}
}

// Rows implements [pane.Searcher]: groups are searched by name, and by the names of their consumers.
func (p *Pane) Rows(k pane.Known) pane.Rows {
	s := p.shown(k.Data)
	return pane.Rows{
		Len: len(p.rows), At: p.index(),
		Text: func(row int) string {
			names := []string{widget.Clean(p.rows[row])}
			if g := s.Group(p.rows[row]); g != nil {
				for i := range g.Consumers {
					names = append(names, widget.Clean(g.Consumers[i].Name))
				}
			}
			return strings.Join(names, "\n")
		},
		Go: func(row int) { p.Select(p.rows[row]) },
	}
}

// nameLeast is the min width of a group's name before less important columns are shown: the names of the bus's own groups
// fit.
const nameLeast = 18

// shown returns the stream in the snapshot, nil when it isn't there.
func (p *Pane) shown(d *live.Data) *model.Stream {
	if d.Snapshot == nil {
		return nil
	}
	return d.Snapshot.Stream(p.stream)
}

// Sight implements [pane.Sighted].
func (p *Pane) Sight() *widget.Sight { return &p.sight }

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	s := p.shown(v.Data)
	if s == nil || len(p.rows) == 0 {
		return
	}
	t := p.table(v)
	p.order.Widths = t.Widths(v.Width)
	p.sight.FitOn(p.selected, p.index(), len(p.rows), max(v.Height-1-len(p.consumerLines(v, s.Group(p.Selected()))), 1))
}

func (p *Pane) table(v pane.View) widget.Table {
	longest := 0
	for _, name := range p.rows {
		longest = max(longest, widget.Width(widget.Clean(name)))
	}
	columns := pane.FitFirst(Columns.Slots(), longest)
	columns[0].Min = max(min(longest, nameLeast), columns[0].Min)
	return widget.Table{Columns: columns, Theme: v.Theme, Sorted: p.order.Column(), Descending: p.order.Descending()}
}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: "Groups"}
	if p.stream != "" {
		f.Title += " · " + widget.Clean(strings.TrimPrefix(p.stream, p.prefix))
	}
	s := p.shown(v.Data)
	switch {
	case s == nil:
		return f
	case s.Problem != "":
		f.Lines = []string{"", v.Theme.Bad.Paint("  " + widget.Cut(widget.Clean(s.Problem), v.Width-2))}
		return f
	case len(p.rows) == 0:
		f.Lines = []string{"", v.Theme.Dim.Paint("  No group reads this stream.")}
		return f
	}
	f.Note = fmt.Sprint(len(p.rows))
	t, at := p.table(v), p.index()
	f.Lines = append(f.Lines, t.Head(p.order.Widths))
	f.Place = p.sight.Place(1)
	for i := p.sight.First; i < p.sight.End(); i++ {
		g := s.Group(p.rows[i])
		if g == nil {
			continue
		}
		row := p.row(v.Data, s, g)
		row.now = v.Now
		f.Lines = append(f.Lines, t.Line(p.order.Widths, widget.Row{
			Cells: Columns.Cells(&row, v.Theme, p.order.Widths), Current: i == at, Focused: v.Focused,
		}))
	}
	f.Lines = append(f.Lines, p.consumerLines(v, s.Group(p.Selected()))...)
	if g := s.Group(p.Selected()); g != nil {
		f.Footer = p.state(v, s, g)
	}
	return f
}

// state returns in words how the group stands, and which fault it has: lag and pending are different faults.
func (p *Pane) state(v pane.View, s *model.Stream, g *model.Group) string {
	var parts []string
	switch state := v.Data.Health(s, g); state {
	case health.LagUnknown: // its reason follows
	case health.KeepingUp:
		parts = append(parts, state.String())
	case health.Paused:
		parts = append(parts, pausedText(v, g.PausedFor()))
	default:
		parts = append(parts, state.String()+": "+health.Why(s, g, v.Data.Snapshot.At, v.Data.Limits))
	}
	if !g.Lag.Known {
		parts = append(parts, "lag unknown: "+lagUnknown(v.Data))
	}
	if g.Control != nil && g.Control.PerSecond > 0 {
		parts = append(parts, "limited to "+words.PerSecond(g.Control.PerSecond))
	}
	acked, ok := v.Data.Acked(live.GroupKey{Stream: p.stream, Group: g.Name})
	in, inOK := v.Data.In(p.stream)
	if waiting := g.Lag.N + g.Pending; ok && inOK && g.Lag.Known && waiting > 0 {
		if gain := acked - in; gain > 0.5 {
			parts = append(parts, "drains in "+words.Age(words.Seconds(float64(waiting)/gain)))
		} else if v.Data.Limits.Lagging(g.Lag) && gain < -0.5 {
			parts = append(parts, "growing by "+words.Rate(-gain)+"/s")
		}
	}
	if never := s.NeverDelivered(g); never.N > 0 { // last: where it is cut, it lacks no more than the name that stands above
		parts = append(parts, words.NeverDelivered(never.N, widget.Clean(g.Name)))
	}
	return strings.Join(parts, " · ")
}

// pausedText says until when the group is paused, by whom and why: "paused until 15:04 by ann: the database is moved".
func pausedText(v pane.View, p *model.Pause) string {
	text := "paused"
	if !p.Until.IsZero() {
		text += " until " + p.Until.In(v.Location).Format("15:04")
	}
	if p.By != "" {
		text += " by " + widget.Clean(p.By)
	}
	if p.Why != "" {
		text += ": " + widget.Clean(p.Why)
	}
	return text
}

func lagUnknown(d *live.Data) string {
	if d.Server.Name != "" && !d.Server.Can.Lag {
		return "needs Redis 7"
	}
	return "entries were deleted or the ID was set"
}

// consumerLines lists the selected group's consumers, most pending first, in the lines that the groups leave free.
func (p *Pane) consumerLines(v pane.View, g *model.Group) []string {
	room := v.Height - 1 - len(p.rows)
	if g == nil || room < 1 || len(g.Consumers) == 0 {
		return nil
	}
	consumers := slices.Clone(g.Consumers)
	sorting.By(consumers, func(a, b *model.Consumer) int { return int(b.Pending - a.Pending) })
	lines := make([]string, 0, room)
	for i := range consumers {
		if len(lines) == room-1 && i < len(consumers)-1 {
			lines = append(lines, v.Theme.Dim.Paint(fmt.Sprintf("  └ and %d more", len(consumers)-i)))
			break
		}
		branch := "├"
		if i == len(consumers)-1 {
			branch = "└"
		}
		c := &consumers[i]
		text := fmt.Sprintf("%s pending · idle %s", words.Short(c.Pending), words.Age(c.Idle))
		if c.Inactive.Known {
			text += " · inactive " + words.Age(time.Duration(c.Inactive.N)*time.Millisecond)
		}
		sign, ink := "✓", v.Theme.Dim
		if c.Pending > 0 && v.Data.Limits.Untouched(c.Idle) {
			sign, ink = "✗", v.Theme.Bad
		}
		lines = append(lines, "  "+v.Theme.Faint.Paint(branch+" ")+ink.Paint(widget.Cut(sign+" "+widget.Clean(c.Name)+"  "+text, v.Width-4)))
	}
	return lines
}
