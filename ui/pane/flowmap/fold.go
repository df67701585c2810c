package flowmap

import (
	"maps"
	"slices"
)

// agentFold and groupFold return what is remembered of a folded agent, and of a folded group.
func agentFold(name string) string { return "agent:" + name }
func groupFold(name string) string { return "group:" + name }

// Fold implements [pane.Folder]: it folds or unfolds the streams of an agent, or the consumers of a group. A stream is folded with those
// of its agent, a consumer with those of its group.
func (p *Pane) Fold() {
	var what string
	switch {
	case p.at.column <= streams && len(p.left) > 0:
		row := p.leftRow()
		p.putLeft(row)
		what, p.at.column = agentFold(p.left[row].agent), agents
	case p.at.column >= groups && len(p.right) > 0:
		row := p.rightRow()
		p.at.group = p.right[row].group
		what, p.at.column, p.at.consumer = groupFold(p.at.group), groups, ""
	default:
		return
	}
	p.setFold(what, !p.folds[what])
}

func (p *Pane) setFold(what string, folded bool) {
	if folded {
		p.folds[what] = true
	} else {
		delete(p.folds, what)
	}
	if p.snapshot != nil {
		p.arrange()
	}
}

// Folds implements [pane.Folder].
func (p *Pane) Folds() []string { return slices.Sorted(maps.Keys(p.folds)) }

// TakeFolds implements [pane.Folder].
func (p *Pane) TakeFolds(folds []string) {
	clear(p.folds)
	for _, what := range folds {
		p.folds[what] = true
	}
	if p.snapshot != nil {
		p.arrange()
	}
}
