// Package deadletters is the pane of the entries that groups of the whole bus have given up: a row per stream that has dead
// letters. Start reading at [Pane].
package deadletters

import (
	"cmp"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/sorting"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// Spec is where the pane stands.
var Spec = pane.Spec{
	Name: "Dead letters", Lower: true, Apart: true, Outward: "Bus matrix",
	Menu: []string{"dead-letters", "compare", "stream", "trim", "", "sort", "", "back"},
}

// Pane is the pane of the dead letters of all streams: how many each stream has, how old the newest is, and why it was given
// up. A dialog shows, requeues and deletes those of one stream.
type Pane struct {
	order    table.Order
	prefix   string
	rows     []Row
	selected string // the stream under the cursor
	sight    widget.Sight
	read     answer
	asked    time.Time // by the server's clock; zero asks at once
}

// New returns a new pane; prefix is left out of the streams' names.
func New(prefix string) *Pane { return &Pane{order: Columns.Order(), prefix: prefix} }

// arrange sorts the rows.
func (p *Pane) arrange() {
	p.rows = slices.Clone(p.read.rows)
	sorting.By(p.rows, func(a, b *Row) int {
		return cmp.Or(Columns.Compare(&p.order, a, b), cmp.Compare(a.stream, b.stream))
	})
}

// Order implements [pane.Sortable].
func (p *Pane) Order() *table.Order { return &p.order }

// Sort implements [pane.Sortable].
func (p *Pane) Sort(*live.Data) { p.arrange() }

// index returns the row of the cursor; the first when its stream has no more dead letters.
func (p *Pane) index() int {
	return max(slices.IndexFunc(p.rows, func(r Row) bool { return r.stream == p.selected }), 0)
}

// put puts the cursor on a row, or on the nearest one.
func (p *Pane) put(row int) {
	if len(p.rows) > 0 {
		p.selected = p.rows[pane.Clamp(row, len(p.rows))].stream
	}
}

// Choose implements [pane.Chooser]: actions apply to the stream that the letters came from, and to the group that gave up the
// newest of them.
func (p *Pane) Choose(s *pane.Scope) {
	if len(p.rows) == 0 {
		return
	}
	r := &p.rows[p.index()]
	*s = pane.Scope{Stream: r.stream, Group: r.letter.Group}
}

// Lead implements [pane.Chooser]: nothing leads here.
func (*Pane) Lead(pane.Scope, *live.Data) bool { return false }

// Enter implements [pane.Enterer]: it opens the letters of the stream.
func (p *Pane) Enter() (pane.Effect, bool) {
	return pane.Effect{Action: "dead-letters"}, len(p.rows) > 0
}

// Pick implements [pane.Picker]: it is the newest letter of the stream.
func (p *Pane) Pick() (entry model.Entry, why string) {
	if len(p.rows) == 0 {
		return entry, "there is no dead letter"
	}
	r := &p.rows[p.index()]
	if !r.read() {
		return entry, "the newest letter isn't read yet"
	}
	return r.letter.Entry, ""
}

// Move implements [pane.Pane].
func (p *Pane) Move(m pane.Move, _ pane.Known) {
	p.put(p.index() + m.Step(p.sight.Height, len(p.rows)))
}

// Click implements [pane.Pane].
func (p *Pane) Click(line int, _ *live.Data) {
	if i, ok := p.sight.At(line - 1); ok && i < len(p.rows) {
		p.put(i)
	}
}

// Rows implements [pane.Searcher]: streams are searched by name, and by the group and the reason of their newest letter.
func (p *Pane) Rows(pane.Known) pane.Rows {
	return pane.Rows{
		Len: len(p.rows), At: p.index(),
		Text: func(row int) string {
			r := &p.rows[row]
			return widget.Clean(r.name) + "\n" + widget.Clean(r.letter.Group) + "\n" + widget.Clean(r.letter.Reason)
		},
		Go: p.put,
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
	p.sight.FitOn(p.selected, p.index(), len(p.rows), max(v.Height-1-len(p.foot(v)), 1))
}

func (p *Pane) table(v pane.View) widget.Table {
	columns, longest, reason := Columns.Slots(), 0, 0
	group := &columns[groupColumn]
	for i := range p.rows {
		longest = max(longest, widget.Width(widget.Clean(p.rows[i].name)))
		group.Min = max(group.Min, min(widget.Width(widget.Clean(p.rows[i].letter.Group)), group.Max))
		reason = max(reason, widget.Width(widget.CleanCut(p.rows[i].letter.Reason, v.Width)))
	}
	last := len(columns) - 1
	columns[last].Max = max(reason, columns[last].Min)
	return widget.Table{
		Columns: pane.FitFirst(columns, longest), Theme: v.Theme, Sorted: p.order.Column(), Descending: p.order.Descending(),
	}
}

// groupColumn is the index of the group's column on the desk.
const groupColumn = 3

// footLines is the max number of lines about the row under the cursor.
const footLines = 3

// foot returns the whole reason of the row under the cursor, which the table may cut, and what couldn't be read.
func (p *Pane) foot(v pane.View) []string {
	var lines []string
	if len(p.rows) > 0 && v.Height > 2*footLines {
		reason := widget.Clean(p.rows[p.index()].letter.Reason)
		if shown := p.order.Widths[len(p.order.Widths)-1]; widget.Width(reason) > shown {
			lines = append(lines, "")
			for _, line := range widget.FoldMost(v.Width-2, footLines, reason) {
				lines = append(lines, v.Theme.Warn.Paint("  "+line))
			}
		}
	}
	if trouble := p.read.trouble(); trouble != "" {
		lines = append(lines, v.Theme.Bad.Paint("  "+widget.CleanCut("✗ "+trouble, v.Width-2)))
	}
	return lines
}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: "Dead letters of the whole bus", Footer: "esc back"}
	foot := p.foot(v)
	switch {
	case v.Data.Past != nil:
		f.Lines = append([]string{""}, widget.Fold(max(v.Width, 1), "  How many dead letters there were then isn't recorded. Those that are there now are shown in the present.")...)
		return f
	case !p.read.done:
		f.Lines = append([]string{"", v.Theme.Dim.Paint("  reading…")}, foot...)
		return f
	case len(p.rows) == 0 && len(foot) == 0:
		f.Lines = []string{
			"", v.Theme.Good.Paint("  ✓") + v.Theme.Dim.Paint(" Nothing was given up, or all of it was dealt with."),
		}
		return f
	}
	var total int64
	for i := range p.rows {
		total += p.rows[i].length
	}
	f.Note = words.Grouped(total) + " of " + words.Grouped(int64(len(p.rows))) + " streams"
	if len(p.rows) == 1 {
		f.Note = words.Grouped(total) + " of 1 stream"
	}
	f.Footer = "enter look, requeue, delete · = compare the newest · s sort " + Columns.Label(&p.order) + " · esc back"
	if widget.Width(f.Footer) > v.Width-2 {
		f.Footer = "enter look · = compare · esc back"
	}
	t, at := p.table(v), p.index()
	f.Lines = append(f.Lines, t.Head(p.order.Widths))
	f.Place = p.sight.Place(1)
	for i := p.sight.First; i < p.sight.End(); i++ {
		row := p.rows[i]
		row.now = v.Now
		f.Lines = append(f.Lines, t.Line(p.order.Widths, widget.Row{
			Cells: Columns.Cells(&row, v.Theme, p.order.Widths), Current: i == at, Focused: v.Focused,
			Compared: row.read() && row.letter.Entry.Key() == v.Compared,
		}))
	}
	f.Lines = append(f.Lines, foot...)
	return f
}

// Row is a stream with dead letters in the form that [Columns] show.
type Row struct {
	stream, name string // where they came from, and how it is shown
	length       int64
	last         model.Position // the last ID that was given to a letter, which may be gone
	newest       model.Position
	letter       model.DeadLetter // the newest; its Entry has no fields until it was read
	now          time.Time
}

// read reports whether the newest letter was read.
func (r *Row) read() bool { return len(r.letter.Entry.Fields) > 0 }
