package widget

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/ui/theme"
)

// Document shows a long text line by line, either wrapped between words or cut at the right. A text of several lines has line
// numbers. Tabs extend to the next tab stop. Every byte that isn't printable is written \xNN, in its own ink. Only the rows in
// sight are drawn. To find a row, the document stores the place of every 64th row.
type Document struct {
	text   string
	count  int // of lines
	layout Layout
	rows   int // the number of rows in that layout; 0 before the first layout
	marks  []rowMark
}

// Layout is the width of a document, and how it treats long lines.
type Layout struct {
	// Width is in cells, line numbers included.
	Width int
	// Wrap breaks lines that are longer than Width.
	Wrap bool
}

// rowMark is the byte at which a row begins, and the number of its line, from 1.
type rowMark struct{ at, number int }

const (
	// marked is the distance in rows between two stored ones: 64 MB of empty lines then take 16 MB.
	marked = 64
	// tabStop is the distance between tab stops.
	tabStop = 4
	// clusterMost is the max size in bytes of a letter with its marks. A longer one is written byte by byte.
	clusterMost = 64
	// numberGap is the distance between a line's number and its text.
	numberGap = 2
)

// NewDocument returns a new view of a text.
func NewDocument(text string) *Document {
	d := &Document{text: text, count: strings.Count(text, "\n")}
	if text != "" && text[len(text)-1] != '\n' {
		d.count++
	}
	return d
}

// Count returns the number of lines of the text.
func (d *Document) Count() int { return d.count }

// Rows returns the number of rows of the text in that layout; 0 when the text is empty.
func (d *Document) Rows(l Layout) int {
	if d.rows > 0 && d.layout == l || d.text == "" {
		return d.rows
	}
	d.layout, d.rows, d.marks = l, 0, d.marks[:0]
	room, number := d.room(l), 1
	for at := 0; at < len(d.text); d.rows++ {
		if d.rows%marked == 0 {
			d.marks = append(d.marks, rowMark{at, number})
		}
		_, next := d.row(at, room, l.Wrap)
		if d.text[next-1] == '\n' {
			number++
		}
		at = next
	}
	return d.rows
}

// gutter returns the width of the line numbers, with the gap after them; 0 when there are none.
func (d *Document) gutter() int {
	if d.count < 2 {
		return 0
	}
	return len(strconv.Itoa(d.count)) + numberGap
}

func (d *Document) room(l Layout) int { return max(l.Width-d.gutter(), 1) }

// row returns the end of the row that begins at byte at, and the beginning of the next row. The next row begins after the line
// feed or the space at which the row was broken.
func (d *Document) row(at, room int, wrap bool) (end, next int) {
	if d.text[at] == '\n' {
		return at, at + 1
	}
	if !wrap {
		if i := strings.IndexByte(d.text[at:], '\n'); i >= 0 {
			return at + i, at + i + 1
		}
		return len(d.text), len(d.text)
	}
	ahead := d.text[at:min(at+room+1, len(d.text))]
	feed := strings.IndexByte(ahead, '\n')
	if feed >= 0 {
		ahead = ahead[:feed]
	}
	switch {
	case !plainASCII(ahead):
		return d.wideRow(at, room)
	case feed >= 0:
		return at + feed, at + feed + 1
	case len(ahead) <= room:
		return at + len(ahead), at + len(ahead)
	}
	if i := strings.LastIndexByte(ahead, ' '); i > 0 && strings.TrimLeft(ahead[:i], " ") != "" {
		return at + i, at + i + 1
	}
	return at + room, at + room
}

// wideRow does the same as row, for a line that contains characters other than printable ASCII.
func (d *Document) wideRow(at, room int) (end, next int) {
	used, gap := 0, 0 // gap is the byte of the last space at which the row can be broken
	words := false    // the row contains something other than spaces
	for i := at; i < len(d.text); {
		c := d.text[i]
		if c == '\n' {
			return i, i + 1
		}
		size, cells, _ := glyph(d.text[i:], used)
		if used+cells > room && i > at {
			switch {
			case c == ' ' || c == '\t':
				return i, i + 1
			case gap > 0:
				return gap, gap + 1
			}
			return i, i
		}
		switch {
		case c != ' ' && c != '\t':
			words = true
		case words:
			gap = i
		}
		used += cells
		i += size
	}
	return len(d.text), len(d.text)
}

// glyph returns the size in bytes of a text's first character, and its width in cells at a column. When the character isn't
// printable, seen is false and cells is the width of its [Escape] form.
func glyph(text string, column int) (size, cells int, seen bool) {
	switch c := text[0]; {
	case c == '\t':
		return 1, tabStop - column%tabStop, true
	case c >= ' ' && c <= '~' && (len(text) == 1 || text[1] < utf8.RuneSelf):
		return 1, 1, true
	}
	r, size := utf8.DecodeRuneInString(text)
	if cells := letterCells(r); cells > 0 {
		if next, _ := utf8.DecodeRuneInString(text[size:]); next < utf8.RuneSelf || letterCells(next) > 0 {
			return size, cells, true
		}
	}
	cluster, cells := ansi.FirstGraphemeCluster(Beginning(text[:min(len(text), clusterMost)], clusterMost), ansi.GraphemeWidth)
	if cells > 0 && len(cluster) < clusterMost && utf8.ValidString(cluster) && !strings.ContainsFunc(cluster, unsafeRune) {
		return len(cluster), cells, true
	}
	size, cells = rawRune(text)
	return size, cells, cells != escapeWidth*size
}

