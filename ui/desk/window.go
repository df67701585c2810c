package desk

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/desk/pinned"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// windowMsg is the result of looking up a pinned entry.
type windowMsg struct {
	asked
	window *pinned.Window
	found  subjectMsg
}

const (
	// windowWidth and windowHeight are the size of a new window where the screen has room for it: an envelope, the deliveries to
	// four groups and some lines of JSON.
	windowWidth, windowHeight = 62, 18
	// windowStep is how far a window opens below and right of the one before, whose title stays in sight.
	windowStep = 2
	// moveColumns and moveRows are how far a key moves a window.
	moveColumns, moveRows = 4, 2
	// windowsMost is the max number of windows: each asks the server once a second.
	windowsMost = 9
	// closeMark closes a window when it is clicked.
	closeMark = "✕"
	// closeWidth is the width of the area that closes a window: one cell would be hard to hit.
	closeWidth = 4
)

// pin opens the shown event in a window of its own, or raises the window that it already has.
func (d *Desk) pin() tea.Cmd {
	r := d.subject.record
	if i := d.windows.Of(r.Key()); i >= 0 {
		d.windows.Raise(i)
		d.windows.Focused = true
		d.notes.Say(notes.Warn, "this event has a window already; choose another in a list to pin it beside this one")
		return nil
	}
	w := &pinned.Window{Record: *r, Detail: d.another()}
	w.Detail.Show(r)
	body := d.tiles.Layout.Body()
	width, height := min(windowWidth, body.Width), min(windowHeight, body.Height)
	n := len(d.windows.List) * windowStep
	w.Rect = layout.Rect{X: (body.Width-width)/2 + n, Y: body.Y + (body.Height-height)/3 + n, Width: width, Height: height}
	d.windows.List, d.windows.Focused = append(d.windows.List, w), true
	return d.askWindows()
}

// another returns a new pane that shows an event.
func (d *Desk) another() pane.Viewer {
	_, id := the[pane.Viewer](&d.panes)
	viewer, _ := list[id].make(&d.options).(pane.Viewer)
	return viewer
}

// closeWindow closes the top window; keys go to the one below it, if there is one.
func (d *Desk) closeWindow() tea.Cmd {
	d.windows.Close()
	return nil
}

// nextWindow brings the lowest window to the top, and gives it the keys.
func (d *Desk) nextWindow() tea.Cmd {
	d.windows.Next()
	return nil
}

// moveWindow moves the top window by steps.
func (d *Desk) moveWindow(columns, rows int) tea.Cmd {
	d.windows.Move(columns*moveColumns, rows*moveRows, d.tiles.Layout.Body())
	return nil
}

// pressWindow handles a press on a window: the window comes to the top and gets the keys. A drag of its title moves it, one of its
// lower right corner resizes it, a left press on the mark in its corner closes it, and a right press opens the context menu.
func (d *Desk) pressWindow(i int, msg tea.MouseMsg) tea.Cmd {
	d.windows.Raise(i)
	d.windows.Focused = true
	w := d.windows.Top()
	r := w.Placed(d.tiles.Layout.Body())
	w.Rect = r
	d.pointer.press = press{x: msg.X, y: msg.Y, at: d.options.Now()}
	switch {
	case msg.Button == tea.MouseButtonRight:
		return tea.Batch(d.settle(), d.contextMenu(msg.X, msg.Y))
	case msg.Y == r.Y && msg.X >= r.X+r.Width-closeWidth:
		return tea.Batch(d.closeWindow(), d.settle())
	case msg.Y == r.Y:
		d.pointer.press.window = pinned.Title
	case msg.X >= r.X+r.Width-2 && msg.Y == r.Y+r.Height-1:
		d.pointer.press.window = pinned.Corner
	default:
		w.Detail.Click(msg.Y-r.Y-1, d.data)
	}
	return d.settle()
}

// askWindows reads the deliveries of the pinned entries, as often as that of the shown one.
func (d *Desk) askWindows() tea.Cmd {
	var cmds []tea.Cmd
	for _, w := range d.windows.List {
		if w.Asking || d.now.Sub(w.AskedAt) < deliveryEvery {
			continue
		}
		w.Asking, w.AskedAt = true, d.now
		ask := d.lookUp(w.Record.Key(), false)
		cmds = append(cmds, func() tea.Msg {
			found, _ := ask().(subjectMsg)
			return windowMsg{asked: found.asked, window: w, found: found}
		})
	}
	return tea.Batch(cmds...)
}

func (d *Desk) gotWindow(msg windowMsg) {
	msg.window.Asking = false
	msg.window.Detail.SetDelivery(msg.found.key, &msg.found.delivery, msg.found.err)
	d.drawn.valid = false
}

// windowView returns the view that a pinned event is drawn with.
func (d *Desk) windowView(w *pinned.Window, rect layout.Rect) pane.View {
	return d.view(rect, w == d.windows.Current() && !d.dialogs.modal())
}

// drawWindow draws a pinned event in its frame.
func (d *Desk) drawWindow(w *pinned.Window, rect layout.Rect) []string {
	v := d.windowView(w, rect)
	frame := w.Detail.Draw(v)
	return d.boxed(&v, rect, d.looks.Theme.Strong, d.marked(&w.Find, w.Detail, &v, &frame, widget.Box{
		Title:  "⌖ " + frame.Title + " · " + widget.Clean(strings.TrimPrefix(w.Record.Stream, d.options.Bus.Reader().Prefix())),
		Note:   frame.Note + " " + closeMark,
		Footer: v.Theme.Dim.Paint(widget.Cut("^←↑↓→ move · < > { } size · esc close", v.Width-2)), Place: frame.Place,
	}), frame.Lines)
}

func needWindow(d *Desk) string {
	if len(d.windows.List) == 0 {
		return "no event is pinned: " + d.keys.first(d.keys.named("pin")) + " pins the one that is shown"
	}
	return ""
}

func needRoomForWindow(d *Desk) string {
	if why := needSubject(d); why != "" {
		return why
	}
	if len(d.windows.List) >= windowsMost {
		return "there are as many pinned events as the desk takes: esc closes one"
	}
	return ""
}
