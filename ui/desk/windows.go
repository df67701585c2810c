package desk

import (
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/pane"
)

// window is an event that was pinned: it floats above the panes and stays on its entry, whatever becomes of the stream,
// of the log and of the cursor.
type window struct {
	record model.Record
	detail pane.Viewer
	// rect is where it was put; what the screen has room for is worked out when it is drawn.
	rect layout.Rect
	// askedAt is when its delivery was asked for last; asking is under way until the answer comes.
	askedAt time.Time
	asking  bool
}

// windows are the pinned events.
type windows struct {
	list    []*window // the top one last
	focused bool      // keys go to the top one
}

// top is the one that floats above the others, nil when there is none.
func (ws *windows) top() *window {
	if len(ws.list) == 0 {
		return nil
	}
	return ws.list[len(ws.list)-1]
}

// current is the top one when keys go to it, else nil.
func (ws *windows) current() *window {
	if !ws.focused {
		return nil
	}
	return ws.top()
}

// close takes the top one away; keys go to the one below it, if there is one.
func (ws *windows) close() {
	ws.list = ws.list[:len(ws.list)-1]
	ws.focused = ws.focused && len(ws.list) > 0
}

// next brings the lowest one to the top, and gives it the keys. With the keys on a pane, the top one gets them first.
func (ws *windows) next() {
	if ws.focused {
		ws.raise(0)
	}
	ws.focused = true
}

// raise brings one to the top.
func (ws *windows) raise(i int) {
	w := ws.list[i]
	ws.list = append(append(ws.list[:i:i], ws.list[i+1:]...), w)
}

// of is the one of an entry, -1 for none.
func (ws *windows) of(key model.Key) int {
	return slices.IndexFunc(ws.list, func(w *window) bool { return w.record.Key() == key })
}

// at is the uppermost one under a cell, -1 for none.
func (ws *windows) at(x, y int, body layout.Rect) int {
	for i, w := range slices.Backward(ws.list) {
		if r := w.placed(body); r.Contains(x, y) {
			return i
		}
	}
	return -1
}

// move moves the top one within the body.
func (ws *windows) move(columns, rows int, body layout.Rect) {
	w := ws.top()
	w.rect = w.placed(body)
	w.rect.X += columns
	w.rect.Y += rows
	w.rect = w.placed(body)
}

// resize makes the top one larger or smaller at its lower right corner.
func (ws *windows) resize(columns, rows int, body layout.Rect) {
	w := ws.top()
	w.rect = w.placed(body)
	w.rect.Width = max(w.rect.Width+columns, layout.LeastColumns)
	w.rect.Height = max(w.rect.Height+rows, layout.LeastRows)
	w.rect = w.placed(body)
}

// hold is what of a window the mouse has taken hold of.
type hold uint8

const (
	holdNothing hold = iota
	holdTitle
	holdCorner
)

// drag moves what is held of the top one by what the mouse has moved.
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

// placed is where a window stands in the body as it is: moved, and made smaller, as far as it must be to be seen whole.
func (w *window) placed(body layout.Rect) layout.Rect {
	r := w.rect
	r.Width, r.Height = max(min(r.Width, body.Width), 0), max(min(r.Height, body.Height), 0)
	r.X = max(min(r.X, body.X+body.Width-r.Width), body.X)
	r.Y = max(min(r.Y, body.Y+body.Height-r.Height), body.Y)
	return r
}
