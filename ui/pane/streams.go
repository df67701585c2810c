package pane

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/widget"
)

// What the streams are sorted by, as s goes through it.
const (
	// byRate is the mean rate of the last minute: by the rate of this second rows would never stand still.
	byRate   = "rate"
	byName   = "name"
	byLength = "length"
)

// Streams is the pane of all streams: length, entries a second, and the last minute as a sparkline.
type Streams struct {
	prefix string
	sorting
	rows     []string // keys in the order shown
	selected string
	longest  int             // cells that the longest name takes
	chosen   bool            // the selection is a person's, or was made when there was something to choose by
	snapshot *model.Snapshot // the one that the rows are from
	ordered  time.Time       // when its order was made, by the server's clock
	first    int
	height   int
}

// NewStreams makes the pane; prefix is left out of the names.
func NewStreams(prefix string) *Streams {
	keys := []sortKey{{byRate, rateColumn, true}, {byName, nameColumn, false}, {byLength, lengthColumn, true}}
	return &Streams{prefix: prefix, sorting: sorting{keys: keys}, height: 1}
}

// rateWindow is the time that the sparkline shows and the order is made from.
const rateWindow = time.Minute

// orderEvery is how often the rows are put in order anew: two streams of nearly one rate would change places every
// second, and no row could be read.
const orderEvery = 5 * time.Second

// Refresh implements [Scoped]: of a new snapshot it takes the rows and, now and then, their order. The selection stays on its
// stream.
func (p *Streams) Refresh(_ Scope, d *live.Data) {
	if d.Snapshot == p.snapshot {
		return
	}
	p.snapshot = d.Snapshot
	p.arrange(d)
}

// arrange puts the rows in order, unless they are and it isn't time for another one.
func (p *Streams) arrange(d *live.Data) {
	if d.Snapshot == nil {
		return
	}
	if p.chosen && d.Snapshot.At.Sub(p.ordered) < orderEvery && p.complete(d.Snapshot) {
		return
	}
	p.ordered = d.Snapshot.At
	type row struct {
		key    string
		rate   float64
		length int64
	}
	rows := make([]row, 0, len(d.Snapshot.Streams))
	var window [1]float64
	for i := range d.Snapshot.Streams {
		s := &d.Snapshot.Streams[i]
		r := row{key: s.Key, length: s.Length}
		if p.sortedBy().by == byRate {
			d.InWindow(window[:], s.Key, rateWindow)
			if !math.IsNaN(window[0]) {
				r.rate = window[0]
			}
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		var by int
		switch p.sortedBy().by {
		case byRate:
			by = p.directed(cmp.Compare(a.rate, b.rate))
		case byLength:
			by = p.directed(cmp.Compare(a.length, b.length))
		default:
			return p.directed(cmp.Compare(a.key, b.key))
		}
		return cmp.Or(by, cmp.Compare(a.key, b.key))
	})
	p.rows, p.longest = p.rows[:0], 0
	for _, r := range rows {
		p.rows = append(p.rows, r.key)
		p.longest = max(p.longest, widget.Width(widget.Clean(strings.TrimPrefix(r.key, p.prefix))))
	}
	if len(p.rows) > 0 && (!p.chosen || p.index() < 0) {
		p.selected = p.rows[p.worthiest(d)]
		p.chosen = p.chosen || d.Measured() // until rates are known, the order is no order
	}
}

// worthiest is the row that deserves the cursor of somebody who hasn't chosen yet: the first with the worst trouble,
// and among the untroubled one where something is pending.
func (p *Streams) worthiest(d *live.Data) int {
	best, worst, pending := 0, health.KeepingUp, int64(0)
	for i, key := range p.rows {
		s := d.Snapshot.Stream(key)
		state, held := health.Worst(s, d.Snapshot.At, d.Limits), int64(0)
		for j := range s.Groups {
			held += s.Groups[j].Pending
		}
		if state > worst || state == worst && pending == 0 && held > 0 {
			best, worst, pending = i, state, held
		}
	}
	return best
}

