// Package streams is the pane of all streams, and the columns that it shares with the streams command. Start reading at [Pane].
package streams

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

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
	Name: "Streams", Inward: "Groups", Scopes: true,
	Menu: []string{"open", "dead-letters", "trim", "create-group", "", "inject", "", "sort", "zoom"},
}

// Pane is the pane of all streams: length, entries a second, and the last minute as a sparkline.
type Pane struct {
	prefix   string
	order    table.Order
	rows     []string // keys in the order shown
	selected string
	longest  int             // cells that the longest name takes
	chosen   bool            // the selection is a person's, or was made when there was something to choose by
	snapshot *model.Snapshot // the one that the rows are from
	ordered  time.Time       // when its order was made, by the server's clock
	sight    widget.Sight
}

// New returns a new pane; prefix is left out of the names.
func New(prefix string) *Pane {
	return &Pane{prefix: prefix, order: Columns.Order()}
}

// rateWindow is the time that the sparkline covers and that the order is based on.
const rateWindow = time.Minute

// orderEvery is how often the rows are sorted again. Sorted every second, two streams with nearly the same rate would keep
// changing places, and nobody could read a row.
const orderEvery = 5 * time.Second

// Refresh implements [pane.Scoped]: it reads the rows from a new snapshot and, now and then, sorts them. The selection stays
// on its stream.
func (p *Pane) Refresh(_ pane.Scope, d *live.Data) {
	if d.Snapshot == p.snapshot {
		return
	}
	p.snapshot = d.Snapshot
	p.arrange(d)
}

// arrange sorts the rows, unless they are sorted and it isn't time to sort again.
func (p *Pane) arrange(d *live.Data) {
	if d.Snapshot == nil {
		return
	}
	if p.chosen && d.Snapshot.At.Sub(p.ordered) < orderEvery && p.complete(d.Snapshot) {
		return
	}
	p.ordered = d.Snapshot.At
	rows := make([]Row, 0, len(d.Snapshot.Streams))
	for i := range d.Snapshot.Streams {
		r := Row{Stream: &d.Snapshot.Streams[i]}
		if p.order.By() == byRate {
			if mean := d.InMean(r.Key, rateWindow); !math.IsNaN(mean) {
				r.mean = mean
			}
		}
		rows = append(rows, r)
	}
	sorting.By(rows, func(a, b *Row) int {
		return cmp.Or(Columns.Compare(&p.order, a, b), cmp.Compare(a.Key, b.Key))
	})
	p.rows, p.longest = p.rows[:0], 0
	for _, r := range rows {
		p.rows = append(p.rows, r.Key)
		p.longest = max(p.longest, widget.Width(p.name(r.Key)))
	}
	if len(p.rows) > 0 && (!p.chosen || p.index() < 0) {
		p.selected = p.rows[p.worthiest(d)]
		p.chosen = p.chosen || d.Measured() // until rates are known, the order is no order
	}
}

// worthiest returns the row for the cursor of a person who hasn't chosen yet: the first with the worst trouble. When none
// is in trouble, it returns one with pending entries.
func (p *Pane) worthiest(d *live.Data) int {
	best, worst, pending := 0, health.KeepingUp, int64(0)
	for i, key := range p.rows {
		s := d.Snapshot.Stream(key)
		state, held := health.Trouble(s, d.Snapshot.At, d.Limits), int64(0)
		for j := range s.Groups {
			held += s.Groups[j].Pending
		}
		if state > worst || state == worst && pending == 0 && held > 0 {
			best, worst, pending = i, state, held
		}
	}
	return best
}

// complete reports whether the rows are the snapshot's streams, in any order.
func (p *Pane) complete(s *model.Snapshot) bool {
	if len(p.rows) != len(s.Streams) {
		return false
	}
	for _, key := range p.rows {
		if s.Stream(key) == nil {
			return false
		}
	}
	return true
}

// name returns a stream's key as it is shown.
func (p *Pane) name(key string) string { return widget.Clean(strings.TrimPrefix(key, p.prefix)) }

// Order implements [pane.Sortable].
func (p *Pane) Order() *table.Order { return &p.order }

