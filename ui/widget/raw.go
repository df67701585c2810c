package widget

import (
	"strings"
	"unicode/utf8"

	"streamdesk/ui/theme"
)

// Raw shows a text as the bytes it is: wrapped at the width, and every byte that can't be seen as itself written
// \xNN. A line feed is written so, too, and ends its line. Only the lines in sight are drawn.
type Raw struct {
	text   string
	width  int
	starts []int // where each line of that width starts
}

// NewRaw makes the view of a text.
func NewRaw(text string) *Raw { return &Raw{text: text} }

// Lines is how many lines the text takes at that width; 0 when it is empty.
func (r *Raw) Lines(width int) int {
	r.layOut(max(width, 1))
	return len(r.starts)
}

// layOut finds the line breaks, unless they are known for that width.
func (r *Raw) layOut(width int) {
	if r.width == width {
		return
	}
	r.width, r.starts = width, r.starts[:0]
	used := width // the first character starts a line
	for i := 0; i < len(r.text); {
		size, cells := rawRune(r.text[i:])
		if used+cells > width && used > 0 {
			r.starts = append(r.starts, i)
			used = 0
		}
		used += cells
		if r.text[i] == '\n' {
			used = width
		}
		i += size
	}
}

// Draw is the lines in sight from line first on, at most height of them, none wider than width. The character at byte
// mark stands out; -1 for none.
func (r *Raw) Draw(th *theme.Theme, width, height, first, mark int) []string {
	r.layOut(max(width, 1))
	first = max(first, 0)
	var lines []string
	for i := first; i < min(first+height, len(r.starts)); i++ {
		end := len(r.text)
		if i+1 < len(r.starts) {
			end = r.starts[i+1]
		}
		w := NewLineWriter(width, false)
		start := r.starts[i]
		if mark >= start && mark < end {
			size, _ := rawRune(r.text[mark:])
			w.Put(th.Text, Escape(r.text[start:mark]))
			w.Put(th.Match, Escape(r.text[mark:mark+size]))
			start = mark + size
		}
		w.Put(th.Text, Escape(r.text[start:end]))
		lines = append(lines, w.String())
	}
	return lines
}

// Escape writes a text so that every byte can be seen: what isn't printable as \xNN.
func Escape(text string) string {
	if plainASCII(text) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		size, cells := rawRune(text[i:])
		if cells != escapeWidth*size {
			b.WriteString(text[i : i+size])
			i += size
			continue
		}
		for _, c := range []byte(text[i : i+size]) {
			const hex = "0123456789abcdef"
			b.WriteString(`\x`)
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&0xF])
		}
		i += size
	}
	return b.String()
}

// Named says whether what was typed is a name, as it is or as [Escape] writes it: what can't be seen can't be typed.
func Named(typed, name string) bool { return typed == name || typed == Escape(name) }

// escapeWidth is how many cells \xNN takes.
const escapeWidth = 4

// rawRune is how many bytes the character takes that a text starts with, and how many cells as [Escape] writes it.
// What takes no cell of its own, such as an accent to be put on the letter before, is escaped as well.
func rawRune(text string) (size, cells int) {
	if c := text[0]; c >= ' ' && c <= '~' {
		return 1, 1
	}
	r, size := utf8.DecodeRuneInString(text)
	if cells = 0; !unsafeRune(r) {
		cells = Width(text[:size])
	}
	if cells == 0 {
		cells = escapeWidth * size
	}
	return size, cells
}
