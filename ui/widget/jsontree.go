package widget

import "sort"

// JSONTree shows a JSON text as a tree whose objects and arrays can be folded. It parses the text once, into an index of its
// values. Keys, numbers and repeated keys stay as written. Each value takes one line. A closing bracket is on the line of
// the last value inside; when that value is an open container, the bracket is on its own line.
type JSONTree struct {
	text   string
	nodes  []jsonNode
	folded []bool // by node; only objects and arrays that aren't empty can be folded

	// lines are the current lines: the number of a node, or ^number for the line with its closing bracket.
	lines  []int32
	cursor int // the line under the cursor
	needle Needle
	found  []int32 // the nodes that contain the needle in their key or value
}

// ParseJSON returns the tree of a text. It unfolds as many levels as possible with up to lines values shown, and always the
// first level. The error, if any, is a *[JSONError]: the text isn't JSON, or too large for a tree.
func ParseJSON(text string, lines int) (*JSONTree, error) {
	nodes, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	t := &JSONTree{text: text, nodes: nodes, folded: make([]bool, len(nodes))}
	if depth := t.levels(lines); depth > 0 {
		for i := range nodes {
			t.folded[i] = nodes[i].children > 0 && int(nodes[i].depth) >= depth
		}
	}
	t.layOut()
	return t, nil
}

// levels returns the depth from which on nodes are folded, so that up to lines values show; 0 when nothing has to be folded.
func (t *JSONTree) levels(lines int) int {
	if len(t.nodes) <= lines {
		return 0
	}
	var perDepth []int
	for i := range t.nodes {
		if d := int(t.nodes[i].depth); d < len(perDepth) {
			perDepth[d]++
		} else {
			perDepth = append(perDepth, 1)
		}
	}
	total := 0
	for depth, n := range perDepth {
		if total += n; total > lines && depth > 1 {
			return depth - 1
		}
	}
	return 0
}

// layOut computes the lines after nodes were folded or unfolded.
func (t *JSONTree) layOut() {
	if t.lines == nil {
		t.lines = make([]int32, 0, len(t.nodes))
	}
	t.lines = t.lines[:0]
	var open []int32 // unfolded containers without their closing line so far
	for i := int32(0); int(i) < len(t.nodes); {
		open = t.closeUpTo(open, i)
		t.lines = append(t.lines, i)
		if t.isOpen(i) {
			open = append(open, i)
			i++
		} else {
			i = t.nodes[i].next
		}
	}
	t.closeUpTo(open, int32(len(t.nodes)))
}

// closeUpTo adds the closing lines of the containers that end before node i.
func (t *JSONTree) closeUpTo(open []int32, i int32) []int32 {
	for len(open) > 0 && t.nodes[open[len(open)-1]].next <= i {
		n := open[len(open)-1]
		open = open[:len(open)-1]
		if last := t.lines[len(t.lines)-1]; last < 0 || t.nodes[last].parent != n {
			t.lines = append(t.lines, ^n)
		}
	}
	return open
}

// isOpen reports whether node i is a container that isn't empty and isn't folded.
func (t *JSONTree) isOpen(i int32) bool { return t.nodes[i].children > 0 && !t.folded[i] }

// node returns the node that a line belongs to.
func (t *JSONTree) node(line int) int32 {
	if n := t.lines[line]; n >= 0 {
		return n
	}
	return ^t.lines[line]
}

// line returns the line of node i, or of the outermost folded node that contains it.
func (t *JSONTree) line(i int32) int {
	for up := t.nodes[i].parent; up >= 0; up = t.nodes[up].parent {
		if t.folded[up] {
			i = up
		}
	}
	// Lines are in the order of the text. A closing line is where its container ends: after node i when the
	// container contains it, else before it.
	return sort.Search(len(t.lines), func(line int) bool {
		if n := t.lines[line]; n < 0 {
			return t.nodes[^n].next > i
		}
		return t.lines[line] >= i
	})
}

// Values returns the number of values in the text, objects and arrays included.
func (t *JSONTree) Values() int { return len(t.nodes) }

// Lines returns the current number of lines.
func (t *JSONTree) Lines() int { return len(t.lines) }

// Cursor returns the line under the cursor.
func (t *JSONTree) Cursor() int { return t.cursor }

// SetCursor puts the cursor on a line, or on the nearest one.
func (t *JSONTree) SetCursor(line int) { t.cursor = max(min(line, len(t.lines)-1), 0) }

// Toggle folds or unfolds the container under the cursor; on a closing bracket it folds the container that the bracket
// closes. It reports whether there was anything to fold.
func (t *JSONTree) Toggle() bool {
	n := t.node(t.cursor)
	if t.nodes[n].children == 0 {
		return false
	}
	t.fold(n, !t.folded[n])
	return true
}

// Fold folds the container under the cursor. When there is nothing to fold, the cursor goes to the parent.
func (t *JSONTree) Fold() {
	n := t.node(t.cursor)
	switch {
	case t.isOpen(n):
		t.fold(n, true)
	case t.nodes[n].parent >= 0:
		t.cursor = t.line(t.nodes[n].parent)
	}
}

// Unfold unfolds the container under the cursor. When it is already unfolded, the cursor goes to its first value.
func (t *JSONTree) Unfold() {
	n := t.node(t.cursor)
	switch {
	case t.isOpen(n) && t.lines[t.cursor] >= 0:
		t.cursor++
	case t.folded[n]:
		t.fold(n, false)
	}
}

func (t *JSONTree) fold(n int32, folded bool) {
	t.folded[n] = folded
	t.layOut()
	t.cursor = t.line(n)
}

// Text returns the JSON under the cursor as it is in the text; on the first line that is the whole JSON.
func (t *JSONTree) Text() string {
	n := &t.nodes[t.node(t.cursor)]
	return t.text[n.start:n.end]
}
