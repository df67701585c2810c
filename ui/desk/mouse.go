package desk

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
)

// press is the mouse button that is held down, and the one before it.
type press struct {
	x, y int
	at   time.Time
	// edge is what a drag moves, and grip how far from the edge's own cell it was taken.
	edge edge
	grip int
	// window is what of the top window is held.
	window hold
}

const (
	// wheelStep is how many rows one notch of the wheel moves: what terminals themselves do.
	wheelStep = 3
	// doubleClick is how soon the second press has to come: what desktops take by default.
	doubleClick = 400 * time.Millisecond
)

// mouse routes what the mouse does: to the top dialog, else to what lies under the pointer.
func (d *Desk) mouse(msg tea.MouseMsg) tea.Cmd {
	if d.layout.TooSmall {
		return nil
	}
	switch msg.Action {
	case tea.MouseActionMotion:
		return d.drag(msg)
	case tea.MouseActionRelease:
		d.press.edge, d.press.window = edgeNone, holdNothing
		return nil
	case tea.MouseActionPress:
	}
	switch {
	case len(d.dialogs) > 0:
		return d.mouseInDialog(msg)
	case msg.Button == tea.MouseButtonWheelUp, msg.Button == tea.MouseButtonWheelDown:
		return d.wheel(msg)
	case msg.Button == tea.MouseButtonLeft:
		return d.leftPress(msg)
	case msg.Button == tea.MouseButtonRight:
		return d.rightPress(msg)
	}
	return nil
}

// wheel scrolls what is under the pointer; the focus stays.
func (d *Desk) wheel(msg tea.MouseMsg) tea.Cmd {
	d.drawn.all()
	m := pane.Up
	if msg.Button == tea.MouseButtonWheelDown {
		m = pane.Down
	}
	if i := d.windowAt(msg.X, msg.Y); i >= 0 {
		for range wheelStep {
			d.windows[i].detail.Move(m, d.data)
		}
		return nil
	}
	id, ok := d.layout.at(msg.X, msg.Y)
	if !ok {
		return nil
	}
	focus, onWindow := d.focus, d.onWindow
	d.focus, d.onWindow = id, false
	var cmds []tea.Cmd
	for range wheelStep {
		cmds = append(cmds, d.move(m))
	}
	d.focus, d.onWindow = focus, onWindow
	return tea.Batch(append(cmds, d.settle())...)
}

// leftPress opens a menu, takes hold of an edge, brings a tab to the front, sorts by a column, or puts the focus and the
// cursor where it is. The second of two quick ones opens what is there.
func (d *Desk) leftPress(msg tea.MouseMsg) tea.Cmd {
	if m := menuAt(msg.X); msg.Y == 0 && m != menuNone {
		return d.openMenu(m)
	}
	d.drawn.all()
	if i := d.windowAt(msg.X, msg.Y); i >= 0 {
		return d.pressWindow(i, msg)
	}
	id, ok := d.layout.at(msg.X, msg.Y)
	if !ok {
		return nil
	}
	now := d.options.Now()
	again := d.press.x == msg.X && d.press.y == msg.Y && now.Sub(d.press.at) < doubleClick
	d.press = press{x: msg.X, y: msg.Y, at: now, edge: d.layout.edgeAt(msg.X, msg.Y)}
	if d.press.edge != edgeNone {
		d.press.grip = d.alongEdge(d.press.edge, msg.X, msg.Y)
	}
	rect := d.layout.Panes[id]
	if msg.Y == rect.Y && d.layout.Tabbed && !d.zoomed {
		if tab, ok := d.tabAt(id, msg.X-rect.X); ok {
			return d.focusOn(tab)
		}
	}
	cmd := d.focusOn(id)
	if again {
		d.press.at = time.Time{} // a third one begins anew
		return tea.Batch(cmd, d.openAt(id, msg))
	}
	line := msg.Y - rect.Y - 1
	if sortable, ok := d.pane(id).(pane.Sortable); ok && line == 0 && sortable.SortAt(msg.X-rect.X-1, d.data) {
		return tea.Batch(cmd, d.settle())
	}
	d.pane(id).Click(line, d.data)
	return tea.Batch(cmd, d.settle())
}

// openAt is the second press of a double one: on a pane's title it zooms, on a row it opens it.
func (d *Desk) openAt(id PaneID, msg tea.MouseMsg) tea.Cmd {
	rect := d.layout.Panes[id]
	switch {
	case msg.Y == rect.Y:
		return d.zoom()
	case msg.Y > rect.Y+1 || id == DetailPane:
		return tea.Batch(d.enter(), d.settle())
	}
	return nil
}

// rightPress puts the focus and the cursor where it is, and offers what can be done there.
func (d *Desk) rightPress(msg tea.MouseMsg) tea.Cmd {
	d.drawn.all()
	if i := d.windowAt(msg.X, msg.Y); i >= 0 {
		return d.pressWindow(i, msg)
	}
	id, ok := d.layout.at(msg.X, msg.Y)
	if !ok {
		return nil
	}
	cmd := d.focusOn(id)
	if line := msg.Y - d.layout.Panes[id].Y - 1; line > 0 {
		d.pane(id).Click(line, d.data)
	}
	return tea.Batch(cmd, d.settle(), d.contextMenu(msg.X, msg.Y))
}

// drag moves the edge that is held.
func (d *Desk) drag(msg tea.MouseMsg) tea.Cmd {
	if len(d.dialogs) > 0 {
		return nil
	}
	if d.press.window != holdNothing {
		d.drawn.all()
		d.dragWindow(msg)
		return nil
	}
	if d.press.edge == edgeNone {
		return nil
	}
	_, _, at, _ := d.layout.divides(d.press.edge)
	if by := d.alongEdge(d.press.edge, msg.X, msg.Y) - d.press.grip; by != 0 {
		d.moveEdge(d.press.edge, at+by)
	}
	return nil
}

// alongEdge is how far behind an edge a cell lies, in the direction that the edge is moved in.
func (d *Desk) alongEdge(e edge, x, y int) int {
	from, _, at, upright := d.layout.divides(e)
	if upright {
		return x - from - at
	}
	return y - from - at
}

// mouseInDialog gives the top dialog the wheel, and a click on its own cells.
func (d *Desk) mouseInDialog(msg tea.MouseMsg) tea.Cmd {
	top := d.dialogs[len(d.dialogs)-1]
	d.drawn.all()
	rect, _ := d.dialogRect(top)
	pressed := msg.Button == tea.MouseButtonLeft || msg.Button == tea.MouseButtonRight
	switch {
	case pressed && d.menuIsOpen() && !rect.contains(msg.X, msg.Y):
		return d.menuMouse(msg)
	case msg.Button != tea.MouseButtonLeft:
		return d.toDialog(msg)
	}
	clicker, ok := top.(dialog.Clicker)
	if !ok || !rect.contains(msg.X, msg.Y) {
		return nil
	}
	cmd, done := clicker.Click(msg.X-rect.X, msg.Y-rect.Y)
	if done {
		d.closeTop()
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

// toggleMouse gives the mouse back to the terminal, so that it selects text, or takes it again.
func (d *Desk) toggleMouse() tea.Cmd {
	d.mouseOff = !d.mouseOff
	if d.mouseOff {
		d.status.say(levelGood, "the terminal has the mouse: it selects text as usual")
		return tea.DisableMouse
	}
	d.status.say(levelGood, "the desk has the mouse")
	return tea.EnableMouseCellMotion
}
