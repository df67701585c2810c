package workflow

import (
	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

// Accompany implements [pane.Course]: unless a workflow was opened, the pane shows the workflow of the shown entry.
func (p *Pane) Accompany(r *model.Record, d *live.Data) bool {
	id := p.opened
	if id == "" && r != nil {
		id = r.Event.WorkflowID
	}
	if id == "" || p.course != nil && p.course.ID() == id {
		return false // of an event without a workflow: the one before may still be of use
	}
	p.Show(id)
	kept := d.Log.OfWorkflow(id)
	if s := d.Workflows.Find(id); s != nil && s.Events > int64(len(kept)) && p.course.Len() == 0 {
		p.course = d.Workflows.Course(id) // whose events have left the log, or were before it
	}
	p.Add(kept)
	return true
}

// Rewound implements [pane.Rewinder].
func (p *Pane) Rewound(d *live.Data) {
	p.history.Stop()
	p.Show("")
	p.course = nil
	p.Accompany(nil, d)
}

// Open implements [pane.Course]: the workflow's course stays in the pane, the filter of the events is set to it, and the search
// for its older events begins.
func (p *Pane) Open(id string, at *model.Key, k pane.Known) pane.Effect {
	p.opened = id
	p.Accompany(nil, k.Data)
	p.pinned = at
	p.history.Begin(id, k.Data)
	narrowed := filterOf(p.opened)
	return pane.Effect{Filter: &narrowed, Focus: Spec.Name}
}

// eventsPane is the name of the pane that lists the workflow's events.
const eventsPane = "Events"

// filterOf returns the filter that passes the events of a workflow.
func filterOf(id string) string { return "wf:" + filter.Quote(id) }

// Back implements [pane.Backer]: it stops the search for older events. When none is running, the pane goes with the events
// again, and their filter is removed.
func (p *Pane) Back(zoomed bool, k pane.Known) (pane.Effect, bool) {
	switch {
	case zoomed || p.opened == "" && !p.history.Running:
		return pane.Effect{}, false
	case p.history.Running:
		p.history.Stop()
		return pane.Effect{}, true
	}
	effect := pane.Effect{Focus: eventsPane}
	if k.Data.Log.Filter().String() == filterOf(p.opened) {
		effect.Filter = new(string)
	}
	p.opened = ""
	return effect, true
}

// Onward implements [pane.Course].
func (p *Pane) Onward(from model.Key, later bool) bool {
	if p.course == nil {
		return false
	}
	at, found := p.course.Find(from)
	switch {
	case !later:
		at--
	case found:
		at++
	}
	key, ok := p.event(at)
	if ok {
		p.Select(key)
	}
	return ok
}

// Any implements [pane.Course].
func (p *Pane) Any() bool { return p.course != nil }

// Hear implements [pane.Hearer].
func (p *Pane) Hear(records []model.Record) bool { return p.Add(records) }

// Walk implements [pane.Walker].
func (p *Pane) Walk() *pane.Walk { return p.history.Walk() }

// Step implements [pane.Walker].
func (p *Pane) Step(step any, _ pane.Known) pane.Effect {
	p.Add(p.history.Step(step))
	return pane.Effect{}
}

// Workflow implements [pane.Coursed].
func (p *Pane) Workflow() string {
	if p.course == nil {
		return ""
	}
	return p.course.ID()
}
