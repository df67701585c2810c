package widget

import (
	"fmt"
	"unicode/utf8"

	"streamdesk/ui/theme"
)

// Hex shows the bytes of a text as numbers: where each line begins, its bytes in hex, and the same bytes as characters. What
// kind of byte it is shows in its ink, and in the column of characters in its shape too. Only the lines in sight are drawn.
type Hex struct{ text string }

// NewHex makes the view of a text.
func NewHex(text string) *Hex { return &Hex{text: text} }

// hexForm is how many bytes stand on a line, and how many of them without a space between.
type hexForm struct{ bytes, group int }

// hexForms are the forms there are, the widest first.
var hexForms = [...]hexForm{{16, 1}, {16, 2}, {8, 1}, {8, 2}, {4, 1}, {4, 2}}

const (
	// hexHalf is after how many bytes that stand apart there is a wider gap.
	hexHalf = 8
	// shortOffset and longOffset are the digits of an offset: a text of up to 64 KB has short ones.
	shortOffset, longOffset = 4, 8
)

// digits is how wide the column of offsets is.
func (h *Hex) digits() int {
	if len(h.text) <= 1<<(4*shortOffset) {
		return shortOffset
	}
	return longOffset
}

// numbers is how many cells the hex of a whole line takes.
func (f hexForm) numbers() int {
	cells := 2*f.bytes + f.bytes/f.group - 1
	if f.group == 1 {
		cells += (f.bytes - 1) / hexHalf
	}
	return cells
}

// form is the widest form that a line of that width has room for.
func (h *Hex) form(width int) hexForm {
	const gaps = 4
	for _, f := range hexForms {
		if h.digits()+f.numbers()+f.bytes+gaps <= width {
			return f
		}
	}
	return hexForms[len(hexForms)-1]
}

// Lines is how many lines the text takes at that width; 0 when it is empty.
func (h *Hex) Lines(width int) int {
	n := h.form(width).bytes
	return (len(h.text) + n - 1) / n
}

// Line is the line at that width on which a byte stands.
func (h *Hex) Line(at, width int) int { return at / h.form(width).bytes }

// Draw is the lines in sight from line first on, at most height of them, none wider than width. What was found stands out.
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

// line is one line of bytes.
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

// Binary says whether a text is better read as bytes: it is no UTF-8, or many of its bytes are control characters other than white
// space and the escapes that colour a log. Of a long text its beginning decides.
func Binary(text string) bool {
	const most, many = 64 << 10, 16 // one in so many
	text = Beginning(text, most)
	control := 0
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\x1b' || c == 0x7F {
			control++
		}
	}
	return control*many > len(text) || !utf8.ValidString(text)
}

// byteInk is the ink of a byte by its kind.
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

// byteShape is a byte in the column of characters: as itself when it is printable ASCII, else by its kind.
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
