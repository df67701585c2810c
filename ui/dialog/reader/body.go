package reader

import (
	"fmt"

	"streamdesk/model/words"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// body is a value as one of its views shows it. The caller has to call fit before any other method.
type body interface {
	fit(width, height int, wrap bool)
	draw(th *theme.Theme) []string
	rows() int
	// Place returns which of the rows are in sight; top is the number of lines above the body.
	Place(top int) widget.Place
	// move moves down by a number of rows, aside to the right by a number of steps.
	move(by int)
	aside(by int)
	// search finds a needle and returns the number of places. nearest returns the index of the first place at or after the
	// rows in sight. goTo brings a place into sight.
	search(n widget.Needle) int
	nearest() int
	goTo(found int)
	// place returns the position within the whole, in words.
	place() string
	// text returns the text to copy.
	text() string
}

// scroller is the part of a body's rows that is in sight.
type scroller struct {
	widget.Sight
	width int
}

// bound keeps the part in sight within the rows.
func (s *scroller) bound(rows int) { s.Fit(s.First, rows, s.Height) }

// show brings a row into sight. A row that was out of sight goes into the middle.
func (s *scroller) show(row, rows int) {
	if row < s.First || row >= s.First+s.Height {
		s.First = row - s.Height/2
	}
	s.bound(rows)
}

// percent returns the share of rows that are in sight or above; "" when all rows are in sight.
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

// unfoldedLines is the max number of lines unfolded at first: a few screens.
const unfoldedLines = 200

// newTreeBody returns the body of a JSON text; nil when the text is too large for a tree.
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

// asideStep is the number of cells that a key moves sideways.
const asideStep = 8

func newTextBody(text string) *textBody { return &textBody{whole: text, doc: widget.NewDocument(text)} }

// fit keeps the text at the top of the view when the layout changes.
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

// fit keeps the bytes at the top of the view when a new width changes the number of bytes per line.
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
