package desk

import (
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/find"
)

// window is a pinned event: it floats above the panes and keeps its entry, whatever happens to the stream, the log and the cursor.
type window struct {
	record model.Record
	detail pane.Viewer
	find   find.Search
	// rect is where the person put it; placed fits it into the screen.
	rect layout.Rect
	// askedAt is when its delivery was last asked for; asking is set until the answer comes.
	askedAt time.Time
	asking  bool
}

// windows are the pinned events.
type windows struct {
	list    []*window // the top one last
	focused bool      // keys go to the top one
}

// top returns the window above all others; nil when there is none.
func (ws *windows) top() *window {
	if len(ws.list) == 0 {
		return nil
	}
	return ws.list[len(ws.list)-1]
}

// current returns the top window when keys go to it, else nil.
func (ws *windows) current() *window {
	if !ws.focused {
		return nil
	}
	return ws.top()
}

// close removes the top window. If it had the keys, they go to the one below it, if there is one.
func (ws *windows) close() {
	ws.list = ws.list[:len(ws.list)-1]
	ws.focused = ws.focused && len(ws.list) > 0
}

// next brings the lowest window to the top and gives it the keys. While a pane has the keys, the top window gets them instead.
func (ws *windows) next() {
	if ws.focused {
		ws.raise(0)
	}
	ws.focused = true
}

// raise brings a window to the top.
func (ws *windows) raise(i int) {
	w := ws.list[i]
	ws.list = append(append(ws.list[:i:i], ws.list[i+1:]...), w)
}

// of returns the index of an entry's window; -1 when there is none.
func (ws *windows) of(key model.Key) int {
	return slices.IndexFunc(ws.list, func(w *window) bool { return w.record.Key() == key })
}

// at returns the index of the uppermost window under a cell; -1 when there is none.
func (ws *windows) at(x, y int, body layout.Rect) int {
	for i, w := range slices.Backward(ws.list) {
		if r := w.placed(body); r.Contains(x, y) {
			return i
		}
	}
	return -1
}

// move moves the top window within the body.
func (ws *windows) move(columns, rows int, body layout.Rect) {
	w := ws.top()
	w.rect = w.placed(body)
	w.rect.X += columns
	w.rect.Y += rows
	w.rect = w.placed(body)
}

// resize moves the lower right corner of the top window.
func (ws *windows) resize(columns, rows int, body layout.Rect) {
	w := ws.top()
	w.rect = w.placed(body)
	w.rect.Width = max(w.rect.Width+columns, layout.LeastColumns)
	w.rect.Height = max(w.rect.Height+rows, layout.LeastRows)
	w.rect = w.placed(body)
}

// hold is the part of a window that the mouse drags.
type hold uint8

const (
	holdNothing hold = iota
	holdTitle
	holdCorner
)

// drag moves or resizes the top window by the distance that the mouse has moved.
func (ws *windows) drag(held hold, columns, rows int, body layout.Rect) {
	w := ws.top()
	switch {
	case w == nil:
	case held == holdCorner:
		ws.resize(columns, rows, body)
	default:
		w.rect.X += columns
		w.rect.Y += rows
	}
}

// placed returns the window's rectangle within the body: moved, and made smaller, as far as needed to show all of it.
func (w *window) placed(body layout.Rect) layout.Rect {
	r := w.rect
	r.Width, r.Height = max(min(r.Width, body.Width), 0), max(min(r.Height, body.Height), 0)
	r.X = max(min(r.X, body.X+body.Width-r.Width), body.X)
	r.Y = max(min(r.Y, body.Y+body.Height-r.Height), body.Y)
	return r
}
