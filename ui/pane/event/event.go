// Package event is the pane of one entry, which pinned events show too. Start reading at [Pane].
package event

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// Spec is where the pane stands.
var Spec = pane.Spec{
	Name: "Event", Lower: true,
	Menu: []string{"open", "view", "read", "copy", "copy-menu", "workflow", "pin", "", "ack", "claim", "republish", "delete", "edit", "", "zoom"},
}

// Pane is the pane of one entry: a summary, its envelope, its state in each group, and its payload as a JSON tree, as raw
// bytes, as the entry's fields, or in hex. It keeps a copy of the entry, so that the entry stays in view when the log
// changes.
type Pane struct {
	record   *model.Record // a copy; nil while nothing is shown
	reading  bool          // nothing is shown yet, and something is on its way
	gone     bool          // it was heard that the entry is no longer in the stream
	newer    int           // how many entries have come since, while it is being read
	delivery delivery
	address  func(trace string) string // of a trace's page; empty when the settings name none
	schema   Schema
	fit      fit // of the data to its schema

	view   view      // the one that was asked for; [Pane.inView] is the one there is
	tree   *treeBody // made when they are first looked at, nil until then
	raw    *rawBody
	fields *fieldsBody
	hex    *hexBody

	// How it was fitted last.
	sight         widget.Sight // of the rows of head and body, below the summary when that stays
	head, pinned  int          // how many lines stand above the body, and how many of them don't scroll
	width, height int
}

// New returns a pane that shows nothing. address returns where a trace is looked at, by its ID; empty when that isn't known. schema
// compares an event with the schema of its type; nil when none has one.
func New(address func(trace string) string, schema Schema) *Pane {
	return &Pane{address: address, schema: schema, width: 1, height: 1}
}

// blank returns a pane with the settings of this one that shows nothing.
func (p *Pane) blank() Pane {
	return Pane{view: p.view, address: p.address, schema: p.schema, width: p.width, height: p.height}
}

// Show puts an entry into the pane, nil when there is none. The same entry again keeps the folds and the place. When it is
// gone by now, its content is kept, too.
func (p *Pane) Show(r *model.Record) {
	p.newer = 0
	switch {
	case r == nil:
		*p = p.blank()
	case p.record == nil || p.record.Key() != r.Key():
		kept := *r
		*p = p.blank()
		p.record = &kept
		p.gone = errors.Is(r.Err, model.ErrGone)
	case errors.Is(r.Err, model.ErrGone) && p.record.Fields != nil:
		p.gone = true
	case !sameFields(p.record.Fields, r.Fields):
		kept := *r
		p.record, p.gone = &kept, errors.Is(r.Err, model.ErrGone)
		p.tree, p.raw, p.fields, p.hex, p.fit = nil, nil, nil, nil, fit{}
	}
}

