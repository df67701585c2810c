// Package reader is the window that shows one value whole: a string of an event's JSON, a field, a payload. It opens what can be
// opened further (JSON in a string, base64 of gzip of msgpack), goes into what is inside one level at a time, and searches it. What it
// shows is its own copy: it asks the server nothing, and stays as it is whatever streams past. Where the value comes from is the desk's.
// Start reading at [Window].
package reader

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model/payload/decode"
	"streamdesk/ui/dialog"
	"streamdesk/ui/widget"
)

// Value is what is read.
type Value struct {
	// Path is where it stands in the event's payload, as jq writes it; "." is the payload itself. Of a field it is the name.
	Path string
	// Bytes are the value as it is stored.
	Bytes string
	// JSON is what it was opened as, and Way how, where that is known already; else empty.
	JSON, Way string
	// Quoted says that it stood in JSON as a string, Field that it is a field of the entry.
	Quoted, Field bool
}

// Window shows a value, and those that were entered from there.
type Window struct {
	open   func(stored string) decode.Value
	levels []*level // the one in sight last
	wrap   bool

	typed  *widget.TextField
	typing bool
	needle widget.Needle
	found  int // how many places, of which at is the one in sight
	at     int

	said   string // what the last key came to, where that isn't to be seen
	top    int    // the box's line where the body begins
	height int    // of the body, as it was drawn last
}

// New makes the window of a value. The command opens it, with open, and has to be run; its answer goes to [Window.Update].
func New(v Value, open func(stored string) decode.Value) (*Window, tea.Cmd) {
	w := &Window{open: open, wrap: true, typed: widget.NewTextField("", nil), height: 1}
	cmd := w.enter(newLevel(v))
	return w, cmd
}

// Title implements [dialog.Dialog].
func (w *Window) Title() string { return widget.Clean(w.level().title()) }

func (w *Window) level() *level { return w.levels[len(w.levels)-1] }

// body is what is in sight; nil while it is being opened.
func (w *Window) body() body {
	l := w.level()
	if len(l.views) == 0 {
		return nil
	}
	return l.views[l.view].body
}

// openedMsg is a level that has been opened.
type openedMsg struct {
	level *level
	value decode.Value
	views []view
}

// enter goes into a level; its command opens it, which may take long for a large one.
func (w *Window) enter(l *level) tea.Cmd {
	w.levels = append(w.levels, l)
	w.found = 0
	open := w.open
	return func() tea.Msg {
		v := decode.Value{JSON: l.JSON, Steps: []string{l.Way}, Bytes: l.stored}
		if l.JSON == "" {
			v = open(l.stored)
		}
		return openedMsg{level: l, value: v, views: viewsOf(l.stored, v)}
	}
}

// Update takes a key, a wheel's turn, or a level that has been opened.
func (w *Window) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		w.said = ""
		if w.typing {
			w.typeKey(msg)
			return nil, false
		}
		return w.key(msg.String())
	case tea.MouseMsg:
		if b := w.body(); b != nil {
			dialog.Wheeled(msg, func(by int) { b.move(by * wheelStep) })
		}
	case openedMsg:
		msg.level.opened(msg.value, msg.views)
		w.search()
	}
	return nil, false
}

// wheelStep is how many rows a notch of the wheel scrolls, as in every dialog.
const wheelStep = 3

// Click puts the cursor of a tree on a row; a click on the row under it enters that.
func (w *Window) Click(_, y int) (cmd tea.Cmd, done bool) {
	b, ok := w.body().(*treeBody)
	if !ok {
		return nil, false
	}
	if row, ok := b.At(y - w.top); ok {
		if b.tree.Cursor() == row {
			return w.deeper(), false
		}
		b.tree.SetCursor(row)
	}
	return nil, false
}

// back leaves a level for the one around it, whose row the cursor is still on; it says whether it was the last.
func (w *Window) back() (done bool) {
	w.levels = w.levels[:len(w.levels)-1]
	if len(w.levels) == 0 {
		return true
	}
	w.search()
	return false
}

// deeper folds or unfolds an object or an array, and enters any other value.
func (w *Window) deeper() tea.Cmd {
	b, ok := w.body().(*treeBody)
	switch {
	case !ok:
		w.said = "this is all of it: there is nothing to enter"
		return nil
	case b.tree.Toggle():
		return nil
	}
	text, quoted, ok := b.tree.Scalar()
	if !ok {
		w.said = "it is empty"
		return nil
	}
	return w.enter(w.level().child(b.tree.Path(), b.tree.Key(), text, quoted))
}
