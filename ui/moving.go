package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/dialog"
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
	now := d.data.Now(d.now)
	if d.focus == EventsPane {
		switch m {
		case pane.Bottom:
			d.events.Newest(d.data, now)
			return nil
		case pane.Down, pane.HalfDown, pane.PageDown:
			d.events.Admit(d.data, now)
		case pane.Up, pane.HalfUp, pane.PageUp, pane.Top:
		}
	}
	d.pane(d.focus).Move(m, d.data)
	return nil
}

// inwards is where enter goes from a pane: from the stream to its groups, their pending entries, the event.
var inwards = map[PaneID]PaneID{
	StreamsPane: GroupsPane, GroupsPane: PendingPane, PendingPane: DetailPane, EventsPane: DetailPane, ThroughputPane: EventsPane, WorkflowPane: DetailPane,
}

func (d *Desk) enter() tea.Cmd {
	if d.focus == DetailPane {
		d.detail.Toggle()
		return nil
	}
	return d.focusOn(inwards[d.focus])
}

// back undoes the nearest thing: marks, zoom, the filter's error, then goes outwards.
func (d *Desk) back() tea.Cmd {
	switch {
	case d.focus == PendingPane && d.pending.Unmark():
		return nil
	case d.zoomed:
		return d.zoom()
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
	}
	return nil
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
	d.subject.follow(EventsPane)
	return nil
}

func (d *Desk) pause() tea.Cmd {
	d.pauseScreen(!d.events.Paused())
	return nil
}

func (d *Desk) pauseScreen(paused bool) {
	d.data.Freeze(paused)
	d.events.SetPaused(paused, d.data, d.data.Now(d.now))
}

// wheelStep is how many rows one notch of the wheel moves: what terminals themselves do.
const wheelStep = 3

// mouse focuses and selects with a click, and scrolls what is under the pointer with the wheel.
func (d *Desk) mouse(msg tea.MouseMsg) tea.Cmd {
	if d.layout.TooSmall || msg.Action != tea.MouseActionPress {
		return nil
	}
	if len(d.dialogs) > 0 {
		return d.mouseInDialog(msg)
	}
	id, ok := d.layout.at(msg.X, msg.Y)
	if !ok {
		return nil
	}
	d.drawn.all()
	switch msg.Button {
	case tea.MouseButtonWheelUp, tea.MouseButtonWheelDown:
		m := pane.Up
		if msg.Button == tea.MouseButtonWheelDown {
			m = pane.Down
		}
		focus := d.focus
		d.focus = id
		for range wheelStep {
			d.move(m)
		}
		d.focus = focus
		return d.settle()
	case tea.MouseButtonLeft:
		rect := d.layout.Panes[id]
		if msg.Y == rect.Y && d.layout.Tabbed && !d.zoomed {
			if tab, ok := d.tabAt(id, msg.X-rect.X); ok {
				return d.focusOn(tab)
			}
		}
		cmd := d.focusOn(id)
		d.pane(id).Click(msg.Y-rect.Y-1, d.data)
		return tea.Batch(cmd, d.settle())
	}
	return nil
}

// mouseInDialog gives the top dialog the wheel, and a click on its own cells.
func (d *Desk) mouseInDialog(msg tea.MouseMsg) tea.Cmd {
	top := d.dialogs[len(d.dialogs)-1]
	d.drawn.all()
	if msg.Button != tea.MouseButtonLeft {
		return d.toDialog(msg)
	}
	clicker, ok := top.(dialog.Clicker)
	rect, _ := d.dialogRect(top)
	if !ok || !rect.contains(msg.X, msg.Y) {
		return nil
	}
	cmd, done := clicker.Click(msg.X-rect.X, msg.Y-rect.Y)
	if done {
		d.dialogs = d.dialogs[:len(d.dialogs)-1]
	}
	return d.audit.watch(cmd)
}

// tabAt is the tab at column x of a tabbed frame's top edge.
func (d *Desk) tabAt(front PaneID, x int) (PaneID, bool) {
	at := 2
	for _, id := range halfOf(front) {
		width := len(tabTitle(id))
		if x >= at && x < at+width {
			return id, true
		}
		at += width + 1
	}
	return 0, false
}