// complete says whether the rows are the snapshot's streams, in whatever order.
func (p *Streams) complete(s *model.Snapshot) bool {
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

// NextSort implements [Sortable].
func (p *Streams) NextSort(d *live.Data) {
	p.next()
	p.reorder(d)
}

// SortAt implements [Sortable].
func (p *Streams) SortAt(x int, d *live.Data) bool {
	if !p.atColumn(x) {
		return false
	}
	p.reorder(d)
	return true
}

// SetOrder implements [Sortable].
func (p *Streams) SetOrder(o Order, d *live.Data) {
	p.set(o)
	p.reorder(d)
}

// reorder puts the rows in order now, though it isn't time for it.
func (p *Streams) reorder(d *live.Data) {
	p.ordered = time.Time{}
	p.arrange(d)
}

// Selected is the key of the stream under the cursor, empty when there is none.
func (p *Streams) Selected() string { return p.selected }

// Choose implements [Chooser].
func (p *Streams) Choose(s *Scope) { s.Stream = p.selected }

// Watch implements [Watcher]; the stream under the cursor counts as in sight.
func (p *Streams) Watch() []string {
	shown := p.rows[min(p.first, len(p.rows)):min(p.first+p.height, len(p.rows))]
	return append(slices.Clone(shown), p.selected)
}

// Select puts the cursor on a stream.
func (p *Streams) Select(key string) { p.selected, p.chosen = key, true }

func (p *Streams) index() int { return slices.Index(p.rows, p.selected) }

// Move implements [Pane].
func (p *Streams) Move(m Move, _ *live.Data) {
	if len(p.rows) > 0 {
		p.Select(p.rows[clamp(max(p.index(), 0)+m.step(p.height, len(p.rows)), len(p.rows))])
	}
}

// Click implements [Pane].
func (p *Streams) Click(line int, _ *live.Data) {
	if i := p.first + line - 1; line > 0 && i < len(p.rows) {
		p.Select(p.rows[i])
	}
}

var streamColumns = []widget.Column{
	{Title: "STREAM", Min: 12, Keep: 9},
	{Title: "LEN", Min: 6, Right: true, Keep: 7},
	{Title: "IN/s", Min: 5, Right: true, Keep: 8},
	{Title: "last 60s", Min: 8, Max: 30, Keep: 5},
	{Title: "", Min: 1, Keep: 6},
}

// Columns of streamColumns that rows are sorted by.
const nameColumn, lengthColumn, rateColumn = 0, 1, 2

// Fit implements [Pane].
func (p *Streams) Fit(v View) {
	if len(p.rows) == 0 {
		return
	}
	t := p.table(v)
	p.widths = t.Widths(v.Width)
	p.height = max(v.Height-1, 1)
	p.first = widget.Scroll(p.first, max(p.index(), 0), len(p.rows), p.height)
}

func (p *Streams) table(v View) widget.Table {
	return widget.Table{Columns: fitFirst(streamColumns, p.longest), Theme: v.Theme, Sorted: p.sortedBy().column, Descending: p.descending()}
}

// Draw implements [Pane].
func (p *Streams) Draw(v View) Frame {
	f := Frame{Title: "Streams · " + p.prefix + "*", Footer: "s sort " + p.label(streamColumns)}
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
	f.Lines = append(f.Lines, t.Head(p.widths))
	for i := p.first; i < min(p.first+p.height, len(p.rows)); i++ {
		f.Lines = append(f.Lines, t.Line(p.widths, widget.Row{
			Cells: p.cells(v, p.rows[i], p.widths[3]), Current: i == at, Focused: v.Focused,
		}))
	}
	return f
}

func (p *Streams) cells(v View, key string, sparkWidth int) []widget.Cell {
	th := v.Theme
	name := widget.Clean(strings.TrimPrefix(key, p.prefix))
	s := v.Data.Snapshot.Stream(key)
	switch {
	case s == nil || s.Missing:
		return []widget.Cell{{Text: name, Ink: th.Dim}, {Text: "gone", Ink: th.Bad}, {}, {}, {Text: "✗", Ink: th.Bad}}
	case s.Problem != "":
		return []widget.Cell{{Text: name, Ink: th.Dim}, {Text: "✗", Ink: th.Bad}, {}, {Text: widget.Clean(s.Problem), Ink: th.Bad}, {Text: "✗", Ink: th.Bad}}
	}
	rate, rateInk := "?", th.Dim
	if perSecond, known := v.Data.In(key); known {
		rate, rateInk = words.Rate(perSecond), th.Text
		if v.Data.InEstimated(key) {
			rate = "~" + rate
		}
		if perSecond == 0 {
			rateInk = th.Dim
		}
	}
	spark := ""
	if sparkWidth > 0 {
		window := make([]float64, sparkWidth)
		v.Data.InWindow(window, key, rateWindow)
		spark = widget.Spark(window)
	}
	sign, nameInk := widget.Cell{}, th.Text
	if model.TypeOf(key, p.prefix).Outcome() == model.OutcomeFailed && s.Length > 0 {
		nameInk = th.Bad
	}
	if health.Worst(s, v.Data.Snapshot.At, v.Data.Limits) > health.KeepingUp {
		sign = widget.Cell{Text: "!", Ink: th.Warn}
	}
	return []widget.Cell{
		{Text: name, Ink: nameInk},
		{Text: words.Short(s.Length), Ink: th.Text},
		{Text: rate, Ink: rateInk},
		{Text: spark, Ink: th.Accent},
		sign,
	}
}
