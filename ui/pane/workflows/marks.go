package workflows

import (
	"slices"

	"streamdesk/model/workflow"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

// Mark implements [pane.Comparer]. Max two rows are marked; a third mark drops the oldest one.
func (p *Pane) Mark(pane.Known) {
	id := p.current()
	if at := slices.Index(p.marks, id); at >= 0 {
		p.marks = slices.Delete(p.marks, at, at+1)
		return
	}
	const pair = 2
	if len(p.marks) == pair {
		p.marks = p.marks[1:]
	}
	p.selected, p.marks = id, append(p.marks, id)
}

// Pair implements [pane.Comparer].
func (p *Pane) Pair(d *live.Data) (left, right *workflow.Workflow, why string) {
	ids := slices.Clone(p.marks)
	if id := p.current(); len(ids) == 1 && id != ids[0] {
		ids = append(ids, id)
	}
	if len(ids) < 2 {
		return nil, nil, "mark one with space, and go to the other"
	}
	left, right = d.Workflows.Course(ids[0]), d.Workflows.Course(ids[1])
	if left == nil || right == nil {
		return nil, nil, "one of them was let go meanwhile"
	}
	return left, right, ""
}

// Retried implements [pane.Comparer].
func (p *Pane) Retried(d *live.Data) *workflow.Workflow {
	id := p.current()
	if slices.ContainsFunc(p.marks, func(marked string) bool { return marked != id }) {
		return nil
	}
	if w := d.Workflows.Course(id); w != nil && len(w.Retried()) > 0 {
		return w
	}
	return nil
}
