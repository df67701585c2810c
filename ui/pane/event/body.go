package event

import (
	"errors"

	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// view is a way to look at an entry.
type view uint8

const (
	viewTree view = iota
	viewRaw
	viewFields
	viewHex
	views
)

// String returns the view's name as the frame shows it.
func (v view) String() string {
	return [...]string{"JSON", "raw", "fields", "hex"}[v]
}

// body is the part of the pane that depends on the view.
type body interface {
	// lines is how many lines there are at that width, and most how many there would be with all unfolded: what
	// room the head leaves doesn't change with what is folded.
	lines(width int) int
	most(width int) int
	// draw returns max height lines, starting with line first.
	draw(v pane.View, height, first int) []string
	// cursor returns the line under the cursor; false when there is none.
	cursor() (line int, ok bool)
	setCursor(line, width int)
	text() string
	hints() string
}

// inView returns the view that is shown: the one asked for, or the nearest one that the entry has.
func (p *Pane) inView() view {
	_, hasPayload := p.payload()
	switch {
	case p.view == viewHex && len(p.record.Fields) > 0:
		return viewHex
	case p.view == viewFields || p.view == viewHex || !hasPayload:
		return viewFields
	case p.view == viewTree && p.parse().tree != nil:
		return viewTree
	case p.record.PayloadField == "": // the fields are all there is in bytes
		return viewFields
	default:
		return viewRaw
	}
}

// body returns the view's body, nil when there is nothing to see.
func (p *Pane) body() body {
	if p.record == nil || p.record.Fields == nil {
		return nil
	}
	switch p.inView() {
	case viewTree:
		return p.tree
	case viewRaw:
		if p.raw == nil {
			p.raw = newRawBody(p.stored(), p.parse().brokenAt())
		}
		return p.raw
	case viewHex:
		if p.hex == nil {
			p.hex = newHexBody(p.hexed().Value)
		}
		return p.hex
	default:
		return p.fieldsShown()
	}
}

func (p *Pane) fieldsShown() *fieldsBody {
	if p.fields == nil {
		p.fields = newFieldsBody(p.record.Fields)
	}
	return p.fields
}

// payload returns the entry's JSON as stored or as opened, and whether the entry has a field for it.
func (p *Pane) payload() (string, bool) {
	return p.record.Payload()
}

// stored returns the payload byte for byte, opened or not.
func (p *Pane) stored() string {
	payload, _ := p.record.Field(p.record.PayloadField)
	return payload
}

// parse parses the payload once. It runs when the entry is first drawn, not for each entry that the cursor passes.
func (p *Pane) parse() *treeBody {
	if p.tree == nil {
		payload, _ := p.payload()
		p.tree = newTreeBody(payload)
	}
	return p.tree
}

// treeBody is the payload as a tree.
type treeBody struct {
	tree *widget.JSONTree // nil when err isn't
	err  error
}

// unfoldedLines is the number of lines unfolded at first: a few screens.
const unfoldedLines = 200

func newTreeBody(payload string) *treeBody {
	tree, err := widget.ParseJSON(payload, unfoldedLines)
	return &treeBody{tree: tree, err: err}
}

// brokenAt returns the byte at which the payload stops being JSON, -1 when all of it is JSON.
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
func (b *treeBody) hints() string               { return "enter read · V view · y copy" }

func (b *treeBody) draw(v pane.View, height, first int) []string {
	return b.tree.Draw(v.Theme, v.Width, height, first, v.Focused)
}

// rawBody is the payload byte for byte.
type rawBody struct {
	payload string
	raw     *widget.Raw
	shown   int // how many bytes of the payload are shown
	mark    int // the byte where it stops being JSON, -1 when there is none
	found   int // the line that a search has gone to
}

// rawMost is the max number of bytes wrapped: nobody scrolls through more, and copying still gets all.
const rawMost = 4 << 20

// emptyPayload is shown for an empty payload or field.
const emptyPayload = "(empty)"

// rawMargin is the margin left of raw bytes, as of everything else in the pane.
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

// rest says how much isn't shown.
func (b *rawBody) rest() string {
	if b.shown < len(b.payload) {
		return "… and " + words.Bytes(len(b.payload)-b.shown) + " more: y copies all of it"
	}
	if b.payload == "" {
		return emptyPayload
	}
	return ""
}

func (b *rawBody) draw(v pane.View, height, first int) []string {
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
func (*rawBody) hints() string               { return "enter read · V view · y copy" }
