package event

import (
	"sort"
	"strings"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// fieldsBody is every field of the entry in order, with repeated names: a line each. Below an unfolded field is its whole
// value, in hex when it is binary.
type fieldsBody struct {
	fields []model.Field
	values []body // of the unfolded ones, nil for the others
	at     int    // the line under the cursor
	names  int    // cells of the widest name
	known  int    // the width that starts is for, unknownWidth when something was folded since
	starts []int  // by field: its line; one more for the end
}

const (
	// fieldsMargin is the margin left of a field: the cursor, and the sign of a fold.
	fieldsMargin = 3
	// valueMargin is the margin left of an unfolded value, beside its own margin.
	valueMargin = fieldsMargin - rawMargin
	// nameMost is the max width of the column of names; sizeWidth is the width of sizes.
	nameMost, sizeWidth = 24, 5
	// unknownWidth is a width that no pane has.
	unknownWidth = -1
)

func newFieldsBody(fields []model.Field) *fieldsBody {
	b := &fieldsBody{fields: fields, values: make([]body, len(fields)), known: unknownWidth}
	for i := range fields {
		b.names = max(b.names, widget.Width(widget.Escape(fields[i].Name[:min(len(fields[i].Name), nameMost)])))
	}
	b.names = min(b.names, nameMost)
	return b
}

// layOut computes the line of each field at that width.
func (b *fieldsBody) layOut(width int) {
	if b.known == width {
		return
	}
	b.known, b.starts = width, b.starts[:0]
	line := 0
	for i := range b.fields {
		b.starts = append(b.starts, line)
		line++
		if b.values[i] != nil {
			line += b.values[i].lines(width - valueMargin)
		}
	}
	b.starts = append(b.starts, line)
	b.at = pane.Clamp(b.at, line)
}

// field returns the field that a line belongs to.
func (b *fieldsBody) field(line int) int {
	return pane.Clamp(sort.SearchInts(b.starts, line+1)-1, len(b.fields))
}

func (b *fieldsBody) lines(width int) int {
	b.layOut(width)
	return b.starts[len(b.fields)]
}

func (b *fieldsBody) most(width int) int          { return b.lines(width) }
func (b *fieldsBody) cursor() (line int, ok bool) { return b.at, true }
func (b *fieldsBody) text() string                { return fieldsText(b.fields) }
func (b *fieldsBody) hints() string               { return "enter read · l unfold · V view" }

func (b *fieldsBody) setCursor(line, width int) { b.at = pane.Clamp(line, b.lines(width)) }

func (b *fieldsBody) toggle() {
	if len(b.fields) == 0 || b.starts == nil {
		return
	}
	i := b.field(b.at)
	value := b.fields[i].Value
	switch b.at = b.starts[i]; {
	case b.values[i] != nil:
		b.values[i] = nil
	case widget.Binary(value):
		b.values[i] = newHexBody(value)
	default:
		b.values[i] = newRawBody(value, -1)
	}
	b.known = unknownWidth
}

// fold folds the field under the cursor. unfold unfolds it; if it is unfolded already, the cursor goes into it.
func (b *fieldsBody) fold() {
	if len(b.fields) > 0 && b.values[b.current()] != nil {
		b.toggle()
	}
}

func (b *fieldsBody) unfold() {
	switch {
	case len(b.fields) == 0:
	case b.values[b.current()] == nil:
		b.toggle()
	case b.at == b.starts[b.current()]:
		b.at++
	}
}

// current returns the field under the cursor.
func (b *fieldsBody) current() int { return b.field(b.at) }

func (b *fieldsBody) draw(v pane.View, height, first int) []string {
	if len(b.fields) == 0 {
		return []string{v.Theme.Dim.Paint(widget.Cut("   The entry has no fields.", v.Width))}
	}
	b.layOut(v.Width)
	var lines []string
	end := min(first+height, b.starts[len(b.fields)])
	for line := first; line < end; line++ {
		i := b.field(line)
		if line == b.starts[i] {
			lines = append(lines, b.drawField(v, i, line == b.at))
			continue
		}
		margin := "  "
		if line == b.at {
			margin = "› "
		}
		inner := v
		inner.Width -= valueMargin
		value := b.values[i].draw(inner, 1, line-b.starts[i]-1)
		lines = append(lines, widget.Cut(v.Theme.Accent.Paint(margin)+value[0], v.Width))
	}
	return lines
}

// drawField draws the line of one field: its name, its size, and as much of its value as fits.
func (b *fieldsBody) drawField(v pane.View, i int, current bool) string {
	th, f := v.Theme, &b.fields[i]
	w := widget.NewLineWriter(v.Width, current && v.Focused)
	margin, sign := " ", "▸ "
	if current {
		margin = "›"
	}
	if b.values[i] != nil {
		sign = "▾ "
	}
	w.Put(th.Accent, margin)
	w.Put(th.Dim, sign)
	names := min(b.names, max(v.Width/3, 1))
	w.Put(th.JSONKey, widget.Pad(widget.Escape(f.Name), names))
	w.Put(th.Dim, " "+widget.PadLeft(words.Bytes(len(f.Value)), sizeWidth)+"  ")
	if b.values[i] == nil {
		w.Put(th.Text, widget.Escape(widget.Head(f.Value, w.Room()+1)))
	}
	w.Fill(th.Text)
	return w.String()
}

// fieldsText returns the fields as text, one per line.
func fieldsText(fields []model.Field) string {
	var b strings.Builder
	for i := range fields {
		b.WriteString(widget.Escape(fields[i].Name) + ": " + widget.Escape(fields[i].Value) + "\n")
	}
	return b.String()
}
