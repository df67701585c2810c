// Package pending is the pane of the entries that a group has not acknowledged, and the columns that it shares with the pending
// command. Start reading at [Pane].
package pending

import (
	"fmt"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// Spec is where the pane stands.
var Spec = pane.Spec{
	Name: "Pending", Inward: "Event", Outward: "Groups",
	Menu: []string{"open", "mark", "mark-all", "narrow", "", "ack", "claim", "republish", "dead-letter", "delete", "", "workflow", "copy", "copy-menu", "sort", "zoom"},
}

// Pane is the pane of one group's pending entries, of all its consumers, oldest first.
type Pane struct {
	order    table.Order
	key      live.GroupKey
	rows     []model.PendingEntry // by ID
	view     []int                // places in rows, in the order shown
	filter   model.PendingFilter
	whole    bool // every pending entry was looked at for the filter
	markRest bool // what is read next gets marked, too
	loaded   bool
	err      error
	readAt   time.Time // the server's clock when the rows were read
	marks    map[model.Position]bool
	selected model.Position
	sight    widget.Sight
	limit    int
	asked    asked
	then     time.Time // the moment of the past that is shown; zero in the present
}

// New returns a new pane.
func New() *Pane {
	return &Pane{order: Columns.Order(), marks: map[model.Position]bool{}, limit: firstPage}
}

const (
	// firstPage is the number of rows read at first, and again whenever the cursor comes near their end: several screens, and
	// still one cheap command.
	firstPage = 200
	// rowsMost is the max number of rows kept; a longer list is shown from its old end, where the trouble is.
	rowsMost = 5000
	// Scan is the max number of rows examined for a filter: some 20 ms of the server's time.
	Scan = 20_000
)

// Refresh implements [pane.Scoped]: a change of group empties the pane.
func (p *Pane) Refresh(key pane.Scope, d *live.Data) {
	if key != p.key || d != nil && d.Past == nil && !p.then.IsZero() {
		*p = Pane{order: p.order, key: key, filter: p.filter, marks: map[model.Position]bool{}, limit: firstPage}
	}
	if d != nil && d.Past != nil {
		p.recall(d)
	}
}

// Key returns the group shown.
func (p *Pane) Key() live.GroupKey { return p.key }

// Limit returns how many rows to read.
func (p *Pane) Limit() int { return p.limit }

// Filter returns the filter of the rows.
func (p *Pane) Filter() model.PendingFilter { return p.filter }

// SetFilter sets another filter; its rows must be read first. Marks are dropped, as they would be out of sight.
func (p *Pane) SetFilter(f model.PendingFilter) {
	p.filter, p.rows, p.view, p.loaded, p.markRest, p.limit = f, nil, nil, false, false, firstPage
	clear(p.marks)
}

// Read is the result of reading a group's pending entries.
type Read struct {
	Key    live.GroupKey
	Filter model.PendingFilter
	Rows   []model.PendingEntry
	// Whole reports that all of the group's pending entries were examined.
	Whole bool
	Err   error
	At    time.Time // the server's clock
}

// SetRows stores what was read; it ignores an answer for another group or filter. The cursor stays on its entry. When that
// entry is no longer pending, the cursor keeps its place and moves to the next one.
func (p *Pane) SetRows(read Read) {
	if read.Key != p.key || read.Filter != p.filter {
		return
	}
	if p.err = read.Err; read.Err != nil {
		return
	}
	was, rows := p.index(), read.Rows
	p.rows, p.loaded, p.readAt, p.whole = rows, true, read.At, read.Whole
	p.arrange()
	for id := range p.marks {
		if !slices.ContainsFunc(rows, func(r model.PendingEntry) bool { return r.ID == id }) {
			delete(p.marks, id) // acked meanwhile: it can't be acted on any more
		}
	}
	if p.find(p.selected) < 0 && len(rows) > 0 {
		p.selected = p.at(pane.Clamp(was, len(rows))).ID
	}
	if p.markRest {
		p.markRest = false
		p.markAll()
	}
}

func (p *Pane) find(id model.Position) int {
	i, found := slices.BinarySearchFunc(p.rows, id, func(r model.PendingEntry, id model.Position) int { return r.ID.Compare(id) })
	if !found {
		return -1
	}
	return i
}

// at returns the row at an index of the view.
func (p *Pane) at(at int) *model.PendingEntry { return &p.rows[p.view[at]] }

// index returns the index of the selected row in the view.
func (p *Pane) index() int { return max(slices.Index(p.view, p.find(p.selected)), 0) }

// Current returns the row under the cursor, nil when there is none.
func (p *Pane) Current() *model.PendingEntry {
	if i := p.find(p.selected); i >= 0 {
		return &p.rows[i]
	}
	return nil
}

// Subject implements [pane.Subjecter].
func (p *Pane) Subject(*live.Data) (model.Key, *model.Record, bool) {
	if r := p.Current(); r != nil {
		return model.Key{Stream: p.key.Stream, ID: r.ID}, nil, true
	}
	return model.Key{}, nil, false
}

// Point implements [pane.Marker].
func (p *Pane) Point(of pane.Scope, id model.Position, d *live.Data) {
	p.Refresh(of, d)
	if p.filter != (model.PendingFilter{}) {
		p.SetFilter(model.PendingFilter{})
	}
	p.selected = id
}

// Chosen implements [pane.Marker]; the marked entries are ordered oldest first.
func (p *Pane) Chosen() (live.GroupKey, []model.Position) {
	ids := make([]model.Position, 0, max(len(p.marks), 1))
	for i := range p.rows {
		if p.marks[p.rows[i].ID] {
			ids = append(ids, p.rows[i].ID)
		}
	}
	if len(ids) == 0 {
		if r := p.Current(); r != nil {
			ids = append(ids, r.ID)
		}
	}
	return p.key, ids
}

// Mark toggles the mark of the row under the cursor and goes on to the next row.
func (p *Pane) Mark(k pane.Known) {
	if r := p.Current(); r != nil {
		if p.marks[r.ID] {
			delete(p.marks, r.ID)
		} else {
			p.marks[r.ID] = true
		}
		p.Move(pane.Down, k)
	}
}

// MarkAll marks every row, up to the pane's limit, also those that weren't read yet. When all are marked, it removes the
// marks.
func (p *Pane) MarkAll() {
	if len(p.rows) > 0 && len(p.marks) == len(p.rows) {
		p.Unmark()
		return
	}
	p.markAll()
	if len(p.rows) == p.limit && p.limit < rowsMost {
		p.limit, p.markRest = rowsMost, true
	}
}

func (p *Pane) markAll() {
	for i := range p.rows {
		p.marks[p.rows[i].ID] = true
	}
}

// Unmark removes every mark; it reports whether there was one.
func (p *Pane) Unmark() bool {
	had := len(p.marks) > 0
	p.markRest = false
	clear(p.marks)
	return had
}

// Back implements [pane.Backer]: it drops the marks first, then the filter.
func (p *Pane) Back(zoomed bool, _ pane.Known) (pane.Effect, bool) {
	if p.Unmark() {
		return pane.Effect{}, true
	}
	if zoomed || p.filter.Empty() {
		return pane.Effect{}, false
	}
	p.SetFilter(model.PendingFilter{})
	return pane.Effect{}, true
}

// Move implements [pane.Pane].
func (p *Pane) Move(m pane.Move, _ pane.Known) {
	if len(p.rows) > 0 {
		p.put(pane.Clamp(p.index()+m.Step(p.sight.Height, len(p.rows)), len(p.rows)))
	}
}

// put puts the cursor on a row of the view. Near the end of what was read, more is read.
func (p *Pane) put(at int) {
	p.selected = p.at(at).ID
	if len(p.rows) == p.limit && at >= p.limit-2*p.sight.Height {
		p.limit = min(p.limit+firstPage, rowsMost)
	}
}

// Click implements [pane.Pane].
func (p *Pane) Click(line int, _ *live.Data) {
	if i, ok := p.sight.At(line - 1); ok && i < len(p.rows) {
		p.selected = p.at(i).ID
	}
}

// Sight implements [pane.Sighted].
func (p *Pane) Sight() *widget.Sight { return &p.sight }

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	p.sight.FitOn(p.selected, p.index(), len(p.rows), max(v.Height-1, 1))
	t := p.table(v)
	p.order.Widths = t.Widths(v.Width)
}

