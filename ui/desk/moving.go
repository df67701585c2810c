package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/pane"
)

// pane is the pane with that number.
func (d *Desk) pane(id PaneID) pane.Pane {
	switch id {
	case StreamsPane:
		return d.streams
	case GroupsPane:
		return d.groups
	case PendingPane:
		return d.pending
	case ThroughputPane:
		return d.throughput
	case EventsPane:
		return d.events
	case WorkflowPane:
		return d.workflow
	default:
		return d.detail
	}
}

func (d *Desk) cyclePane(by int) tea.Cmd {
	return d.focusOn(PaneID((int(d.focus) + by + int(paneCount)) % int(paneCount)))
}

// move moves the cursor of the focused pane. In the events, down at the end lets in what waited.
func (d *Desk) move(m pane.Move) tea.Cmd {
	if w := d.focusedWindow(); w != nil {
		w.detail.Move(m, d.data)
		return nil
	}
	now := d.data.Now(d.now)
	older := d.readPast(m, true)
	if d.focus == EventsPane {
		switch m {
		case pane.Bottom:
			d.events.Newest(d.data, now)
			d.leavePast()
			return nil
		case pane.Down, pane.HalfDown, pane.PageDown:
			d.events.Admit(d.data, now)
		case pane.Up, pane.HalfUp, pane.PageUp, pane.Top:
		}
	}
	d.pane(d.focus).Move(m, d.data)
	return tea.Batch(older, d.readPast(m, false))
}

// leavePast forgets a reading when its entries aren't in view any more.
func (d *Desk) leavePast() {
	if loaded, _, _ := d.data.Log.Past(); !loaded {
		d.forgetPast()
	}
}

// inwards is where enter goes from a pane: from the stream to its groups, their pending entries, the event.
var inwards = map[PaneID]PaneID{
	StreamsPane: GroupsPane, GroupsPane: PendingPane, PendingPane: DetailPane, EventsPane: DetailPane, ThroughputPane: EventsPane, WorkflowPane: DetailPane,
}

func (d *Desk) enter() tea.Cmd {
	if detail := d.focusedDetail(); detail != nil {
		detail.Toggle()
		return nil
	}
	return d.focusOn(inwards[d.focus])
}

// back undoes the nearest thing: marks, zoom, the filter's error, then goes outwards.
func (d *Desk) back() tea.Cmd {
	switch {
	case d.focusedWindow() != nil:
		return d.closeWindow()
	case d.focus == PendingPane && d.pending.Unmark():
		return nil
	case d.focus == PendingPane && !d.pending.Filter().Empty() && !d.zoomed:
		return d.narrow(model.PendingFilter{})
	case d.focus == EventsPane && d.stopPast():
		return nil
	case d.zoomed:
		return d.zoom()
	case d.focus == EventsPane && d.detached():
		return d.follow()
	case d.focus == EventsPane && !d.data.Log.Filter().Empty():
		return d.setFilter("")
	case d.focus == WorkflowPane && (d.opened != "" || d.search.cancel != nil):
		return d.closeWorkflow()
	case d.focus == DetailPane:
		return d.focusOn(d.subject.source)
	case d.focus == PendingPane:
		return d.focusOn(GroupsPane)
	case d.focus == GroupsPane:
		return d.focusOn(StreamsPane)
	case len(d.windows) > 0:
		return d.closeWindow()
	}
	return nil
}

// focusedDetail is the event that keys go to, pinned or in its pane; nil when they go elsewhere.
func (d *Desk) focusedDetail() *pane.Detail {
	if w := d.focusedWindow(); w != nil {
		return w.detail
	}
	if d.focus == DetailPane {
		return d.detail
	}
	return nil
}

// shownDetail is the event that is looked at: the pinned one with the keys, else the one in the pane.
func (d *Desk) shownDetail() *pane.Detail {
	if w := d.focusedWindow(); w != nil {
		return w.detail
	}
	return d.detail
}

func (d *Desk) zoom() tea.Cmd {
	d.zoomed = !d.zoomed
	d.place()
	return nil
}

func (d *Desk) follow() tea.Cmd {
	if d.events.Paused() {
		d.pauseScreen(false)
	}
	d.events.Follow(d.data, d.data.Now(d.now))
	d.leavePast()
	d.subject.follow(EventsPane)
	return nil
}

// detached says whether what the events show isn't joined on to the newest, as after a jump.
func (d *Desk) detached() bool {
	_, _, detached := d.data.Log.Past()
	return detached
}

func (d *Desk) pause() tea.Cmd {
	d.pauseScreen(!d.events.Paused())
	return nil
}

func (d *Desk) pauseScreen(paused bool) {
	d.data.Freeze(paused)
	d.events.SetPaused(paused, d.data, d.data.Now(d.now))
}

// sort puts the rows of the focused pane in another order; where there is nothing to sort, those of the streams.
func (d *Desk) sort() tea.Cmd {
	sortable, ok := d.pane(d.focus).(pane.Sortable)
	if !ok {
		sortable = d.streams
	}
	sortable.NextSort(d.data)
	return nil
}
