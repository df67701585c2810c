package flowmap

import (
	"slices"

	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// Rows implements [pane.Searcher]: agents, streams, groups and consumers are searched by name, column by column on each side.
func (p *Pane) Rows(pane.Known) pane.Rows {
	nodes, lines := p.nodes()
	return pane.Rows{
		Len: len(nodes), At: slices.Index(nodes, p.here()),
		Text: func(row int) string { return p.nodeName(&nodes[row]) },
		Go:   func(row int) { p.goTo(&nodes[row]) },
		On: func(line int) (on []int) {
			if line < headLines || line >= headLines+p.height {
				return nil
			}
			for row := range nodes {
				first := p.leftSight.First
				if nodes[row].column >= groups {
					first = p.rightSight.First
				}
				if lines[row]-first+headLines == line {
					on = append(on, row)
				}
			}
			return on
		},
	}
}

// goTo puts the cursor on a node, and unfolds what hides it.
func (p *Pane) goTo(n *node) {
	p.at = *n
	switch row := p.leftRow(); {
	case n.column == streams && len(p.left[row].folded) > 0:
		p.setFold(agentFold(p.left[row].agent), false)
	case n.column == consumers && p.folds[groupFold(n.group)]:
		p.setFold(groupFold(n.group), false)
	}
}

// nodes returns everything that the cursor can be on, folded or not, and the line of each within its side.
func (p *Pane) nodes() (nodes []node, lines []int) {
	put := func(n node, line int) { nodes, lines = append(nodes, n), append(lines, line) }
	for i := range p.left {
		if p.left[i].first {
			put(node{column: agents, stream: p.left[i].stream.Key, group: p.at.group, consumer: p.at.consumer}, i)
		}
		for _, key := range p.left[i].keys() {
			put(node{column: streams, stream: key, group: p.at.group, consumer: p.at.consumer}, i)
		}
	}
	for i := range p.right {
		n := node{column: groups, stream: p.at.stream, group: p.right[i].group, consumer: p.right[i].consumer}
		if n.consumer != "" {
			n.column = consumers
		}
		put(n, i)
		for _, consumer := range p.right[i].folded {
			put(node{column: consumers, stream: p.at.stream, group: p.right[i].group, consumer: consumer}, i)
		}
	}
	return nodes, lines
}

// keys returns the streams of a line.
func (l *left) keys() []string {
	if len(l.folded) > 0 {
		return l.folded
	}
	return []string{l.stream.Key}
}

// here returns the node under the cursor, as [Pane.nodes] has it.
func (p *Pane) here() node {
	at := p.at
	switch {
	case len(p.left) == 0:
	case at.column == agents:
		for i := p.leftRow(); i >= 0; i-- {
			if at.stream = p.left[i].stream.Key; p.left[i].first {
				break
			}
		}
	case at.column == streams:
		if row := p.leftRow(); !slices.Contains(p.left[row].keys(), at.stream) {
			at.stream = p.left[row].stream.Key
		}
	case len(p.right) > 0:
		r := &p.right[p.rightRow()]
		at.group, at.consumer = r.group, r.consumer
	}
	return at
}

// nodeName returns the name of a node as it is shown.
func (p *Pane) nodeName(n *node) string {
	switch n.column {
	case agents:
		return widget.Clean(p.left[p.rowOf[n.stream]].agent)
	case streams:
		return p.name(n.stream)
	case groups:
		return widget.Clean(n.group)
	default:
		return widget.Clean(n.consumer)
	}
}