func (p *Pane) table(v pane.View) widget.Table {
	columns := p.columns(v.Width, p.sight.First, p.sight.End())
	return widget.Table{Columns: columns, Theme: v.Theme, Sorted: p.order.Column(), Descending: p.order.Descending()}
}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: "Pending"}
	if p.key.Group == "" {
		return f
	}
	f.Title += " · " + widget.Clean(p.key.Group)
	if !p.filter.Empty() {
		f.Title += " · " + widget.Clean(p.filter.String())
	}
	total := int64(len(p.rows))
	var stream *model.Stream
	if v.Data.Snapshot != nil {
		if stream = v.Data.Snapshot.Stream(p.key.Stream); stream != nil {
			if g := stream.Group(p.key.Group); g != nil {
				total = g.Pending
			}
		}
	}
	f.Note = p.note(total)
	switch {
	case p.err != nil:
		f.Lines = []string{"", v.Theme.Bad.Paint("  " + widget.Cut(widget.Clean(p.err.Error()), v.Width-2))}
		return f
	case !p.loaded:
		f.Lines = []string{"", v.Theme.Dim.Paint("  reading…")}
		return f
	case len(p.rows) == 0 && !p.filter.Empty():
		f.Lines = append([]string{""}, p.nothing(v)...)
		return f
	case len(p.rows) == 0:
		f.Lines = []string{"", v.Theme.Good.Paint("  ✓") + v.Theme.Dim.Paint(" Nothing is pending.")}
		return f
	}
	t, at := p.table(v), p.index()
	f.Lines = append(f.Lines, t.Head(p.order.Widths))
	if f.Place = p.sight.Place(1); p.asRead() && p.filter.Empty() {
		f.Place.All = max(f.Place.All, int(total)) // those that weren't read yet come behind the others
	}
	for i := p.sight.First; i < p.sight.End(); i++ {
		row := p.row(v, p.at(i), stream)
		f.Lines = append(f.Lines, t.Line(p.order.Widths, widget.Row{
			Cells: Columns.Cells(&row, v.Theme, p.order.Widths), Current: i == at, Marked: p.marks[p.at(i).ID], Focused: v.Focused,
			Compared: v.Compared == model.Key{Stream: p.key.Stream, ID: p.at(i).ID},
		}))
	}
	if f.Footer = p.footer(total); !p.then.IsZero() {
		f.Footer = "of what was pending then, the oldest is recorded"
	}
	return f
}

