// Package matrix is the pane of the whole bus at a glance: a row per stream, a column per group. Each cell shows how the group
// stands on the stream. It is drawn from the snapshot alone. Start reading at [Pane].
package matrix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/sorting"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// Spec is where the pane stands.
var Spec = pane.Spec{
	Name: "Bus matrix", Apart: true, Leads: true,
	Menu: []string{"open", "", "stream", "dead-letters", "trim", "set-group-id", "delete-consumer", "", "sort", "", "back"},
}

// Pane is the heat map of streams and groups, the worst first in both directions. Its cursor stays on its group of its stream
// when either changes place.
type Pane struct {
	order    table.Order
	prefix   string
	snapshot *model.Snapshot // that the rows were made of
	limits   health.Limits
	rows     []Row
	groups   []string
	longest  int // the longest name of a stream

	at               pane.Scope // under the cursor
	chosen           bool       // by a person; until then the cursor is on the worst
	sight            widget.Sight
	left, columns    int // the first column in sight, and how many are
	nameWidth, width int // of the streams' names, and of a cell
}

// New returns a new pane; prefix is left out of the streams' names.
func New(prefix string) *Pane {
	return &Pane{order: orders.Order(), prefix: prefix, columns: 1}
}

// Refresh implements [pane.Scoped]: it sorts a new snapshot.
func (p *Pane) Refresh(_ pane.Scope, d *live.Data) {
	if d.Snapshot != nil && d.Snapshot != p.snapshot {
		p.arrange(d)
	}
}

// arrange builds the rows and columns from the snapshot, the worst first.
func (p *Pane) arrange(d *live.Data) {
	p.snapshot, p.limits, p.rows, p.longest = d.Snapshot, d.Limits, p.rows[:0], 0
	worst := map[string]standing{}
	for i := range d.Snapshot.Streams {
		s := &d.Snapshot.Streams[i]
		if s.Missing {
			continue
		}
		r := Row{stream: s}
		if s.Problem != "" {
			r.worst.state = health.LagUnknown // as is everything of it
		}
		for j := range s.Groups {
			g := &s.Groups[j]
			st := stand(d, s, g)
			if st.compare(r.worst) > 0 {
				r.worst = st
			}
			if had, ok := worst[g.Name]; !ok || st.compare(had) > 0 {
				worst[g.Name] = st
			}
		}
		p.rows = append(p.rows, r)
		p.longest = max(p.longest, widget.Width(p.name(s.Key)))
	}
	p.groups = p.groups[:0]
	for name := range worst {
		p.groups = append(p.groups, name)
	}
	slices.SortFunc(p.groups, func(a, b string) int {
		return cmp.Or(worst[b].compare(worst[a]), strings.Compare(a, b))
	})
	p.sort(d)
	if !p.chosen && len(p.rows) > 0 && len(p.groups) > 0 {
		s := p.rows[0].stream
		p.at = pane.Scope{Stream: s.Key, Group: p.groups[0]}
		for _, name := range p.groups {
			if g := s.Group(name); g != nil && stand(d, s, g) == p.rows[0].worst {
				p.at.Group = name
				break
			}
		}
	}
}

// sort sorts the rows.
func (p *Pane) sort(d *live.Data) {
	for i := range p.rows {
		r := &p.rows[i]
		if r.here = (standing{}); p.order.By() == byGroup && r.stream.Group(p.at.Group) != nil {
			r.here = stand(d, r.stream, r.stream.Group(p.at.Group))
		}
	}
	sorting.By(p.rows, func(a, b *Row) int {
		return cmp.Or(orders.Compare(&p.order, a, b), strings.Compare(a.stream.Key, b.stream.Key))
	})
}

// name returns a stream's key as it is shown.
func (p *Pane) name(key string) string { return widget.Clean(strings.TrimPrefix(key, p.prefix)) }

// Order implements [pane.Sortable].
func (p *Pane) Order() *table.Order { return &p.order }

// Sort implements [pane.Sortable]: the cursor goes to the first row.
func (p *Pane) Sort(d *live.Data) {
	if d.Snapshot == nil || d.Snapshot != p.snapshot {
		return
	}
	p.sort(d)
	p.put(0)
}

// row and column return where the cursor stands, the first one when its stream or its group is gone.
func (p *Pane) row() int {
	return max(slices.IndexFunc(p.rows, func(r Row) bool { return r.stream.Key == p.at.Stream }), 0)
}

func (p *Pane) column() int { return max(slices.Index(p.groups, p.at.Group), 0) }