// letterCells returns the width in cells of a common non-ASCII letter that never joins the letter before it; 0 for any other
// character.
func letterCells(r rune) int {
	switch {
	case r > 0xAD && r < 0x300, r >= 0x3B1 && r <= 0x3C9, r >= 0x410 && r <= 0x44F:
		return 1
	case r >= 0x3041 && r <= 0x3096, r >= 0x30A1 && r <= 0x30FA, r >= 0x4E00 && r < 0xA000, r >= 0xAC00 && r <= 0xD7A3:
		return 2
	default:
		return 0
	}
}

// find returns the byte at which a row begins, and the number of its line.
func (d *Document) find(l Layout, row int) rowMark {
	d.Rows(l)
	m := d.marks[row/marked]
	for range row % marked {
		_, next := d.row(m.at, d.room(l), l.Wrap)
		if d.text[next-1] == '\n' {
			m.number++
		}
		m.at = next
	}
	return m
}

// Start returns the byte at which a row begins.
func (d *Document) Start(l Layout, row int) int {
	if d.Rows(l) == 0 {
		return 0
	}
	return d.find(l, row).at
}

// Number returns the number, from 1, of the line that a row belongs to.
func (d *Document) Number(l Layout, row int) int {
	if row < 0 || row >= d.Rows(l) {
		return d.count
	}
	return d.find(l, row).number
}

// Row returns the row that contains a byte, and the number of cells before the byte in that row.
func (d *Document) Row(l Layout, at int) (row, column int) {
	if d.Rows(l) == 0 {
		return 0, 0
	}
	i := max(sort.Search(len(d.marks), func(i int) bool { return d.marks[i].at > at })-1, 0)
	start := d.marks[i].at
	for row = i * marked; ; row++ {
		_, next := d.row(start, d.room(l), l.Wrap)
		if at < next || next == len(d.text) {
			return row, d.cells(start, min(at, len(d.text)))
		}
		start = next
	}
}

// cells returns the width of the text between two bytes of a row.
func (d *Document) cells(from, to int) int {
	if plainASCII(d.text[from:to]) {
		return to - from
	}
	column := 0
	for from < to {
		size, cells, _ := glyph(d.text[from:], column)
		column += cells
		from += size
	}
	return column
}

// Draw returns the rows in sight: up to height rows from row first on, none wider than the layout. Rows that aren't wrapped
// begin at column. Found places are highlighted.
func (d *Document) Draw(th *theme.Theme, l Layout, height, first, column int, found Found) []string {
	first = max(first, 0)
	last := min(first+height, d.Rows(l))
	if first >= last {
		return nil
	}
	m := d.find(l, first)
	fresh := m.at == 0 || d.text[m.at-1] == '\n'
	lines := make([]string, 0, last-first)
	for range last - first {
		w := NewLineWriter(l.Width, false)
		if gutter := d.gutter(); gutter > 0 {
			number := ""
			if fresh {
				number = strconv.Itoa(m.number)
			}
			w.Put(th.Faint, PadLeft(number, gutter-numberGap)+Spaces(numberGap))
		}
		end, next := d.row(m.at, d.room(l), l.Wrap)
		p := painter{th: th, w: w, text: d.text, found: found.within(m.at, max(end, m.at+1))}
		p.row(m.at, end, column)
		lines = append(lines, w.String())
		if fresh = d.text[next-1] == '\n'; fresh {
			m.number++
		}
		m.at = next
	}
	return lines
}

// painter writes the characters of a row, in runs of the same ink.
type painter struct {
	th    *theme.Theme
	w     *LineWriter
	text  string
	found Found

	run strings.Builder
	ink theme.Ink
}

// row writes the row from byte at to end, without the cells before column. An ellipsis at either side shows that something is
// missing.
func (p *painter) row(at, end, column int) {
	used := 0
	if column > 0 {
		if ahead := p.text[at:min(at+column, end)]; len(ahead) == column && plainASCII(ahead) {
			at, used = at+column, column
		}
	}
	limit := column + p.w.Room()
	for i := at; i < end; {
		size, cells, seen := glyph(p.text[i:], used) // bytes after the row's end may belong to its last character
		over := used+cells > limit || used+cells == limit && i+size < end
		switch {
		case over:
			p.put(p.th.Dim, Spaces(limit-1-used)+Ellipsis)
			p.flush()
			return
		case used+cells <= column: // out of sight
		case used < column, used == column && column > 0:
			p.put(p.th.Dim, Ellipsis+Spaces(used+cells-column-1))
		default:
			p.put(p.inkOf(i, seen), shape(p.text[i:i+size], cells, seen))
		}
		used += cells
		i += size
	}
	if column > 0 && used <= column && at < end {
		p.put(p.th.Dim, Ellipsis)
	}
	p.flush()
}

// shape returns a character as it is drawn.
func shape(text string, cells int, seen bool) string {
	switch {
	case text == "\t":
		return Spaces(cells)
	case seen:
		return text
	default:
		return Escape(text)
	}
}

func (p *painter) inkOf(at int, seen bool) theme.Ink {
	if !seen {
		return p.found.ink(p.th, at, p.th.Warn)
	}
	return p.found.ink(p.th, at, p.th.Text)
}

// put adds text to the run. When the ink changes, it begins a new run.
func (p *painter) put(ink theme.Ink, text string) {
	if ink != p.ink {
		p.flush()
		p.ink = ink
	}
	p.run.WriteString(text)
}

func (p *painter) flush() {
	p.w.Put(p.ink, p.run.String())
	p.run.Reset()
}
