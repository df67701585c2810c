package reader

import (
	"fmt"

	"streamdesk/model/words"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// body is a value as one of its views shows it. It is fitted to its room before anything else is asked of it.
type body interface {
	fit(width, height int, wrap bool)
	draw(th *theme.Theme) []string
	rows() int
	// Place is which of the rows are in sight, below so many lines.
	Place(top int) widget.Place
	// move goes so many rows down, aside so many steps to the right.
	move(by int)
	aside(by int)
	// search finds a needle, nearest is the first place from what is in sight on, goTo brings a place into sight.
	search(n widget.Needle) int
	nearest() int
	goTo(found int)
	// place says where in the whole one is.
	place() string
	// text is what is copied.
	text() string
}

// scroller is what is in sight of a body's rows.
type scroller struct {
	widget.Sight
	width int
}

// bound keeps what is in sight within the rows.
func (s *scroller) bound(rows int) { s.Fit(s.First, rows, s.Height) }

// show brings a row into sight: into the middle when it isn't.
func (s *scroller) show(row, rows int) {
	if row < s.First || row >= s.First+s.Height {
		s.First = row - s.Height/2
	}
	s.bound(rows)
}

// percent is how much of the rows is in sight or above that, where that isn't all.
func (s *scroller) percent(rows int) string {
	if rows <= s.Height {
		return ""
	}
	const all = 100
	return fmt.Sprintf(" · %d%%", (s.First+s.Height)*all/rows)
}

// treeBody is JSON as a tree.
type treeBody struct {
	scroller
	tree *widget.JSONTree
}

// unfoldedLines is how much of a tree is unfolded at first: a few screens.
const unfoldedLines = 200

// newTreeBody makes the body of a JSON text; nil when it is too much for a tree.
func newTreeBody(json string) *treeBody {
	tree, err := widget.ParseJSON(json, unfoldedLines)
	if err != nil {
		return nil
	}
	return &treeBody{tree: tree}
}

func (b *treeBody) fit(width, height int, _ bool) {
	b.width = width
	b.Fit(b.tree.Cursor(), b.tree.Lines(), height)
}

func (b *treeBody) draw(th *theme.Theme) []string {
	return b.tree.Draw(th, b.width, b.Height, b.First, true)
}

func (b *treeBody) rows() int   { return b.tree.Lines() }
func (b *treeBody) move(by int) { b.tree.SetCursor(b.tree.Cursor() + by) }

func (b *treeBody) aside(by int) {
	if by < 0 {
		b.tree.Fold()
	} else {
		b.tree.Unfold()
	}
}

func (b *treeBody) search(n widget.Needle) int { return b.tree.Search(n, foundMost) }
func (b *treeBody) nearest() int               { return b.tree.Nearest() }
func (b *treeBody) goTo(found int)             { b.tree.GoTo(found) }
func (b *treeBody) text() string               { return b.tree.Text() }

func (b *treeBody) place() string {
	return "row " + words.Grouped(int64(b.tree.Cursor()+1)) + " of " + words.Grouped(int64(b.rows()))
}

// textBody is a text as it was written.
type textBody struct {
	scroller
	whole  string
	doc    *widget.Document
	layout widget.Layout
	column int
	found  widget.Found
}

// asideStep is how many cells a key goes sideways.
const asideStep = 8

func newTextBody(text string) *textBody { return &textBody{whole: text, doc: widget.NewDocument(text)} }

// fit keeps what is at the top there when the layout changes.
func (b *textBody) fit(width, height int, wrap bool) {
	if l := (widget.Layout{Width: width, Wrap: wrap}); l != b.layout {
		if b.First > 0 {
			at := b.doc.Start(b.layout, b.First)
			b.First, _ = b.doc.Row(l, at)
		}
		b.layout = l
		if wrap {
			b.column = 0
		}
	}
	b.width, b.Height = width, height
	b.bound(b.rows())
}

func (b *textBody) draw(th *theme.Theme) []string {
	if b.whole == "" {
		return []string{th.Dim.Paint(widget.Cut("(empty)", b.width))}
	}
	return b.doc.Draw(th, b.layout, b.Height, b.First, b.column, b.found)
}

func (b *textBody) rows() int { return b.doc.Rows(b.layout) }

func (b *textBody) move(by int) {
	b.First += by
	b.bound(b.rows())
}

func (b *textBody) aside(by int) {
	if !b.layout.Wrap {
		b.column = max(b.column+by*asideStep, 0)
	}
}

func (b *textBody) search(n widget.Needle) int {
	b.found = widget.Found{Places: n.All(b.whole, foundMost)}
	return len(b.found.Places)
}

func (b *textBody) nearest() int { return b.found.Nearest(b.doc.Start(b.layout, b.First)) }

func (b *textBody) goTo(found int) {
	b.found.At = found
	row, column := b.doc.Row(b.layout, b.found.Places[found].From)
	b.show(row, b.rows())
	if !b.layout.Wrap && (column <= b.column || column >= b.column+b.width*2/3) {
		b.column = max(column-b.width/3, 0)
		if column < b.width*2/3 {
			b.column = 0
		}
	}
}

func (b *textBody) text() string { return b.whole }

func (b *textBody) place() string {
	switch count := words.Grouped(int64(b.doc.Count())); {
	case count == "1" && b.rows() <= b.Height:
		return "1 line"
	case b.rows() <= b.Height:
		return count + " lines"
	default:
		return "line " + words.Grouped(int64(b.doc.Number(b.layout, b.First))) + " of " + count + b.percent(b.rows())
	}
}

// hexBody is a value byte by byte.
type hexBody struct {
	scroller
	bytes string
	hex   *widget.Hex
	found widget.Found
}

func newHexBody(bytes string) *hexBody { return &hexBody{bytes: bytes, hex: widget.NewHex(bytes)} }

// fit keeps the bytes at the top there when another width has more or fewer on a line.
func (b *hexBody) fit(width, height int, _ bool) {
	if width != b.width && b.First > 0 {
		b.First = b.hex.Line(b.First*len(b.bytes)/max(b.rows(), 1), width)
	}
	b.width, b.Height = width, height
	b.bound(b.rows())
}

func (b *hexBody) draw(th *theme.Theme) []string {
	return b.hex.Draw(th, b.width, b.Height, b.First, b.found)
}

func (b *hexBody) rows() int { return b.hex.Lines(b.width) }

func (b *hexBody) move(by int) {
	b.First += by
	b.bound(b.rows())
}

func (*hexBody) aside(int) {}

func (b *hexBody) search(n widget.Needle) int {
	b.found = widget.Found{Places: n.All(b.bytes, foundMost)}
	return len(b.found.Places)
}

func (b *hexBody) nearest() int { return b.found.Nearest(b.First * len(b.bytes) / max(b.rows(), 1)) }

func (b *hexBody) goTo(found int) {
	b.found.At = found
	b.show(b.hex.Line(b.found.Places[found].From, b.width), b.rows())
}

func (b *hexBody) text() string  { return b.bytes }
func (b *hexBody) place() string { return words.Bytes(len(b.bytes)) + b.percent(b.rows()) }
