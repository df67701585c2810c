package desk

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/menubar"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/desk/pinned"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
)

// pointer is the state of the mouse.
type pointer struct {
	press press
	off   bool // the terminal has the mouse
}

// press is the last press of a mouse button, and what is dragged while the button is held.
type press struct {
	x, y int
	at   time.Time
	// edge is the edge that a drag moves, grip the distance of the pressed cell from the edge's own.
	edge layout.Edge
	grip int
	// window is the part of the top window that is held.
	window pinned.Hold
}

const (
	// wheelStep is the number of rows that one notch of the wheel scrolls, as in terminals.
	wheelStep = 3
	// doubleClick is the max time between the presses of a double click: the usual default of desktops.
	doubleClick = 400 * time.Millisecond
)

// mouse passes a mouse event to the top dialog, or else to what is under the pointer.
func (d *Desk) mouse(msg tea.MouseMsg) tea.Cmd {
	if d.tiles.Layout.TooSmall {
		return nil
	}
	switch msg.Action {
	case tea.MouseActionMotion:
		return d.drag(msg)
	case tea.MouseActionRelease:
		d.pointer.press.edge, d.pointer.press.window = layout.EdgeNone, pinned.Nothing
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

// wheel scrolls what is under the pointer; the focus stays, and so does the cursor.
func (d *Desk) wheel(msg tea.MouseMsg) tea.Cmd {
	d.drawn.all()
	by := wheelStep
	if msg.Button == tea.MouseButtonWheelUp {
		by = -wheelStep
	}
	if i := d.windows.At(msg.X, msg.Y, d.tiles.Layout.Body()); i >= 0 {
		pane.ScrollBy(d.windows.List[i].Detail, by, d.known())
		return nil
	}
	id, ok := d.tiles.Layout.At(msg.X, msg.Y)
	if !ok {
		return nil
	}
	pane.ScrollBy(d.panes.pane(id), by, d.known())
	return d.settle()
}

// leftPress opens a menu, grabs an edge, brings a tab to the front, sorts by a column, or moves the focus and the cursor to the
// pointer. The second press of a double click opens what is there.
func (d *Desk) leftPress(msg tea.MouseMsg) tea.Cmd {
	if m := menubar.At(msg.X); msg.Y == 0 && m != menubar.None && !d.tiles.Layout.Single {
		return d.openMenu(m)
	}
	d.drawn.all()
	if i := d.windows.At(msg.X, msg.Y, d.tiles.Layout.Body()); i >= 0 {
		return d.pressWindow(i, msg)
	}
	id, ok := d.tiles.Layout.At(msg.X, msg.Y)
	if !ok {
		return nil
	}
	now := d.options.Now()
	again := d.pointer.press.x == msg.X && d.pointer.press.y == msg.Y && now.Sub(d.pointer.press.at) < doubleClick
	d.pointer.press = press{x: msg.X, y: msg.Y, at: now, edge: d.tiles.Layout.EdgeAt(msg.X, msg.Y)}
	if d.pointer.press.edge != layout.EdgeNone {
		d.pointer.press.grip = d.tiles.Layout.Along(d.pointer.press.edge, msg.X, msg.Y)
	}
	rect := d.tiles.Layout.Panes[id]
	if msg.Y == rect.Y && d.tiles.Layout.Tabbed && !d.tiles.Zoomed && d.tiles.In.Holds(id) {
		if tab, ok := tabAt(d.tiles.In, id, msg.X-rect.X); ok {
			return d.choosePane(tab)
		}
	}
	cmd := d.choosePane(id)
	if again {
		d.pointer.press.at = time.Time{} // a third press starts a new double click
		return tea.Batch(cmd, d.openAt(id, msg))
	}
	line := msg.Y - rect.Y - 1
	if sortable, ok := d.panes.pane(id).(pane.Sortable); ok && line == 0 && sortable.Order().At(msg.X-rect.X-1) {
		sortable.Sort(d.data)
		return tea.Batch(cmd, d.settle())
	}
	if timeline, ok := d.panes.pane(id).(pane.Timeline); ok && line >= 0 {
		if at, ok := timeline.TimeAt(msg.X - rect.X - 1); ok {
			return tea.Batch(cmd, d.toPast(at))
		}
	}
	pane.ClickAt(d.panes.pane(id), msg.X-rect.X-1, line, d.data)
	return tea.Batch(cmd, d.settle())
}

// openAt handles the second press of a double click: on a pane's title it zooms the pane, on a row it opens the row.
func (d *Desk) openAt(id layout.PaneID, msg tea.MouseMsg) tea.Cmd {
	rect := d.tiles.Layout.Panes[id]
	switch {
	case msg.Y == rect.Y:
		return d.zoom()
	case msg.Y > rect.Y+1 || d.focusedDetail() != nil:
		return tea.Batch(d.enter(), d.settle())
	}
	return nil
}

// rightPress moves the focus and the cursor to the pointer, and opens the context menu there.
func (d *Desk) rightPress(msg tea.MouseMsg) tea.Cmd {
	d.drawn.all()
	if i := d.windows.At(msg.X, msg.Y, d.tiles.Layout.Body()); i >= 0 {
		return d.pressWindow(i, msg)
	}
	id, ok := d.tiles.Layout.At(msg.X, msg.Y)
	if !ok {
		return nil
	}
	cmd := d.choosePane(id)
	if rect := d.tiles.Layout.Panes[id]; msg.Y > rect.Y+1 {
		pane.ClickAt(d.panes.pane(id), msg.X-rect.X-1, msg.Y-rect.Y-1, d.data)
	}
	return tea.Batch(cmd, d.settle(), d.contextMenu(msg.X, msg.Y))
}

// drag moves or resizes the window that is held, or moves the edge that is held.
func (d *Desk) drag(msg tea.MouseMsg) tea.Cmd {
	if len(d.dialogs) > 0 {
		return nil
	}
	if d.pointer.press.window != pinned.Nothing {
		d.drawn.all()
		p := &d.pointer.press
		d.windows.Drag(p.window, msg.X-p.x, msg.Y-p.y, d.tiles.Layout.Body())
		p.x, p.y = msg.X, msg.Y
		return nil
	}
	if d.pointer.press.edge == layout.EdgeNone {
		return nil
	}
	if d.tiles.Drag(d.pointer.press.edge, d.pointer.press.grip, msg.X, msg.Y) {
		d.drawn.all()
	}
	return nil
}

// mouseInDialog passes the wheel, and a left click inside it, to the top dialog. A press outside an open menu goes to menuMouse.
func (d *Desk) mouseInDialog(msg tea.MouseMsg) tea.Cmd {
	top := d.dialogs.top()
	d.drawn.all()
	rect, _ := d.dialogRect(top)
	pressed := msg.Button == tea.MouseButtonLeft || msg.Button == tea.MouseButtonRight
	switch {
	case pressed && d.dialogs.menu() != nil && !rect.Contains(msg.X, msg.Y):
		return d.menuMouse(msg)
	case msg.Button != tea.MouseButtonLeft:
		return d.toDialog(msg)
	}
	clicker, ok := top.(dialog.Clicker)
	if !ok || !rect.Contains(msg.X, msg.Y) {
		return nil
	}
	cmd, done := clicker.Click(msg.X-rect.X, msg.Y-rect.Y)
	if done {
		d.closeTop()
	}
	return d.line.audit.Watch(cmd)
}

// toggleMouse gives the mouse to the terminal, so that it can select text, or back to the desk.
func (d *Desk) toggleMouse() tea.Cmd {
	d.pointer.off = !d.pointer.off
	if d.pointer.off {
		d.notes.Say(notes.Good, "the terminal has the mouse: it selects text as usual")
		return tea.DisableMouse
	}
	d.notes.Say(notes.Good, "the desk has the mouse")
	return tea.EnableMouseCellMotion
}
