package widget

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"streamdesk/model/jsontext"
	"streamdesk/ui/theme"
)

// Path returns the path of the value under the cursor in jq's syntax: ".data.steps[3]", or "." for the root.
func (t *JSONTree) Path() string {
	var steps []string
	for n := t.node(t.cursor); t.nodes[n].parent >= 0; n = t.nodes[n].parent {
		steps = append(steps, t.step(n))
	}
	path := strings.Join(reversed(steps), "")
	if !strings.HasPrefix(path, ".") {
		path = "." + path
	}
	return path
}

func reversed(list []string) []string {
	slices.Reverse(list)
	return list
}

// step returns the part of a path that leads from the parent of node n to n.
func (t *JSONTree) step(n int32) string {
	node := &t.nodes[n]
	if node.key >= 0 {
		if key := t.key(n); identifier(key) {
			return "." + key
		}
		quoted := t.text[node.key:node.start]
		return "[" + quoted[:strings.LastIndexByte(quoted, '"')+1] + "]"
	}
	at := 0
	for i := node.parent + 1; i < n; i = t.nodes[i].next {
		at++
	}
	return "[" + strconv.Itoa(at) + "]"
}

// identifier reports whether jq accepts a key without quotes.
func identifier(key string) bool {
	for i := range len(key) {
		const small = 'a' - 'A' // the bit that makes a small letter
		c := key[i]
		if c != '_' && (c|small < 'a' || c|small > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return key != ""
}

// key returns the key of node n; "" when it has none.
func (t *JSONTree) key(n int32) string {
	if t.nodes[n].key < 0 {
		return ""
	}
	key, _ := readJSONString(t.text[t.nodes[n].key:], math.MaxInt)
	return key
}

// Key returns the key of the value under the cursor; "" when it has none.
func (t *JSONTree) Key() string { return t.key(t.node(t.cursor)) }

// Scalar returns the value under the cursor; ok is false for an object or an array. quoted says that the value is a string, which
// is returned decoded. A number or a word is returned as it is in the text.
func (t *JSONTree) Scalar() (text string, quoted, ok bool) {
	n := t.node(t.cursor)
	return t.scalar(n), t.nodes[n].kind == jsonString, t.nodes[n].kind > jsonArray
}

func (t *JSONTree) scalar(n int32) string {
	switch node := &t.nodes[n]; {
	case node.kind == jsonString:
		return jsontext.Unquote(t.text[node.start:node.end])
	case node.kind > jsonArray:
		return t.text[node.start:node.end]
	default:
		return ""
	}
}

// Search finds the nodes with a needle in their key or value, folded ones too, and marks the needle. It returns the number of
// nodes found, max most.
func (t *JSONTree) Search(n Needle, most int) int {
	t.needle, t.found = n, t.found[:0]
	for i := int32(0); int(i) < len(t.nodes) && len(t.found) < most; i++ {
		if n.All(t.key(i), 1) != nil || n.All(t.scalar(i), 1) != nil {
			t.found = append(t.found, i)
		}
	}
	return len(t.found)
}

// Nearest returns the index of the first found node at or after the cursor; 0 when there is none.
func (t *JSONTree) Nearest() int {
	at, _ := slices.BinarySearch(t.found, t.node(t.cursor))
	if at == len(t.found) {
		return 0
	}
	return at
}

// Searched returns what is searched of a value, folded or not, by its number in the text: its key, and the value itself if it is
// no container.
func (t *JSONTree) Searched(value int) string {
	return t.key(int32(value)) + "\n" + t.scalar(int32(value))
}

// ValueAt returns the number of the value that a line shows; -1 for a closing bracket.
func (t *JSONTree) ValueAt(line int) int { return int(max(t.lines[line], -1)) }

// Under returns the number of the value under the cursor.
func (t *JSONTree) Under() int { return int(t.node(t.cursor)) }

// GoTo puts the cursor on a found node, and unfolds its parents.
func (t *JSONTree) GoTo(found int) { t.GoToValue(int(t.found[found])) }

// GoToValue puts the cursor on a value, and unfolds its parents.
func (t *JSONTree) GoToValue(value int) {
	n := int32(value)
	for up := t.nodes[n].parent; up >= 0; up = t.nodes[up].parent {
		t.folded[up] = false
	}
	t.layOut()
	t.cursor = t.line(n)
}

// putFound adds text of node n, with the needle marked. If the needle is in the part that was cut off, the ellipsis is marked.
func (t *JSONTree) putFound(th *theme.Theme, w *LineWriter, ink theme.Ink, n int32, text string) {
	if _, found := slices.BinarySearch(t.found, n); !found {
		w.Put(ink, text)
		return
	}
	places := t.needle.All(text, w.Room())
	if cut := strings.LastIndex(text, Ellipsis); len(places) == 0 && cut >= 0 {
		places = []Span{{cut, cut + len(Ellipsis)}}
	}
	at := 0
	for _, place := range places {
		w.Put(ink, text[at:place.From])
		w.Put(th.Match, text[place.From:place.To])
		at = place.To
	}
	w.Put(ink, text[at:])
}
