package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/pane"
	eventpane "streamdesk/ui/pane/event"
)

func (d *Desk) cyclePane(by int) tea.Cmd { return d.focusOn(d.tiles.next(by)) }

// move moves the cursor of the focused pane. In the events, down at the end lets in what waited.
func (d *Desk) move(m pane.Move) tea.Cmd {
	if w := d.windows.current(); w != nil {
		w.detail.Move(m, d.data)
		return nil
	}
	now := d.data.Now(d.now)
	older := d.readPast(m, true)
	if d.tiles.focus == EventsPane {
		switch m {
		case pane.Bottom:
			d.panes.events.Newest(d.data, now)
			d.leavePast()
			return nil
		case pane.Down, pane.HalfDown, pane.PageDown:
			d.panes.events.Admit(d.data, now)
		case pane.Up, pane.HalfUp, pane.PageUp, pane.Top:
		}
	}
	d.panes.pane(d.tiles.focus).Move(m, d.data)
	return tea.Batch(older, d.readPast(m, false))
}

// leavePast forgets a reading when its entries aren't in view any more.
func (d *Desk) leavePast() {
	if loaded, _, _ := d.data.Log.Past(); !loaded {
		d.forgetPast()
	}
}

func (d *Desk) enter() tea.Cmd {
	if detail := d.focusedDetail(); detail != nil {
		if detail.Toggle() {
			return nil
		}
		return d.readWhole()
	}
	if inward, ok := paneCalled(d.tiles.focus.spec().Inward); ok {
		return d.focusOn(inward)
	}
	return nil
}

// back undoes the nearest thing: marks, zoom, the filter's error, then goes outwards.
func (d *Desk) back() tea.Cmd {
	switch {
	case d.windows.current() != nil:
		return d.closeWindow()
	case d.tiles.focus == PendingPane && d.panes.pending.Unmark():
		return nil
	case d.tiles.focus == PendingPane && !d.panes.pending.Filter().Empty() && !d.tiles.zoomed:
		return d.narrow(model.PendingFilter{})
	case d.tiles.focus == EventsPane && d.stopPast():
		return nil
	case d.tiles.zoomed:
		return d.zoom()
	case d.tiles.focus == EventsPane && d.detached():
		return d.follow()
	case d.tiles.focus == EventsPane && !d.data.Log.Filter().Empty():
		return d.setFilter("")
	case d.tiles.focus == WorkflowPane && (d.course.opened != "" || d.course.search.cancel != nil):
		return d.closeWorkflow()
	case d.tiles.focus == DetailPane:
		return d.focusOn(d.subject.source)
	}
	if outward, ok := paneCalled(d.tiles.focus.spec().Outward); ok {
		return d.focusOn(outward)
	}
	if len(d.windows.list) > 0 {
		return d.closeWindow()
	}
	return nil
}

// focusedDetail is the event that keys go to, pinned or in its pane; nil when they go elsewhere.
func (d *Desk) focusedDetail() *eventpane.Pane {
	if w := d.windows.current(); w != nil {
		return w.detail
	}
	if d.tiles.focus == DetailPane {
		return d.panes.detail
	}
	return nil
}

// shownDetail is the event that is looked at: the pinned one with the keys, else the one in the pane.
func (d *Desk) shownDetail() *eventpane.Pane {
	if w := d.windows.current(); w != nil {
		return w.detail
	}
	return d.panes.detail
}

func (d *Desk) zoom() tea.Cmd {
	d.tiles.zoomed = !d.tiles.zoomed
	d.place()
	return nil
}

func (d *Desk) follow() tea.Cmd {
	if d.data.Log.Paused() {
		d.pauseScreen(false)
	}
	d.panes.events.Follow(d.data, d.data.Now(d.now))
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
	d.pauseScreen(!d.data.Log.Paused())
	return nil
}

func (d *Desk) pauseScreen(paused bool) {
	d.panes.events.Pause(paused, d.data, d.data.Now(d.now))
}

// sort puts the rows of the focused pane in another order; where there is nothing to sort, those of the first pane that has.
func (d *Desk) sort() tea.Cmd {
	sortable, ok := d.panes.pane(d.tiles.focus).(pane.Sortable)
	for id := PaneID(0); !ok; id++ {
		sortable, ok = d.panes.pane(id).(pane.Sortable)
	}
	sortable.Order().Next()
	sortable.Sort(d.data)
	return nil
}
