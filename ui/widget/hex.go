package widget

import (
	"fmt"
	"unicode/utf8"

	"streamdesk/ui/theme"
)

// Hex shows the bytes of a text as numbers: the offset of each line, its bytes in hex, and the same bytes as characters. The
// kind of a byte determines its ink, and its sign in the column of characters. Only the lines in sight are drawn.
type Hex struct{ text string }

// NewHex returns a new view of a text.
func NewHex(text string) *Hex { return &Hex{text: text} }

// hexForm is the number of bytes per line, and the number of bytes per group without spaces.
type hexForm struct{ bytes, group int }

// hexForms are all forms, the widest first.
var hexForms = [...]hexForm{{16, 1}, {16, 2}, {8, 1}, {8, 2}, {4, 1}, {4, 2}}

const (
	// hexHalf is the number of bytes after which there is a wider gap, in forms with groups of one byte.
	hexHalf = 8
	// shortOffset and longOffset are the numbers of digits of an offset. A text of max 64 KB has short offsets.
	shortOffset, longOffset = 4, 8
)

// digits returns the width of the column of offsets.
func (h *Hex) digits() int {
	if len(h.text) <= 1<<(4*shortOffset) {
		return shortOffset
	}
	return longOffset
}

// numbers returns the width in cells of the hex of a whole line.
func (f hexForm) numbers() int {
	cells := 2*f.bytes + f.bytes/f.group - 1
	if f.group == 1 {
		cells += (f.bytes - 1) / hexHalf
	}
	return cells
}

// form returns the widest form that fits into a line of that width, or the narrowest when none fits.
func (h *Hex) form(width int) hexForm {
	const gaps = 4
	for _, f := range hexForms {
		if h.digits()+f.numbers()+f.bytes+gaps <= width {
			return f
		}
	}
	return hexForms[len(hexForms)-1]
}

// Lines returns the number of lines of the text at that width; 0 when the text is empty.
func (h *Hex) Lines(width int) int {
	n := h.form(width).bytes
	return (len(h.text) + n - 1) / n
}

// Line returns the line, at that width, that contains a byte.
func (h *Hex) Line(at, width int) int { return at / h.form(width).bytes }

// Draw returns the lines in sight: up to height lines from line first on, none wider than width. Found places are highlighted.
func (h *Hex) Draw(th *theme.Theme, width, height, first int, found Found) []string {
	f := h.form(width)
	var lines []string
	for i := max(first, 0); i < min(first+height, h.Lines(width)); i++ {
		from := i * f.bytes
		to := min(from+f.bytes, len(h.text))
		lines = append(lines, h.line(th, width, f, from, to, found.within(from, to)))
	}
	return lines
}

// line returns one line of bytes.
func (h *Hex) line(th *theme.Theme, width int, f hexForm, from, to int, found Found) string {
	w := NewLineWriter(width, false)
	w.Put(th.Dim, fmt.Sprintf("%0*x  ", h.digits(), from))
	used := 0
	for i := from; i < to; i++ {
		n := i - from
		if n > 0 && n%f.group == 0 {
			gap := 1
			if f.group == 1 && n%hexHalf == 0 {
				gap = 2
			}
			w.Put(th.Text, Spaces(gap))
			used += gap
		}
		w.Put(found.ink(th, i, byteInk(th, h.text[i])), fmt.Sprintf("%02x", h.text[i]))
		used += 2
	}
	w.Put(th.Text, Spaces(f.numbers()-used+2))
	for i := from; i < to; i++ {
		w.Put(found.ink(th, i, byteInk(th, h.text[i])), byteShape(h.text[i]))
	}
	return w.String()
}

// Binary reports whether a text is better shown as bytes: it isn't UTF-8, or more than one in 16 of its bytes is a control
// character. White space and the escape character, which logs use for colours, don't count. For a text over 64 KB, only its
// beginning is checked.
func Binary(text string) bool {
	const most, many = 64 << 10, 16 // one of this many bytes
	text = Beginning(text, most)
	control := 0
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\x1b' || c == 0x7F {
			control++
		}
	}
	return control*many > len(text) || !utf8.ValidString(text)
}

// byteInk returns the ink for the kind of a byte.
func byteInk(th *theme.Theme, c byte) theme.Ink {
	switch {
	case c == 0:
		return th.Faint
	case c >= utf8.RuneSelf:
		return th.JSONWord
	case c == '\t', c == '\n', c == '\v', c == '\f', c == '\r':
		return th.JSONString
	case c < ' ', c == 0x7F:
		return th.Warn
	default:
		return th.Text
	}
}

// byteShape returns a byte for the column of characters: itself when it is printable ASCII, else the sign of its kind.
func byteShape(c byte) string {
	switch {
	case c == 0:
		return "⋄"
	case c >= utf8.RuneSelf:
		return "×"
	case c == '\t', c == '\n', c == '\v', c == '\f', c == '\r':
		return "_"
	case c < ' ', c == 0x7F:
		return "•"
	default:
		return string(c)
	}
}
