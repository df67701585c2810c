package widget

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/ui/theme"
)

// Document shows a long text as it was written: line by line, wrapped between words or running out of sight at the right, with
// the numbers of its lines where there are several. Tabs go on to the next stop; every byte that can't be seen as itself is
// written \xNN, in an ink of its own. Only the rows in sight are drawn, and of the others only every so many-th is kept.
type Document struct {
	text   string
	count  int // lines
	layout Layout
	rows   int // of that layout; 0 before there is one
	marks  []rowMark
}

// Layout is how a document is laid out.
type Layout struct {
	// Width is in cells, numbers of lines included.
	Width int
	// Wrap breaks lines that are longer than that.
	Wrap bool
}

// rowMark is where a row begins, and the number of its line from 1.
type rowMark struct{ at, number int }

const (
	// marked is how many rows lie between two that are kept: 64 MB of empty lines then take 16 MB.
	marked = 64
	// tabStop is how far apart the stops of tabs are.
	tabStop = 4
	// clusterMost is how many bytes a letter with its marks may take: one with more is written byte by byte.
	clusterMost = 64
	// numberGap stands between the number of a line and its text.
	numberGap = 2
)

// NewDocument makes the view of a text.
func NewDocument(text string) *Document {
	d := &Document{text: text, count: strings.Count(text, "\n")}
	if text != "" && text[len(text)-1] != '\n' {
		d.count++
	}
	return d
}

// Count is how many lines the text has.
func (d *Document) Count() int { return d.count }

// Rows is how many rows the text takes in that layout; 0 when it is empty.
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

// gutter is how wide the numbers of lines are, with the gap behind them.
func (d *Document) gutter() int {
	if d.count < 2 {
		return 0
	}
	return len(strconv.Itoa(d.count)) + numberGap
}

func (d *Document) room(l Layout) int { return max(l.Width-d.gutter(), 1) }

// row is where the row ends that begins at a byte, and where the next one begins: behind the line feed, or the space, that it
// was broken at.
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

// wideRow is row for a line that holds more than plain letters.
func (d *Document) wideRow(at, room int) (end, next int) {
	used, gap := 0, 0 // gap is the byte of the last space that the row can be broken at
	words := false    // something but spaces stands in the row
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

// glyph is how many bytes the character takes that a text starts with, and how many cells in a column: as it is, or as [Escape]
// writes it where it can't be seen.
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

// letterCells is how many cells a letter takes that nearly all text beyond ASCII is made of, and that joins none before it; 0 for any
// other.
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

// find is the byte at which a row begins, and the number of its line.
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

// Start is the byte at which a row begins.
func (d *Document) Start(l Layout, row int) int {
	if d.Rows(l) == 0 {
		return 0
	}
	return d.find(l, row).at
}

// Number is the number of the line, from 1, that a row belongs to.
func (d *Document) Number(l Layout, row int) int {
	if row < 0 || row >= d.Rows(l) {
		return d.count
	}
	return d.find(l, row).number
}

// Row is the row on which a byte stands, and the cells before it there.
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

// cells is how wide the text between two bytes of a row is.
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

// Draw is the rows in sight from row first on, at most height of them, none wider than the layout. Rows that aren't wrapped begin
// at a column. What was found stands out.
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

// painter writes the characters of a row, each run of them in its ink.
type painter struct {
	th    *theme.Theme
	w     *LineWriter
	text  string
	found Found

	run strings.Builder
	ink theme.Ink
}

// row writes the row from byte at to end, without the cells before a column. Where something is missing, at either side, stands an
// ellipsis.
func (p *painter) row(at, end, column int) {
	used := 0
	if column > 0 {
		if ahead := p.text[at:min(at+column, end)]; len(ahead) == column && plainASCII(ahead) {
			at, used = at+column, column
		}
	}
	limit := column + p.w.Room()
	for i := at; i < end; {
		size, cells, seen := glyph(p.text[i:], used) // what comes after the row may be a part of what ends it
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

// shape is a character as it is written.
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

// put adds text to the run, and begins another one for another ink.
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
