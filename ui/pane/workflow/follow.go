package workflow

import (
	"context"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

// Accompany implements [pane.Course]: unless a workflow was opened, the pane goes with the entry that is shown.
func (p *Pane) Accompany(r *model.Record, d *live.Data) bool {
	id := p.opened
	if id == "" && r != nil {
		id = r.Event.WorkflowID
	}
	if id == "" || p.course != nil && p.course.ID() == id {
		return false // of an event without a workflow: the one before may still be of use
	}
	p.Show(id)
	p.Add(d.Log.OfWorkflow(id))
	return true
}

// Open implements [pane.Course]: the workflow's course stays in the pane, the events are narrowed to it, and its older events
// are looked for.
func (p *Pane) Open(id string, at *model.Key, k pane.Known) pane.Effect {
	p.opened = id
	p.Accompany(nil, k.Data)
	p.pinned = at
	p.search(k.Data)
	narrowed := filterOf(p.opened)
	return pane.Effect{Filter: &narrowed, Focus: Spec.Name}
}

// eventsPane is the name of the pane of the events that the workflow is taken from.
const eventsPane = "Events"

// filterOf is the filter that lets through the events of a workflow.
func filterOf(id string) string { return "wf:" + filter.Quote(id) }

// Back implements [pane.Backer]: it stops the search for older events; without one it lets the pane go with the events again,
// and takes their filter back.
func (p *Pane) Back(zoomed bool, k pane.Known) (pane.Effect, bool) {
	switch {
	case zoomed || p.opened == "" && p.walk == nil:
		return pane.Effect{}, false
	case p.walk != nil:
		p.stop()
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

// found is one step of the search for older events.
type found struct {
	page observe.HistoryPage
	err  error
}

// search looks through all streams for older events of the workflow that is opened.
func (p *Pane) search(d *live.Data) {
	p.stop()
	query := observe.HistoryQuery{Workflow: p.opened, Streams: d.Readable()}
	if len(query.Streams) == 0 {
		return
	}
	p.history = HistoryState{Running: true}
	p.walk = &pane.Walk{Read: func(ctx context.Context, r *observe.Reader, step func(any) bool) {
		for page, err := range r.History(ctx, query) {
			if !step(found{page, err}) {
				return
			}
		}
	}}
}

// stop ends the search that is under way.
func (p *Pane) stop() { p.walk, p.history.Running = nil, false }

// Walk implements [pane.Walker].
func (p *Pane) Walk() *pane.Walk { return p.walk }

// Step implements [pane.Walker].
func (p *Pane) Step(step any, _ pane.Known) pane.Effect {
	h := &p.history
	s, more := step.(found)
	if !more {
		h.Done = h.Err == nil
		p.stop()
		return pane.Effect{}
	}
	if h.Err = s.err; s.err == nil {
		h.Scanned, h.Found = s.page.Scanned, s.page.Found
		if !s.page.Back.IsZero() {
			h.Oldest = s.page.Back.Time()
		}
		p.Add(s.page.Records)
	}
	return pane.Effect{}
}
