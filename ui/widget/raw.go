package widget

import (
	"sort"
	"strings"
	"unicode/utf8"

	"streamdesk/ui/theme"
)

// Raw shows the bytes of a text, wrapped at the width. Every byte that isn't printable is written \xNN, line feeds too; a
// line feed also ends its line. Only the lines in sight are drawn.
type Raw struct {
	text   string
	width  int
	starts []int // the offset of each line at that width
}

// NewRaw returns a new view of a text.
func NewRaw(text string) *Raw { return &Raw{text: text} }

// Lines returns the number of lines of the text at that width; 0 when the text is empty.
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

// Draw returns the lines in sight: up to height lines from line first on, none wider than width. The character at byte mark
// is highlighted; -1 highlights none.
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

// Line returns the text of a line, at the width for which lines were counted last.
func (r *Raw) Line(i int) string {
	end := len(r.text)
	if i+1 < len(r.starts) {
		end = r.starts[i+1]
	}
	return Escape(r.text[r.starts[i]:end])
}

// Hits returns the lines in which a needle begins, up to a max number, at the width for which lines were counted last.
func (r *Raw) Hits(n Needle, most int) (lines []int) {
	for _, place := range n.All(r.text, most) {
		line := sort.SearchInts(r.starts, place.From+1) - 1
		if k := len(lines); k == 0 || lines[k-1] != line {
			lines = append(lines, line)
		}
	}
	return lines
}

// Escape returns a text with every byte visible: bytes that aren't printable are written \xNN.
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

// Named reports whether the typed text is a name, as it is or in its [Escape] form, because nobody can type invisible bytes.
func Named(typed, name string) bool { return typed == name || typed == Escape(name) }

// escapeWidth is the width of \xNN in cells.
const escapeWidth = 4

// rawRune returns the size in bytes of a text's first character, and its width in cells in the [Escape] form. A character
// without its own cell, such as an accent on the letter before, is escaped too.
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
