package event

import (
	"streamdesk/model"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// hexBody is a payload or a field byte for byte, as numbers.
type hexBody struct {
	bytes string
	hex   *widget.Hex
}

func newHexBody(bytes string) *hexBody { return &hexBody{bytes: bytes, hex: widget.NewHex(bytes)} }

// hexed returns the field that is shown in hex: the one with the payload. When the fields are the event, it returns the field
// under their cursor.
func (p *Pane) hexed() model.Field {
	if p.record.PayloadField != "" {
		return model.Field{Name: p.record.PayloadField, Value: p.stored()}
	}
	return p.record.Fields[p.fieldsShown().current()]
}

func (b *hexBody) lines(width int) int { return max(b.hex.Lines(width-rawMargin), 1) }

func (b *hexBody) draw(v pane.View, height, first int) []string {
	if b.bytes == "" && height > 0 {
		return []string{v.Theme.Dim.Paint(widget.Cut(" "+emptyPayload, v.Width))}
	}
	lines := b.hex.Draw(v.Theme, v.Width-rawMargin, height, first, widget.Found{})
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return lines
}

func (b *hexBody) most(width int) int        { return b.lines(width) }
func (*hexBody) cursor() (line int, ok bool) { return 0, false }
func (*hexBody) setCursor(int, int)          {}
func (b *hexBody) text() string              { return b.bytes }
func (*hexBody) hints() string               { return "enter read · V view · y copy" }
