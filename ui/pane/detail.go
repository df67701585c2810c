package pane

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/widget"
)

// Detail is the pane of one entry: a summary, its envelope, where it stands with each group, and its payload as a
// JSON tree, as raw bytes, as the fields of the entry, or in hex. It keeps a copy of the entry, so that what is looked at
// stays whatever becomes of the log.
type Detail struct {
	record   *model.Record // a copy; nil while nothing is shown
	reading  bool          // nothing is shown yet, and something is on its way
	gone     bool          // it was heard that the entry is no longer in the stream
	delivery delivery

	view   detailView // the one that was asked for; [Detail.inView] is the one there is
	tree   *treeBody  // made when they are first looked at, nil until then
	raw    *rawBody
	fields *fieldsBody
	hex    *hexBody

	// How it was fitted last.
	first         int // the row at the top, below the summary when that stays
	head, pinned  int // how many lines stand above the body, and how many of them don't scroll
	width, height int
}

// NewDetail makes a pane that shows nothing.
func NewDetail() *Detail { return &Detail{width: 1, height: 1} }

// Show puts an entry into the pane, nil for none. The same entry once more keeps what is folded and the place; it
// also keeps what it held when it is gone by now.
func (d *Detail) Show(r *model.Record) {
	switch {
	case r == nil:
		*d = Detail{view: d.view, width: d.width, height: d.height}
	case d.record == nil || d.record.Key() != r.Key():
		kept := *r
		*d = Detail{view: d.view, width: d.width, height: d.height, record: &kept}
		d.gone = errors.Is(r.Err, model.ErrGone)
	case errors.Is(r.Err, model.ErrGone) && d.record.Fields != nil:
		d.gone = true
	case !sameFields(d.record.Fields, r.Fields):
		kept := *r
		d.record, d.gone = &kept, errors.Is(r.Err, model.ErrGone)
		d.tree, d.raw, d.fields, d.hex = nil, nil, nil, nil
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
func (d *Detail) Await() {
	d.Show(nil)
	d.reading = true
}

// Shown is the entry in the pane, nil for none. It is the pane's own copy.
func (d *Detail) Shown() *model.Record { return d.record }

// SetDelivery takes in where the entry stands with its groups, or why that can't be told. It is ignored when another
// entry is shown by now.
func (d *Detail) SetDelivery(key model.Key, dl *model.Delivery, err error) {
	if d.record == nil || d.record.Key() != key {
		return
	}
	d.delivery = delivery{known: dl, err: err}
	if dl != nil && dl.Gone {
		d.gone = true
	}
}

// Toggle folds or unfolds at the cursor of the tree; it says whether there was anything to fold.
func (d *Detail) Toggle() bool {
	b, ok := d.body().(*treeBody)
	return ok && b.tree.Toggle()
}

// Fold folds at the cursor; where that isn't possible, the cursor goes to what is around it.
func (d *Detail) Fold() {
	switch b := d.body().(type) {
	case *treeBody:
		b.tree.Fold()
	case *fieldsBody:
		b.fold()
	}
}

// Unfold unfolds at the cursor; what is unfolded already is entered.
func (d *Detail) Unfold() {
	switch b := d.body().(type) {
	case *treeBody:
		b.tree.Unfold()
	case *fieldsBody:
		b.unfold()
	}
}

// NextView goes on to the next way to look at the payload that there is: JSON, raw, fields, hex. It is kept for the
// entries that are shown from now on.
func (d *Detail) NextView() {
	if d.record == nil {
		return
	}
	was := d.inView()
	for range detailViews {
		d.view = (d.view + 1) % detailViews
		if d.inView() != was {
			break
		}
	}
	d.first, d.hex = 0, nil
}

// Text is what is copied: of a tree the JSON under the cursor, which is all of it on the first line; of the raw view
// and of hex the payload; of the fields one line each.
func (d *Detail) Text() string {
	if b := d.body(); b != nil {
		return b.text()
	}
	return ""
}

// Move implements [Pane].
func (d *Detail) Move(m Move, _ *live.Data) {
	b := d.body()
	if b == nil {
		return
	}
	step := m.Step(d.height, d.head+b.lines(d.width))
	if at, ok := b.cursor(); ok {
		b.setCursor(at+step, d.width)
		return
	}
	d.first += step
}

// Click implements [Pane].
func (d *Detail) Click(line int, _ *live.Data) {
	b := d.body()
	if b == nil || line < d.pinned {
		return
	}
	if at := line + d.first - d.head; at >= 0 && at < b.lines(d.width) {
		b.setCursor(at, d.width)
	}
}

// Fit implements [Pane].
func (d *Detail) Fit(v View) {
	if d.record == nil {
		return
	}
	d.width, d.height, d.pinned = v.Width, v.Height, 0
	if v.Height >= pinnedHeight {
		d.pinned = 1
	}
	bodyLines, most := 0, 0
	b := d.body()
	if b != nil {
		bodyLines, most = b.lines(v.Width), b.most(v.Width)
	}
	d.scroll(b, len(d.drawHead(v, most)), bodyLines)
}

// Draw implements [Pane].
func (d *Detail) Draw(v View) Frame {
	f := Frame{Title: "Event"}
	if d.record == nil {
		text := "  No entry is selected."
		if d.reading {
			text = "  reading the entry…"
		}
		f.Lines = []string{"", v.Theme.Dim.Paint(widget.Cut(text, v.Width))}
		return f
	}
	b, most := d.body(), 0
	if b != nil {
		f.Title, f.Note = d.frame(v.Width)
		f.Footer = b.hints()
		most = b.most(v.Width)
	} else {
		f.Title += " " + ShortID(d.record.ID)
	}
	head := d.drawHead(v, most)
	f.Lines = append(f.Lines, head[:d.pinned]...)
	row := d.first + d.pinned
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

// frame is the title and the note of the frame. The note says how the entry was read: in whose envelope, how its payload was
// opened, and which view is shown. Where there isn't room for all, what is said elsewhere goes first: the view that is seen, the
// ID, the envelope.
func (d *Detail) frame(width int) (title, note string) {
	id, view := "Event "+ShortID(d.record.ID), d.inView().String()
	envelope, way := d.record.Envelope, d.record.Way
	if d.inView() == viewHex && d.record.PayloadField == "" {
		view += " of " + widget.Escape(d.hexed().Name)
	}
	tries := [][]string{{id, envelope, view}, {id, view}, {"Event", view}}
	if d.inView() == viewTree {
		opened := cmp.Or(way, view)
		tries = [][]string{{id, envelope, way, view}, {id, envelope, way}, {"Event", envelope, way}, {id, opened}, {"Event", opened}}
	}
	for _, try := range tries {
		title, note = try[0], joined(try[1:])
		if note != "" && widget.Width(title)+widget.Width(note) <= width-frameGaps {
			break
		}
	}
	return title, note
}

// frameGaps is what stands in the upper edge of a pane beside title and note: its number, dashes and spaces.
const frameGaps = 7

// joined are the parts that there are.
func joined(parts []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(part string) bool { return part == "" }), " · ")
}

// pinnedHeight is from which height on a line is spared for the summary to stay when the rest scrolls.
const pinnedHeight = 10

// scroll brings the cursor into sight, for the head and the body as they are now.
func (d *Detail) scroll(b body, head, bodyLines int) {
	if d.first > 0 {
		d.first += head - d.head // the delivery came in: the body stays where it is
	}
	d.head = head
	rows, height := head-d.pinned+bodyLines, d.height-d.pinned
	at := Clamp(d.first, rows)
	if b != nil {
		if line, ok := b.cursor(); ok {
			if at = head - d.pinned + line; line == 0 {
				d.first = 0 // the way up ends with the head in sight
			}
		}
	}
	d.first = widget.Scroll(d.first, at, rows, height)
}
