package desk

import (
	"streamdesk/ui/pane"
)

// panes are the panes of the desk.
type panes struct {
	streams    *pane.Streams
	groups     *pane.Groups
	pending    *pane.Pending
	throughput *pane.Throughput
	events     *pane.Events
	detail     *pane.Detail
	workflow   *pane.Workflow
}

func newPanes(o *Options) panes {
	prefix := o.Bus.Reader().Prefix()
	p := panes{
		streams:    pane.NewStreams(prefix),
		groups:     pane.NewGroups(prefix),
		pending:    pane.NewPending(),
		throughput: pane.NewThroughput(prefix, o.Config.Desk.ChartWindow.Std()),
		events:     pane.NewEvents(prefix),
		detail:     pane.NewDetail(),
		workflow:   pane.NewWorkflow(),
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