// sameFields is cheap for fields that came from one reading: strings that share their bytes aren't compared.
func sameFields(a, b []model.Field) bool {
	if len(a) != len(b) || (a == nil) != (b == nil) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Await shows that an entry is being read.
func (p *Pane) Await() {
	p.Show(nil)
	p.reading = true
}

// Behind implements [pane.Viewer].
func (p *Pane) Behind(newer int) { p.newer = newer }

// Shown returns the pane's own copy of the entry it shows, nil when there is none.
func (p *Pane) Shown() *model.Record { return p.record }

// SetDelivery stores the entry's state in its groups, or why that is unknown. It is ignored when another entry is shown by
// now.
func (p *Pane) SetDelivery(key model.Key, dl *model.Delivery, err error) {
	if p.record == nil || p.record.Key() != key {
		return
	}
	p.delivery = delivery{known: dl, err: err}
	if dl != nil && dl.Gone {
		p.gone = true
	}
}

// Toggle folds or unfolds at the cursor of the tree; it reports whether there was anything to fold.
func (p *Pane) Toggle() bool {
	b, ok := p.body().(*treeBody)
	return ok && b.tree.Toggle()
}

// Fold folds at the cursor; when that isn't possible, the cursor goes to the enclosing value.
func (p *Pane) Fold() {
	switch b := p.body().(type) {
	case *treeBody:
		b.tree.Fold()
	case *fieldsBody:
		b.fold()
	}
}

// Unfold unfolds at the cursor; if it is unfolded already, the cursor goes into it.
func (p *Pane) Unfold() {
	switch b := p.body().(type) {
	case *treeBody:
		b.tree.Unfold()
	case *fieldsBody:
		b.unfold()
	}
}

// NextView switches to the next available view of the payload: JSON, raw, fields, hex. The view stays for the entries shown
// from now on.
func (p *Pane) NextView() {
	if p.record == nil {
		return
	}
	was := p.inView()
	for range views {
		p.view = (p.view + 1) % views
		if p.inView() != was {
			break
		}
	}
	p.sight.First, p.hex = 0, nil
}

// Text returns the text to copy. For a tree it is the JSON under the cursor, on the first line all of it; for the raw view
// and hex the payload; for the fields one line each.
func (p *Pane) Text() string {
	if b := p.body(); b != nil {
		return b.text()
	}
	return ""
}

// Move implements [pane.Pane].
func (p *Pane) Move(m pane.Move, _ pane.Known) {
	b := p.body()
	if b == nil {
		return
	}
	step := m.Step(p.height, p.head+b.lines(p.width))
	if at, ok := b.cursor(); ok {
		b.setCursor(at+step, p.width)
		return
	}
	p.sight.First += step
}

// Click implements [pane.Pane].
func (p *Pane) Click(line int, _ *live.Data) {
	b := p.body()
	if b == nil || line < p.pinned {
		return
	}
	if at := line + p.sight.First - p.head; at >= 0 && at < b.lines(p.width) {
		b.setCursor(at, p.width)
	}
}

// Sight implements [pane.Sighted].
func (p *Pane) Sight() *widget.Sight { return &p.sight }

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	if p.record == nil {
		return
	}
	p.width, p.height, p.pinned = v.Width, v.Height, 0
	if v.Height >= pinnedHeight {
		p.pinned = 1
	}
	p.compare()
	bodyLines, most := 0, 0
	b := p.body()
	if b != nil {
		bodyLines, most = b.lines(v.Width), b.most(v.Width)
	}
	p.scroll(b, len(p.drawHead(v, most)), bodyLines)
}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: "Event"}
	if p.record == nil {
		text := "  No entry is selected."
		if p.reading {
			text = "  reading the entry…"
		}
		f.Lines = []string{"", v.Theme.Dim.Paint(widget.Cut(text, v.Width))}
		return f
	}
	b, most := p.body(), 0
	if b != nil {
		f.Title, f.Note = p.frame(v.Width)
		f.Footer = b.hints()
		most = b.most(v.Width)
	} else {
		f.Title += " " + pane.ShortID(p.record.ID)
	}
	head := p.drawHead(v, most)
	f.Place = p.sight.Place(p.pinned)
	f.Lines = append(f.Lines, head[:p.pinned]...)
	row := p.sight.First + p.pinned
	if row < len(head) {
		f.Lines = append(f.Lines, head[row:]...)
		row = len(head)
	}
	if b != nil {
		f.Lines = append(f.Lines, b.draw(v, v.Height-len(f.Lines), row-len(head))...)
	}
	f.Lines = f.Lines[:min(len(f.Lines), v.Height)]
	return f
}

// frame returns the title and the note of the frame. The note says how many entries have arrived since, and how the entry was
// read: in whose envelope, how its payload was opened, and which view is shown. Without room for all, it drops what is said
// elsewhere first: the view, the ID, the envelope.
func (p *Pane) frame(width int) (title, note string) {
	id, view := "Event "+pane.ShortID(p.record.ID), p.inView().String()
	envelope, way := p.record.Envelope, p.record.Way
	if p.inView() == viewHex && p.record.PayloadField == "" {
		view += " of " + widget.Escape(p.hexed().Name)
	}
	tries := [][]string{{id, envelope, view}, {id, view}, {"Event", view}}
	if p.inView() == viewTree {
		opened := cmp.Or(way, view)
		tries = [][]string{{id, envelope, way, view}, {id, envelope, way}, {"Event", envelope, way}, {id, opened}, {"Event", opened}}
	}
	newer := ""
	if p.newer > 0 {
		newer = words.Grouped(int64(p.newer)) + " newer"
	}
	for _, try := range tries {
		title, note = try[0], joined(append([]string{newer}, try[1:]...))
		if note != "" && widget.Width(title)+widget.Width(note) <= width-frameGaps {
			break
		}
	}
	return title, note
}

// frameGaps is the width in the pane's upper edge beside title and note: its number, dashes and spaces.
const frameGaps = 7

// joined joins the parts that aren't empty.
func joined(parts []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(part string) bool { return part == "" }), " · ")
}

// pinnedHeight is the min height at which the summary keeps a line while the rest scrolls.
const pinnedHeight = 10

// scroll brings the cursor into sight, for the current head and body.
func (p *Pane) scroll(b body, head, bodyLines int) {
	if p.sight.First > 0 {
		p.sight.First += head - p.head // the delivery came in: the body stays where it is
	}
	p.head = head
	rows, height := head-p.pinned+bodyLines, p.height-p.pinned
	at, on := pane.Clamp(p.sight.First, rows), -1
	if b != nil {
		if line, ok := b.cursor(); ok {
			on = line
			if at = head - p.pinned + line; line == 0 && !p.sight.Loose() {
				p.sight.First = 0 // the way up ends with the head in sight
			}
		}
	}
	p.sight.FitOn(on, at, rows, height)
}
