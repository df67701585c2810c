package desk

import (
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// window is an event that was pinned: it floats above the panes and stays on its entry, whatever becomes of the stream,
// of the log and of the cursor.
type window struct {
	record model.Record
	detail *pane.Detail
	// rect is where it was put; what the screen has room for is worked out when it is drawn.
	rect Rect
	// askedAt is when its delivery was asked for last; asking is under way until the answer comes.
	askedAt time.Time
	asking  bool
}

// windowMsg is what was found out about a pinned entry.
type windowMsg struct {
	asked
	window *window
	found  subjectMsg
}

const (
	// windowWidth and windowHeight are a window's size where the screen has room for it: an envelope, the deliveries of
	// four groups and some lines of JSON.
	windowWidth, windowHeight = 62, 18
	// windowStep is how far below and right of the one before a window opens, so that its title stays in sight.
	windowStep = 2
	// moveColumns and moveRows are how far a key moves a window.
	moveColumns, moveRows = 4, 2
	// windowsMost bounds how many there are: each asks the server once a second.
	windowsMost = 9
	// closeMark closes a window when it is clicked.
	closeMark = "✕"
	// closeWidth is the mark with the edge beside it: nobody hits one cell.
	closeWidth = 4
)

// pin puts the event that is shown into a window of its own.
func (d *Desk) pin() tea.Cmd {
	r := d.subject.record
	w := &window{record: *r, detail: pane.NewDetail()}
	w.detail.PayloadField = d.options.Config.Envelope.Payload
	w.detail.Show(r)
	body := d.layout.body()
	width, height := min(windowWidth, body.Width), min(windowHeight, body.Height)
	n := len(d.windows) * windowStep
	w.rect = Rect{(body.Width-width)/2 + n, body.Y + (body.Height-height)/3 + n, width, height}
	d.windows, d.onWindow = append(d.windows, w), true
	return d.askWindows()
}

// topWindow is the one that floats above the others, nil when there is none.
func (d *Desk) topWindow() *window {
	if len(d.windows) == 0 {
		return nil
	}
	return d.windows[len(d.windows)-1]
}

// focusedWindow is the top window when keys go to it, else nil.
func (d *Desk) focusedWindow() *window {
	if !d.onWindow {
		return nil
	}
	return d.topWindow()
}

// closeWindow takes the top window away; keys go to the one below it, if there is one.
func (d *Desk) closeWindow() tea.Cmd {
	d.windows = d.windows[:len(d.windows)-1]
	d.onWindow = d.onWindow && len(d.windows) > 0
	return nil
}

// nextWindow brings the lowest window to the top, and gives it the keys. With the keys on a pane, the top one gets them
// first.
func (d *Desk) nextWindow() tea.Cmd {
	if d.onWindow {
		d.raise(0)
	}
	d.onWindow = true
	return nil
}

// raise brings a window to the top.
func (d *Desk) raise(i int) {
	w := d.windows[i]
	d.windows = append(append(d.windows[:i:i], d.windows[i+1:]...), w)
}

// moveWindow moves the top window.
func (d *Desk) moveWindow(columns, rows int) tea.Cmd {
	w := d.topWindow()
	w.rect = d.placed(w)
	w.rect.X += columns * moveColumns
	w.rect.Y += rows * moveRows
	w.rect = d.placed(w)
	return nil
}

// resizeWindow makes the top window larger or smaller at its lower right corner.
func (d *Desk) resizeWindow(columns, rows int) {
	w := d.topWindow()
	w.rect = d.placed(w)
	w.rect.Width = max(w.rect.Width+columns, leastColumns)
	w.rect.Height = max(w.rect.Height+rows, leastRows)
	w.rect = d.placed(w)
}

// placed is where a window stands on the screen as it is: moved, and made smaller, as far as it must be to be seen whole.
func (d *Desk) placed(w *window) Rect {
	body := d.layout.body()
	r := w.rect
	r.Width, r.Height = max(min(r.Width, body.Width), 0), max(min(r.Height, body.Height), 0)
	r.X = max(min(r.X, body.X+body.Width-r.Width), body.X)
	r.Y = max(min(r.Y, body.Y+body.Height-r.Height), body.Y)
	return r
}

// windowAt is the uppermost window under a cell, -1 for none.
func (d *Desk) windowAt(x, y int) int {
	for i, w := range slices.Backward(d.windows) {
		if r := d.placed(w); r.contains(x, y) {
			return i
		}
	}
	return -1
}

// pressWindow takes a press on a window: it comes to the top and gets the keys; its title is taken hold of to move it,
// its lower right corner to change its size, and the mark in its corner closes it.
func (d *Desk) pressWindow(i int, msg tea.MouseMsg) tea.Cmd {
	d.raise(i)
	d.onWindow = true
	w := d.topWindow()
	r := d.placed(w)
	w.rect = r
	d.press = press{x: msg.X, y: msg.Y, at: d.options.Now()}
	switch {
	case msg.Button == tea.MouseButtonRight:
		return tea.Batch(d.settle(), d.contextMenu(msg.X, msg.Y))
	case msg.Y == r.Y && msg.X >= r.X+r.Width-closeWidth:
		return tea.Batch(d.closeWindow(), d.settle())
	case msg.Y == r.Y:
		d.press.window = holdTitle
	case msg.X >= r.X+r.Width-2 && msg.Y == r.Y+r.Height-1:
		d.press.window = holdCorner
	default:
		w.detail.Click(msg.Y-r.Y-1, d.data)
	}
	return d.settle()
}

// hold is what of a window the mouse has taken hold of.
type hold uint8

const (
	holdNothing hold = iota
	holdTitle
	holdCorner
)

// dragWindow moves what is held of the top window to where the mouse is.
func (d *Desk) dragWindow(msg tea.MouseMsg) {
	w := d.topWindow()
	if w == nil {
		return
	}
	columns, rows := msg.X-d.press.x, msg.Y-d.press.y
	d.press.x, d.press.y = msg.X, msg.Y
	if d.press.window == holdCorner {
		d.resizeWindow(columns, rows)
		return
	}
	w.rect.X += columns
	w.rect.Y += rows
}

// askWindows asks where the pinned entries stand with their groups, as often as for the one that is shown.
func (d *Desk) askWindows() tea.Cmd {
	var cmds []tea.Cmd
	for _, w := range d.windows {
		if w.asking || d.now.Sub(w.askedAt) < deliveryEvery {
			continue
		}
		w.asking, w.askedAt = true, d.now
		ask := d.lookUp(w.record.Key(), false)
		cmds = append(cmds, func() tea.Msg {
			found, _ := ask().(subjectMsg)
			return windowMsg{asked: found.asked, window: w, found: found}
		})
	}
	return tea.Batch(cmds...)
}

func (d *Desk) gotWindow(msg windowMsg) {
	msg.window.asking = false
	msg.window.detail.SetDelivery(msg.found.key, &msg.found.delivery, msg.found.err)
	d.drawn.valid = false
}

// drawWindow draws a pinned event in its frame.
func (d *Desk) drawWindow(w *window, rect Rect) []string {
	th := d.theme
	if d.data.Trouble != nil || d.stale() || d.modal() {
		th = d.dimmed
	}
	focused := w == d.focusedWindow() && !d.modal()
	box := widget.Box{Width: rect.Width, Height: rect.Height, Edge: d.edgeInk(), TitleInk: d.theme.Strong, NoteInk: d.theme.Dim}
	if focused {
		box.Edge, box.TitleInk = d.theme.Accent, d.theme.Accent
	}
	v := pane.View{Theme: th, Data: d.data, Focused: focused, Now: d.shownNow(), Location: d.options.Location}
	v.Width, v.Height = box.Inner()
	frame := w.detail.Draw(v)
	box.Title = "⌖" + strings.TrimLeft(frame.Title, "0123456789") + " · " + widget.Clean(strings.TrimPrefix(w.record.Stream, d.options.Bus.Prefix()))
	box.Note = frame.Note + " " + closeMark
	box.Footer = th.Dim.Paint(widget.Cut("^←↑↓→ move · < > { } size · esc close", max(rect.Width-4, 0)))
	return box.Draw(frame.Lines)
}

func needWindow(d *Desk) string {
	if len(d.windows) == 0 {
		return "no event is pinned: " + d.keys.first(d.keys.named("pin")) + " pins the one that is shown"
	}
	return ""
}

func needRoomForWindow(d *Desk) string {
	if why := needSubject(d); why != "" {
		return why
	}
	if len(d.windows) >= windowsMost {
		return "there are as many pinned events as the desk takes: esc closes one"
	}
	return ""
}
