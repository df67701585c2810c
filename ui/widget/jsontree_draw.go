package widget

import (
	"strings"
	"unicode/utf8"

	"streamdesk/model/jsontext"
	"streamdesk/model/words"
	"streamdesk/ui/theme"
)

const (
	// jsonIndent is how far a level stands in, and how much the sign of a fold takes.
	jsonIndent = 2
	// jsonValueRoom is what a long key leaves to its value, jsonLeastValue what the brackets behind it leave.
	jsonValueRoom, jsonLeastValue = 12, 6
	// runesPerCell bounds how much of a long string is looked at for each cell there is: a character with its
	// accents takes more than one rune and one cell.
	runesPerCell = 4
)

// Draw is the lines in sight from line first on, at most height of them, each exactly width cells wide. The line
// under the cursor is marked, and has its own background when the tree has the focus.
func (t *JSONTree) Draw(th *theme.Theme, width, height, first int, focused bool) []string {
	first = max(first, 0)
	last := min(first+height, len(t.lines))
	if width <= 0 || first >= last {
		return nil
	}
	lines := make([]string, 0, last-first)
	for line := first; line < last; line++ {
		w := NewLineWriter(width, focused && line == t.cursor)
		margin := " "
		if line == t.cursor {
			margin = "›"
		}
		w.Put(th.Accent, margin)
		t.drawLine(th, w, t.lines[line], width)
		w.Fill(th.Text)
		lines = append(lines, w.String())
	}
	return lines
}

// drawLine writes a line behind its margin.
func (t *JSONTree) drawLine(th *theme.Theme, w *LineWriter, line int32, width int) {
	n := line
	if line < 0 {
		n = ^line
	}
	node := &t.nodes[n]
	// Deep levels share the right half of the pane: what they hold is worth more than how deep they are.
	indent := min(int(node.depth)*jsonIndent, width/2)
	if line < 0 {
		w.Put(th.Text, Spaces(indent+jsonIndent))
		w.Put(th.JSONPunct, string(node.kind.closing())+t.comma(n))
		return
	}
	fold := "  "
	if node.children > 0 {
		fold = "▾ "
		if t.folded[n] {
			fold = "▸ "
		}
	}
	w.Put(th.Text, Spaces(indent))
	w.Put(th.Dim, fold)
	if node.key >= 0 {
		t.putString(th, w, th.JSONKey, n, t.text[node.key:], max(w.Room()-jsonValueRoom, w.Room()/2))
		w.Put(th.JSONPunct, ": ")
	}
	if t.isOpen(n) {
		w.Put(th.JSONPunct, t.text[node.start:node.start+1])
		return
	}
	behind := t.behind(n)
	t.drawValue(th, w, n, max(w.Room()-len(behind), min(w.Room(), jsonLeastValue)))
	w.Put(th.JSONPunct, behind)
}

// drawValue writes a value that takes one line into at most room cells.
func (t *JSONTree) drawValue(th *theme.Theme, w *LineWriter, n int32, room int) {
	node := &t.nodes[n]
	switch text := t.text[node.start:node.end]; {
	case node.children > 0:
		w.Put(th.JSONPunct, text[:1]+" ")
		w.Put(th.Dim, inside(node))
		w.Put(th.JSONPunct, " "+text[len(text)-1:])
	case node.kind == jsonString:
		t.putString(th, w, th.JSONString, n, text, room)
	case node.kind == jsonNumber:
		t.putFound(th, w, th.JSONNumber, n, Cut(text, room))
	case node.kind == jsonWord:
		t.putFound(th, w, th.JSONWord, n, Cut(text, room))
	default:
		w.Put(th.JSONPunct, string(text[0])+string(text[len(text)-1])) // empty, whatever space is in it
	}
}

// behind is what follows a value on its line: its comma, or the bracket that closes what is around it.
func (t *JSONTree) behind(n int32) string {
	node := &t.nodes[n]
	if !node.last {
		return t.comma(n)
	}
	return " " + string(t.nodes[node.parent].kind.closing()) + t.comma(node.parent)
}

func (t *JSONTree) comma(n int32) string {
	if t.nodes[n].last || t.nodes[n].parent < 0 {
		return ""
	}
	return ","
}

// inside says how much a folded node holds.
func inside(n *jsonNode) string {
	what := " key"
	if n.kind == jsonArray {
		what = " item"
	}
	if n.children != 1 {
		what += "s"
	}
	return words.Grouped(int64(n.children)) + what
}

// putString adds the string that a text starts with, in quotes and made safe, in at most room cells.
func (t *JSONTree) putString(th *theme.Theme, w *LineWriter, ink theme.Ink, n int32, quoted string, room int) {
	inner := max(room-len(`""`), 0)
	text, whole := readJSONString(quoted, runesPerCell*inner+1)
	text = Clean(text)
	if !whole {
		text += Ellipsis // so that Cut has something to cut, or shows itself that there is more
	}
	t.putFound(th, w, ink, n, `"`+Cut(text, inner)+`"`)
}

// readJSONString decodes at most limit characters of the string that a checked JSON text starts with, and says
// whether that is all of it.
func readJSONString(quoted string, limit int) (text string, whole bool) {
	text = quoted[1:]
	plain := 0 // what needs no decoding, which is nearly always everything
	for plain < len(text) && plain < limit && text[plain] != '"' && text[plain] != '\\' && text[plain] < utf8.RuneSelf {
		plain++
	}
	if plain == limit || text[plain] == '"' {
		return text[:plain], text[plain] == '"'
	}
	var b strings.Builder
	b.WriteString(text[:plain])
	for i := plain; text[i] != '"'; limit-- {
		if limit == plain {
			return b.String(), false
		}
		r, size := jsontext.Rune(text[i:])
		b.WriteRune(r)
		i += size
	}
	return b.String(), true
}
