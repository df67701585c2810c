package event

import (
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// Rows implements [pane.Searcher]: in the tree keys and values are searched, folded ones too, in the fields names and values, in the
// raw payload its lines. Hex isn't searched.
func (p *Pane) Rows(pane.Known) pane.Rows {
	var rows pane.Rows
	switch b := p.body().(type) {
	case *treeBody:
		rows = pane.Rows{Len: b.tree.Values(), At: b.tree.Under(), Text: b.tree.Searched, Go: b.tree.GoToValue}
		rows.On = p.bodyLine(func(line int) int { return b.tree.ValueAt(line) })
	case *rawBody:
		lines := b.raw.Lines(p.width - rawMargin)
		first, shift := p.sight.First, p.head-p.pinned
		rows = pane.Rows{Len: lines, At: b.found, Text: b.raw.Line, Go: func(row int) { b.found, p.sight.First = row, row+shift }}
		if sight := b.found + shift - first; sight < 0 || sight >= p.height-p.pinned {
			rows.At = first - shift // it has been scrolled away
		}
		rows.Home = func() { p.sight.First = first }
		rows.Hits = b.raw.Hits // a place may go over the end of a line
		rows.On = p.bodyLine(func(line int) int { return min(line, lines-1) })
	case *fieldsBody:
		b.layOut(p.width)
		rows = pane.Rows{
			Len: len(b.fields), At: b.current(),
			Text: func(row int) string {
				return widget.Escape(b.fields[row].Name) + "\n" + widget.Escape(b.fields[row].Value)
			},
			Go: func(row int) { b.at = b.starts[row] },
		}
		rows.On = p.bodyLine(b.field)
	default:
		rows = pane.Rows{At: -1, Why: "no search in hex"}
	}
	return rows
}

// bodyLine returns which row a line of the pane shows, for a body that says which row a line of its own shows; -1 for none.
func (p *Pane) bodyLine(row func(line int) int) func(line int) []int {
	return func(line int) []int {
		at := line + p.sight.First - p.head
		if b := p.body(); line < p.pinned || at < 0 || at >= b.lines(p.width) {
			return nil
		}
		if at = row(at); at < 0 {
			return nil
		}
		return []int{at}
	}
}
