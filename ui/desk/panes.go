package desk

import (
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	eventpane "streamdesk/ui/pane/event"
	"streamdesk/ui/pane/events"
	"streamdesk/ui/pane/groups"
	"streamdesk/ui/pane/pending"
	"streamdesk/ui/pane/streams"
	"streamdesk/ui/pane/throughput"
	workflowpane "streamdesk/ui/pane/workflow"
)

// PaneID names a pane; panes are numbered on the screen from 1.
type PaneID uint8

// The panes that have a place of their own in the tree.
const (
	StreamsPane PaneID = iota
	GroupsPane
	PendingPane
	ThroughputPane
	EventsPane
	DetailPane
	WorkflowPane
)

// list is the panes, in the order of their numbers: from the stream inwards to its groups, their pending entries, the event.
var list = []struct {
	spec pane.Spec
	make func(*Options) pane.Pane
}{
	{streams.Spec, func(o *Options) pane.Pane { return streams.New(o.prefix()) }},
	{groups.Spec, func(o *Options) pane.Pane { return groups.New(o.prefix()) }},
	{pending.Spec, func(*Options) pane.Pane { return pending.New() }},
	{throughput.Spec, func(o *Options) pane.Pane { return throughput.New(o.prefix(), o.Config.Desk.ChartWindow.Std()) }},
	{events.Spec, func(o *Options) pane.Pane { return events.New(o.prefix()) }},
	{eventpane.Spec, func(*Options) pane.Pane { return eventpane.New() }},
	{workflowpane.Spec, func(o *Options) pane.Pane { return workflowpane.New(o.Config.Workflow.All()) }},
}

// paneCount is how many panes there are.
var paneCount = PaneID(len(list))

// spec is what there is to know of a pane before it is drawn.
func (id PaneID) spec() *pane.Spec { return &list[id].spec }

// paneCalled is the pane of a name; false for none.
func paneCalled(name string) (PaneID, bool) {
	for id := range paneCount {
		if id.spec().Name == name {
			return id, true
		}
	}
	return 0, false
}

// halfOf are the panes that share a tabbed half with id.
func halfOf(id PaneID) []PaneID {
	var half []PaneID
	for other := range paneCount {
		if other.spec().Lower == id.spec().Lower {
			half = append(half, other)
		}
	}
	return half
}

// panes are the panes of the desk.
type panes struct {
	all []pane.Pane
	// Those of them that the desk still has dealings with.
	streams    *streams.Pane
	groups     *groups.Pane
	pending    *pending.Pane
	throughput *throughput.Pane
	events     *events.Pane
	detail     *eventpane.Pane
	workflow   *workflowpane.Pane

	scope  pane.Scope // what is chosen
	asking []bool     // whose question is under way
}

func newPanes(o *Options) panes {
	p := panes{asking: make([]bool, paneCount)}
	for id := range paneCount {
		p.all = append(p.all, list[id].make(o))
	}
	p.streams, p.groups, p.pending = own[*streams.Pane](&p), own[*groups.Pane](&p), own[*pending.Pane](&p)
	p.throughput, p.events = own[*throughput.Pane](&p), own[*events.Pane](&p)
	p.detail, p.workflow = own[*eventpane.Pane](&p), own[*workflowpane.Pane](&p)
	return p
}

// own is the pane of that type.
func own[P pane.Pane](p *panes) (found P) {
	for _, other := range p.all {
		if is, ok := other.(P); ok {
			found = is
		}
	}
	return found
}

// pane is the pane with that number.
func (p *panes) pane(id PaneID) pane.Pane { return p.all[id] }

// refresh brings the panes in line with each other's selections and with what is known: what one chooses, those behind it
// show.
func (p *panes) refresh(d *live.Data) {
	p.scope = pane.Scope{}
	for id := range paneCount {
		if scoped, ok := p.pane(id).(pane.Scoped); ok {
			scoped.Refresh(p.scope, d)
		}
		if chooser, ok := p.pane(id).(pane.Chooser); ok {
			chooser.Choose(&p.scope)
		}
	}
}

// watched are the keys of the streams in sight.
func (p *panes) watched() []string {
	var keys []string
	for id := range paneCount {
		if watcher, ok := p.pane(id).(pane.Watcher); ok {
			keys = append(keys, watcher.Watch()...)
		}
	}
	return keys
}
