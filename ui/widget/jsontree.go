package widget

import "sort"

// JSONTree shows a JSON text as a tree whose objects and arrays can be folded. The text is read once, into an index
// of its values; keys, numbers and repeated keys stay as they are written. Each value takes one line. A bracket that
// closes stands behind the last value inside, or on a line of its own behind a container that is open.
type JSONTree struct {
	text   string
	nodes  []jsonNode
	folded []bool // by node; only objects and arrays that hold something ever are

	// lines are the lines as they stand: the number of a node, or ^number for the line with its closing bracket.
	lines  []int32
	cursor int // the line under the cursor
	needle Needle
	found  []int32 // the nodes with the needle in their key or value
}

// ParseJSON makes the tree of a text. As many levels are unfolded as show at most lines values, but always the first.
// The error, if any, is a *[JSONError]: the text is no JSON, or too much of it for a tree.
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

// levels is from which depth on to fold, so that at most lines values show; 0 when all of them may.
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

// layOut works out the lines after a change of what is folded.
func (t *JSONTree) layOut() {
	if t.lines == nil {
		t.lines = make([]int32, 0, len(t.nodes))
	}
	t.lines = t.lines[:0]
	var open []int32 // unfolded containers that aren't closed yet
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

// isOpen says whether node i has lines of its own below it.
func (t *JSONTree) isOpen(i int32) bool { return t.nodes[i].children > 0 && !t.folded[i] }

// node is the node that a line belongs to.
func (t *JSONTree) node(line int) int32 {
	if n := t.lines[line]; n >= 0 {
		return n
	}
	return ^t.lines[line]
}

// line is the line that node i stands on, or the node around it that is folded.
func (t *JSONTree) line(i int32) int {
	for up := t.nodes[i].parent; up >= 0; up = t.nodes[up].parent {
		if t.folded[up] {
			i = up
		}
	}
	// Lines stand in the order of the text. A closing line stands where its container ends, so behind all of
	// node i when the container holds it, and before it otherwise.
	return sort.Search(len(t.lines), func(line int) bool {
		if n := t.lines[line]; n < 0 {
			return t.nodes[^n].next > i
		}
		return t.lines[line] >= i
	})
}

// Values is how many values the text holds, objects and arrays included.
func (t *JSONTree) Values() int { return len(t.nodes) }

// Lines is how many lines there are as the tree stands.
func (t *JSONTree) Lines() int { return len(t.lines) }

// Cursor is the line under the cursor.
func (t *JSONTree) Cursor() int { return t.cursor }

// SetCursor puts the cursor on a line, or on the nearest there is.
func (t *JSONTree) SetCursor(line int) { t.cursor = max(min(line, len(t.lines)-1), 0) }

// Toggle folds what is under the cursor when it is unfolded, and the other way round; on a closing bracket it folds
// what that closes. It says whether there was anything to fold.
func (t *JSONTree) Toggle() bool {
	n := t.node(t.cursor)
	if t.nodes[n].children == 0 {
		return false
	}
	t.fold(n, !t.folded[n])
	return true
}

// Fold folds what is under the cursor; where there is nothing to fold, the cursor goes to what is around it.
func (t *JSONTree) Fold() {
	n := t.node(t.cursor)
	switch {
	case t.isOpen(n):
		t.fold(n, true)
	case t.nodes[n].parent >= 0:
		t.cursor = t.line(t.nodes[n].parent)
	}
}

// Unfold unfolds what is under the cursor; what is unfolded already is entered.
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

// Text is the JSON under the cursor as it is written in the text; on the first line that is all of it.
func (t *JSONTree) Text() string {
	n := &t.nodes[t.node(t.cursor)]
	return t.text[n.start:n.end]
}
