package pane

import (
	"errors"

	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// detailView is a way to look at an entry.
type detailView uint8

const (
	viewTree detailView = iota
	viewRaw
	viewFields
	viewHex
	detailViews
)

// String is the view's name as it stands in the frame.
func (v detailView) String() string {
	return [...]string{"JSON", "raw", "fields", "hex"}[v]
}

// body is the part of the pane that the view decides on.
type body interface {
	// lines is how many lines there are at that width, and most how many there would be with all unfolded: what
	// room the head leaves doesn't change with what is folded.
	lines(width int) int
	most(width int) int
	// draw is at most height lines from first on.
	draw(v View, height, first int) []string
	// cursor is the line under the cursor; false where there is none.
	cursor() (line int, ok bool)
	setCursor(line, width int)
	text() string
	hints() string
}

// inView is the view that is shown: the one asked for, or the nearest that the entry has.
func (d *Detail) inView() detailView {
	_, hasPayload := d.payload()
	switch {
	case d.view == viewHex && len(d.record.Fields) > 0:
		return viewHex
	case d.view == viewFields || d.view == viewHex || !hasPayload:
		return viewFields
	case d.view == viewTree && d.parse().tree != nil:
		return viewTree
	case d.record.PayloadField == "": // the fields are all there is in bytes
		return viewFields
	default:
		return viewRaw
	}
}

// body is the view's body, nil when there is nothing to see.
func (d *Detail) body() body {
	if d.record == nil || d.record.Fields == nil {
		return nil
	}
	switch d.inView() {
	case viewTree:
		return d.tree
	case viewRaw:
		if d.raw == nil {
			d.raw = newRawBody(d.stored(), d.parse().brokenAt())
		}
		return d.raw
	case viewHex:
		if d.hex == nil {
			d.hex = newHexBody(d.hexed().Value)
		}
		return d.hex
	default:
		return d.fieldsShown()
	}
}

func (d *Detail) fieldsShown() *fieldsBody {
	if d.fields == nil {
		d.fields = newFieldsBody(d.record.Fields)
	}
	return d.fields
}

// payload is the entry's JSON as it is, or as it was opened, and whether it has a field for it.
func (d *Detail) payload() (string, bool) {
	return d.record.Payload()
}

// stored is the payload byte for byte, opened or not.
func (d *Detail) stored() string {
	payload, _ := d.record.Field(d.record.PayloadField)
	return payload
}

// parse reads the payload, once. It is done when the entry is first drawn, not for each that the cursor passes.
func (d *Detail) parse() *treeBody {
	if d.tree == nil {
		payload, _ := d.payload()
		d.tree = newTreeBody(payload)
	}
	return d.tree
}

// treeBody is the payload as a tree.
type treeBody struct {
	tree *widget.JSONTree // nil when err isn't
	err  error
}

// unfoldedLines is how much of a payload is unfolded at first: a few screens.
const unfoldedLines = 200

func newTreeBody(payload string) *treeBody {
	tree, err := widget.ParseJSON(payload, unfoldedLines)
	return &treeBody{tree: tree, err: err}
}

// brokenAt is the byte at which the payload stops being JSON, -1 when it doesn't.
func (b *treeBody) brokenAt() int {
	if broken, ok := errors.AsType[*widget.JSONError](b.err); ok {
		return broken.Offset
	}
	return -1
}

func (b *treeBody) lines(int) int               { return b.tree.Lines() }
func (b *treeBody) most(int) int                { return b.tree.Values() }
func (b *treeBody) cursor() (line int, ok bool) { return b.tree.Cursor(), true }
func (b *treeBody) setCursor(line, _ int)       { b.tree.SetCursor(line) }
func (b *treeBody) text() string                { return b.tree.Text() }
func (b *treeBody) hints() string               { return "enter read · v view · y copy" }

func (b *treeBody) draw(v View, height, first int) []string {
	return b.tree.Draw(v.Theme, v.Width, height, first, v.Focused)
}

// rawBody is the payload byte for byte.
type rawBody struct {
	payload string
	raw     *widget.Raw
	shown   int // how many bytes of the payload are shown
	mark    int // the byte where it stops being JSON, -1 for none
}

// rawMost bounds what is wrapped: nobody scrolls through more, and copying still gets it all.
const rawMost = 4 << 20

// emptyPayload stands where a payload or a field holds nothing.
const emptyPayload = "(empty)"

// rawMargin is what stands left of raw bytes, as of everything else in the pane.
const rawMargin = 1

func newRawBody(payload string, mark int) *rawBody {
	shown := min(len(payload), rawMost)
	return &rawBody{payload: payload, raw: widget.NewRaw(payload[:shown]), shown: shown, mark: mark}
}

func (b *rawBody) lines(width int) int {
	n := b.raw.Lines(width - rawMargin)
	if b.rest() != "" {
		n++
	}
	return n
}

// rest says what isn't shown.
func (b *rawBody) rest() string {
	if b.shown < len(b.payload) {
		return "… and " + words.Bytes(len(b.payload)-b.shown) + " more: y copies all of it"
	}
	if b.payload == "" {
		return emptyPayload
	}
	return ""
}

func (b *rawBody) draw(v View, height, first int) []string {
	lines := b.raw.Draw(v.Theme, v.Width-rawMargin, height, first, b.mark)
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	if rest := b.rest(); rest != "" && len(lines) < height && first <= b.raw.Lines(v.Width-rawMargin) {
		lines = append(lines, v.Theme.Dim.Paint(widget.Cut(" "+rest, v.Width)))
	}
	return lines
}

func (b *rawBody) most(width int) int        { return b.lines(width) }
func (*rawBody) cursor() (line int, ok bool) { return 0, false }
func (*rawBody) setCursor(int, int)          {}
func (b *rawBody) text() string              { return b.payload }
func (*rawBody) hints() string               { return "enter read · v view · y copy" }
