// Package reader is the window that shows one whole value: a string of an event's JSON, a field, a payload. It decodes the value
// further where it can (JSON in a string, base64 of gzip of msgpack), enters inner values one level at a time, and searches them.
// It shows its own copy: it asks the server nothing, and new events don't change it. The desk supplies the value. Start reading
// at [Window].
package reader

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model/payload/decode"
	"streamdesk/ui/dialog"
	"streamdesk/ui/widget"
)

// Value is the value to show.
type Value struct {
	// Path is its path in the event's payload, in jq's syntax; "." is the payload itself. For a field it is the name.
	Path string
	// Bytes are the value as it is stored.
	Bytes string
	// JSON is the decoded value and Way the way it was decoded, when they are already known; else both are "".
	JSON, Way string
	// Quoted says that it was a string in JSON, Field that it is a field of the entry.
	Quoted, Field bool
}

// Window shows a value, and the inner values that were entered from it.
type Window struct {
	open   func(stored string) decode.Value
	levels []*level // the last one is in sight
	wrap   bool

	typed  *widget.TextField
	typing bool
	needle widget.Needle
	found  int // the number of places; at is the index of the one in sight
	at     int

	said   string // the result of the last key, when the screen doesn't show it
	top    int    // the box's line in which the body begins
	height int    // of the body, as last drawn
}

// New returns a new window for a value. The caller has to run the command, which calls open, and pass its answer to
// [Window.Update].
func New(v Value, open func(stored string) decode.Value) (*Window, tea.Cmd) {
	w := &Window{open: open, wrap: true, typed: widget.NewTextField("", nil), height: 1}
	cmd := w.enter(newLevel(v))
	return w, cmd
}

// Title implements [dialog.Dialog].
func (w *Window) Title() string { return widget.Clean(w.level().title()) }

func (w *Window) level() *level { return w.levels[len(w.levels)-1] }

// body returns the body in sight; nil while the value is being opened.
func (w *Window) body() body {
	l := w.level()
	if len(l.views) == 0 {
		return nil
	}
	return l.views[l.view].body
}

// openedMsg is the message that a level has been opened.
type openedMsg struct {
	level *level
	value decode.Value
	views []view
}

// enter goes into a level. The command opens the level, which may take long for a large value.
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

// Update handles a key, a turn of the wheel, or a level that has been opened.
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

// wheelStep is the number of rows that a notch of the wheel scrolls, as in every dialog.
const wheelStep = 3

// Click puts the cursor of a tree on a row; a click on the row under the cursor enters its value.
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

// back returns to the outer level, where the cursor is still on the same row. It reports whether there was no outer level.
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
