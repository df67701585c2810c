package desk

import (
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/events"
	"streamdesk/ui/pane/groups"
	"streamdesk/ui/pane/pending"
	"streamdesk/ui/pane/streams"
	"streamdesk/ui/pane/throughput"
	workflowpane "streamdesk/ui/pane/workflow"
)

// PaneID names a pane; panes are numbered on the screen from 1.
type PaneID uint8

// The panes.
const (
	StreamsPane PaneID = iota
	GroupsPane
	PendingPane
	ThroughputPane
	EventsPane
	DetailPane
	WorkflowPane
	paneCount
)

// place is where a pane stands among the others.
type place struct {
	name string
	// lower is the half of a tabbed screen for what takes more room; the upper one lists.
	lower bool
	// inward is where enter goes, and outward where esc does, which is nowhere for the pane itself.
	inward, outward PaneID
	// menu are the actions that the pane's own menu offers, in its order; an empty name draws a line.
	menu []string
}

// places is the list of the panes, in the order of their numbers: from the stream inwards to its groups, their pending
// entries, the event.
var places = [paneCount]place{
	StreamsPane: {
		name: "Streams", inward: GroupsPane, outward: StreamsPane,
		menu: []string{"open", "dead-letters", "trim", "create-group", "", "inject", "", "sort", "zoom"},
	},
	GroupsPane: {
		name: "Groups", inward: PendingPane, outward: StreamsPane,
		menu: []string{"open", "set-group-id", "delete-consumer", "create-group", "destroy-group", "", "sort", "zoom"},
	},
	PendingPane: {
		name: "Pending", inward: DetailPane, outward: GroupsPane,
		menu: []string{"open", "mark", "mark-all", "narrow", "", "ack", "claim", "republish", "dead-letter", "delete", "", "workflow", "copy", "sort", "zoom"},
	},
	ThroughputPane: {
		name: "Throughput", inward: EventsPane, outward: ThroughputPane,
		menu: []string{"chart-in", "chart-out", "", "zoom"},
	},
	EventsPane: {
		name: "Events", lower: true, inward: DetailPane, outward: EventsPane,
		menu: []string{"open", "workflow", "copy", "", "ack", "claim", "republish", "delete", "edit", "", "pin", "filter", "follow", "pause", "zoom"},
	},
	DetailPane: {
		name: "Event", lower: true, inward: DetailPane, outward: DetailPane,
		menu: []string{"open", "view", "read", "copy", "copy-path", "workflow", "pin", "", "ack", "claim", "republish", "delete", "edit", "", "zoom"},
	},
	WorkflowPane: {
		name: "Workflow", lower: true, inward: DetailPane, outward: WorkflowPane,
		menu: []string{"open", "workflow-next", "workflow-previous", "copy", "", "republish", "delete", "edit", "", "back", "zoom"},
	},
}

// halfOf are the panes that share a tabbed half with id.
func halfOf(id PaneID) []PaneID {
	var half []PaneID
	for other := range paneCount {
		if places[other].lower == places[id].lower {
			half = append(half, other)
		}
	}
	return half
}

// panes are the panes of the desk.
type panes struct {
	streams    *streams.Pane
	groups     *groups.Pane
	pending    *pending.Pane
	throughput *throughput.Pane
	events     *events.Pane
	detail     *pane.Detail
	workflow   *workflowpane.Pane

	scope pane.Scope // what is chosen
}

func newPanes(o *Options) panes {
	prefix := o.Bus.Reader().Prefix()
	p := panes{
		streams:    streams.New(prefix),
		groups:     groups.New(prefix),
		pending:    pending.New(),
		throughput: throughput.New(prefix, o.Config.Desk.ChartWindow.Std()),
		events:     events.New(prefix),
		detail:     pane.NewDetail(),
		workflow:   workflowpane.New(o.Config.Workflow.All()),
	}
	return p
}

// pane is the pane with that number.
func (p *panes) pane(id PaneID) pane.Pane {
	switch id {
	case StreamsPane:
		return p.streams
	case GroupsPane:
		return p.groups
	case PendingPane:
		return p.pending
	case ThroughputPane:
		return p.throughput
	case EventsPane:
		return p.events
	case WorkflowPane:
		return p.workflow
	default:
		return p.detail
	}
}

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
