package widget

import (
	"strings"
	"unicode/utf8"

	"streamdesk/model/jsontext"
	"streamdesk/model/words"
	"streamdesk/ui/theme"
)

const (
	// jsonIndent is the indent per level, and the width of the fold sign.
	jsonIndent = 2
	// jsonValueRoom is the width that a long key leaves for its value. jsonLeastValue is the min width that closing brackets
	// leave for it.
	jsonValueRoom, jsonLeastValue = 12, 6
	// runesPerCell is the max number of runes of a long string that are read per cell: a character with its accents has more
	// than one rune in one cell.
	runesPerCell = 4
)

// Draw returns the lines in sight: up to height lines from line first on, each exactly width cells wide. The line under the
// cursor is marked, and has its own background when the tree has the focus.
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

// drawLine writes a line after its margin.
func (t *JSONTree) drawLine(th *theme.Theme, w *LineWriter, line int32, width int) {
	n := line
	if line < 0 {
		n = ^line
	}
	node := &t.nodes[n]
	// The indent is limited to half of the width: the content of deep levels matters more than their depth.
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

// drawValue writes a value that takes one line, in up to room cells.
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
		w.Put(th.JSONPunct, string(text[0])+string(text[len(text)-1])) // an empty container, without white space inside
	}
}

// behind returns what follows a value on its line: a comma, or the closing bracket of its parent.
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

// inside returns the number of keys or items in a folded node, in words.
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

// putString adds the string at the beginning of a text, in quotes and made safe, in up to room cells.
func (t *JSONTree) putString(th *theme.Theme, w *LineWriter, ink theme.Ink, n int32, quoted string, room int) {
	inner := max(room-len(`""`), 0)
	text, whole := readJSONString(quoted, runesPerCell*inner+1)
	text = Clean(text)
	if !whole {
		text += Ellipsis // Cut cuts it or keeps it; either way the ellipsis shows that there is more
	}
	t.putFound(th, w, ink, n, `"`+Cut(text, inner)+`"`)
}

// readJSONString decodes up to limit characters of the string at the beginning of a valid JSON text, and reports whether
// that is the whole string.
func readJSONString(quoted string, limit int) (text string, whole bool) {
	text = quoted[1:]
	plain := 0 // the bytes that need no decoding: nearly always all of them
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