// Sort implements [pane.Sortable]: it sorts the rows now, even when it isn't time to.
func (p *Pane) Sort(d *live.Data) {
	p.ordered = time.Time{}
	p.arrange(d)
}

// Selected returns the key of the stream under the cursor, empty when there is none.
func (p *Pane) Selected() string { return p.selected }

// Choose implements [pane.Chooser].
func (p *Pane) Choose(s *pane.Scope) { s.Stream = p.selected }

// Watch implements [pane.Watcher]; the stream under the cursor counts as in sight.
func (p *Pane) Watch() []string {
	shown := p.rows[min(p.sight.First, len(p.rows)):min(p.sight.End(), len(p.rows))]
	return append(slices.Clone(shown), p.selected)
}

// Lead implements [pane.Chooser]: the stream may appear later.
func (p *Pane) Lead(to pane.Scope, _ *live.Data) bool {
	p.Select(to.Stream)
	return true
}

// Select puts the cursor on a stream.
func (p *Pane) Select(key string) { p.selected, p.chosen = key, true }

func (p *Pane) index() int { return slices.Index(p.rows, p.selected) }

// Move implements [pane.Pane].
func (p *Pane) Move(m pane.Move, _ pane.Known) {
	if len(p.rows) > 0 {
		p.Select(p.rows[pane.Clamp(max(p.index(), 0)+m.Step(p.sight.Height, len(p.rows)), len(p.rows))])
	}
}

// Click implements [pane.Pane].
func (p *Pane) Click(line int, _ *live.Data) {
	if i, ok := p.sight.At(line - 1); ok && i < len(p.rows) {
		p.Select(p.rows[i])
	}
}

// Rows implements [pane.Searcher]: streams are searched by name.
func (p *Pane) Rows(pane.Known) pane.Rows {
	return pane.Rows{
		Len: len(p.rows), At: max(p.index(), 0),
		Text: func(row int) string { return p.name(p.rows[row]) },
		Go:   func(row int) { p.Select(p.rows[row]) },
	}
}

// Sight implements [pane.Sighted].
func (p *Pane) Sight() *widget.Sight { return &p.sight }

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	if len(p.rows) == 0 {
		return
	}
	t := p.table(v)
	p.order.Widths = t.Widths(v.Width)
	p.sight.FitOn(p.selected, max(p.index(), 0), len(p.rows), max(v.Height-1, 1))
}

func (p *Pane) table(v pane.View) widget.Table {
	return widget.Table{Columns: pane.FitFirst(Columns.Slots(), p.longest), Theme: v.Theme, Sorted: p.order.Column(), Descending: p.order.Descending()}
}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: "Streams · " + p.prefix + "*", Footer: "s sort " + Columns.Label(&p.order)}
	if v.Data.Snapshot == nil {
		f.Lines = []string{"", "  looking for streams…"}
		return f
	}
	f.Note = fmt.Sprint(len(p.rows))
	if s := v.Data.Snapshot.Stream(p.selected); s != nil && s.Idempotence != nil && s.Idempotence.Added > 0 {
		f.Footer += " · IDMP " + s.Idempotence.String()
	}
	if len(p.rows) == 0 {
		f.Lines = []string{
			"", v.Theme.Dim.Paint("  No stream under " + p.prefix + "* yet."),
			v.Theme.Dim.Paint("  Press i to publish the first event."),
		}
		return f
	}
	t, at := p.table(v), max(p.index(), 0)
	f.Lines = append(f.Lines, t.Head(p.order.Widths))
	f.Place = p.sight.Place(1)
	for i := p.sight.First; i < p.sight.End(); i++ {
		row := p.row(v.Data, p.rows[i])
		f.Lines = append(f.Lines, t.Line(p.order.Widths, widget.Row{
			Cells: Columns.Cells(&row, v.Theme, p.order.Widths), Current: i == at, Focused: v.Focused,
		}))
	}
	return f
}

// row returns a stream as the columns show it on the desk.
func (p *Pane) row(d *live.Data, key string) Row {
	r := Row{Stream: d.Snapshot.Stream(key), name: p.name(key), kind: model.TypeOf(key, p.prefix), data: d}
	r.trouble = r.readable() && health.Trouble(r.Stream, d.Snapshot.At, d.Limits) > health.KeepingUp
	return r
}