// put puts the cursor on a row, or on the nearest one.
func (p *Pane) put(row int) {
	if len(p.rows) > 0 {
		p.at.Stream, p.chosen = p.rows[pane.Clamp(row, len(p.rows))].stream.Key, true
	}
}

// Move implements [pane.Pane].
func (p *Pane) Move(m pane.Move, _ pane.Known) { p.put(p.row() + m.Step(p.sight.Height, len(p.rows))) }

// Aside implements [pane.Sideways].
func (p *Pane) Aside(right bool) {
	by := -1
	if right {
		by = 1
	}
	if len(p.groups) > 0 {
		p.at.Group, p.chosen = p.groups[pane.Clamp(p.column()+by, len(p.groups))], true
	}
}

// Click implements [pane.Pane].
func (p *Pane) Click(line int, _ *live.Data) {
	if i, ok := p.sight.At(line - 1); ok && i < len(p.rows) {
		p.put(i)
	}
}

// Rows implements [pane.Searcher]: streams are searched by name.
func (p *Pane) Rows(pane.Known) pane.Rows {
	return pane.Rows{
		Len: len(p.rows), At: p.row(),
		Text: func(row int) string { return p.name(p.rows[row].stream.Key) },
		Go:   p.put,
	}
}

// current returns the stream under the cursor and its group; each is nil when there is none.
func (p *Pane) current() (*model.Stream, *model.Group) {
	if len(p.rows) == 0 {
		return nil, nil
	}
	s := p.rows[p.row()].stream
	if len(p.groups) == 0 {
		return s, nil
	}
	g := s.Group(p.groups[p.column()])
	return s, g
}

// Choose implements [pane.Chooser].
func (p *Pane) Choose(to *pane.Scope) {
	s, g := p.current()
	if s == nil {
		return
	}
	*to = pane.Scope{Stream: s.Key}
	if g != nil {
		to.Group = g.Name
	}
}

// Lead implements [pane.Chooser].
func (p *Pane) Lead(to pane.Scope, _ *live.Data) bool {
	at := slices.IndexFunc(p.rows, func(r Row) bool { return r.stream.Key == to.Stream })
	if at < 0 {
		return false
	}
	p.put(at)
	if to.Group != "" {
		p.at.Group = to.Group
	}
	return true
}

// Enter implements [pane.Enterer]: it opens the group of the stream, at the pending entry that causes its state.
func (p *Pane) Enter() (pane.Effect, bool) {
	s, g := p.current()
	if s == nil {
		return pane.Effect{}, false
	}
	p.chosen = true
	to := pane.Place{Scope: pane.Scope{Stream: s.Key}}
	if g != nil {
		to.Group = g.Name
		if signs := health.Signs(s, g, p.snapshot.At, p.limits); len(signs) > 0 {
			to.Entry = signs[0].Entry
		}
	}
	return pane.Effect{To: &to}, true
}

// Sight implements [pane.Sighted].
func (p *Pane) Sight() *widget.Sight { return &p.sight }

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	if len(p.rows) == 0 {
		return
	}
	p.nameWidth = max(min(p.longest, v.Width*30/100), leastName)
	if all := v.Width - 1 - len(p.groups)*(1+leastCell); all >= shortName {
		p.nameWidth = min(p.nameWidth, all) // so that no group is out of sight
	}
	room := v.Width - 1 - p.nameWidth
	p.columns = max(min(room/(1+leastCell), len(p.groups)), 1)
	p.width = max(min(room/p.columns-1, fullCell), 1)
	p.left = widget.Scroll(p.left, p.column(), len(p.groups), p.columns)
	p.sight.FitOn(p.at, p.row(), len(p.rows), max(v.Height-1-footHeight(v), 1))
}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: Spec.Name + " · lag, pending"}
	if p.width >= agedCell {
		f.Title += ", oldest"
	}
	switch {
	case p.snapshot == nil:
		return f
	case len(p.rows) == 0:
		f.Lines = []string{"", v.Theme.Dim.Paint("  There is no stream yet.")}
		return f
	}
	f.Note = fmt.Sprintf("%d of %d × %d of %d", p.row()+1, len(p.rows), min(p.column()+1, len(p.groups)), len(p.groups))
	f.Footer = "enter goes there · s sort " + strings.TrimSuffix(orders.Label(&p.order), " ▼")
	f.Lines = append(f.Lines, p.head(v))
	f.Place = p.sight.Place(1)
	for i := p.sight.First; i < p.sight.End(); i++ {
		f.Lines = append(f.Lines, p.line(v, i))
	}
	f.Lines = append(f.Lines, p.foot(v)...)
	return f
}