// note returns how many entries are pending, and how many are shown when there is a filter.
func (p *Pane) note(total int64) string {
	if p.filter.Empty() {
		return words.Grouped(total)
	}
	shown := words.Grouped(int64(len(p.rows)))
	if !p.whole {
		shown += "+"
	}
	return shown + " of " + words.Grouped(total)
}

// nothing says that no row passes the filter.
func (p *Pane) nothing(v pane.View) []string {
	text := "Nothing pending is " + widget.Clean(p.filter.String()) + "."
	if !p.whole {
		text = "None of the oldest " + words.Grouped(Scan) + " is " + widget.Clean(p.filter.String()) + "."
	}
	var lines []string
	for _, line := range append(widget.Fold(v.Width-4, text), "n changes that.") {
		lines = append(lines, v.Theme.Dim.Paint("  "+widget.Cut(line, v.Width-2)))
	}
	return lines
}

// footer says what can be done, and what the order leaves out.
func (p *Pane) footer(total int64) string {
	text := "space mark · A ack  C claim  R republish"
	if n := len(p.marks); n > 0 {
		text = fmt.Sprintf("%d marked │ A ack…  C claim…  R republish…", n)
	}
	if p.asRead() {
		return text
	}
	text = "s sort " + Columns.Label(&p.order)
	if int64(len(p.rows)) < total {
		text += " among the oldest " + words.Grouped(int64(len(p.rows)))
	}
	if n := len(p.marks); n > 0 {
		text = fmt.Sprintf("%d marked │ ", n) + text
	}
	return text
}

// row returns a pending entry as the columns show it.
func (p *Pane) row(v pane.View, entry *model.PendingEntry, stream *model.Stream) Row {
	r := Row{PendingEntry: entry, idle: entry.Idle, limits: v.Data.Limits, gone: entry.Gone || trimmed(entry.ID, stream)}
	if !p.readAt.IsZero() {
		r.idle += max(v.Now.Sub(p.readAt), 0)
	}
	return r
}

// trimmed reports whether the stream no longer reaches back to the ID.
func trimmed(id model.Position, s *model.Stream) bool {
	return s != nil && s.Problem == "" && (s.Length == 0 || s.First.After(id))
}
