// Package pinned is the windows of pinned events: which there are, which is on top, where each stands within the screen, and how
// they are moved and resized. It draws none and asks nobody.
package pinned

import (
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/find"
)

// Window is a pinned event: it floats above the panes and keeps its entry, whatever happens to the stream, the log and the cursor.
type Window struct {
	Record model.Record
	Detail pane.Viewer
	Find   find.Search
	// Rect is where the person put it; Placed fits it into the screen.
	Rect layout.Rect
	// AskedAt is when its delivery was last asked for; Asking is set until the answer comes.
	AskedAt time.Time
	Asking  bool
}

// Windows are the pinned events.
type Windows struct {
	List    []*Window // the top one last
	Focused bool      // keys go to the top one
}

// Top returns the window above all others; nil when there is none.
func (ws *Windows) Top() *Window {
	if len(ws.List) == 0 {
		return nil
	}
	return ws.List[len(ws.List)-1]
}

// Current returns the top window when keys go to it, else nil.
func (ws *Windows) Current() *Window {
	if !ws.Focused {
		return nil
	}
	return ws.Top()
}

// Close removes the top window. If it had the keys, they go to the one below it, if there is one.
func (ws *Windows) Close() {
	ws.List = ws.List[:len(ws.List)-1]
	ws.Focused = ws.Focused && len(ws.List) > 0
}

// Next brings the lowest window to the top and gives it the keys. While a pane has the keys, the top window gets them instead.
func (ws *Windows) Next() {
	if ws.Focused {
		ws.Raise(0)
	}
	ws.Focused = true
}

// Raise brings a window to the top.
func (ws *Windows) Raise(i int) {
	w := ws.List[i]
	ws.List = append(append(ws.List[:i:i], ws.List[i+1:]...), w)
}

// Of returns the index of an entry's window; -1 when there is none.
func (ws *Windows) Of(key model.Key) int {
	return slices.IndexFunc(ws.List, func(w *Window) bool { return w.Record.Key() == key })
}

// At returns the index of the uppermost window under a cell; -1 when there is none.
func (ws *Windows) At(x, y int, body layout.Rect) int {
	for i, w := range slices.Backward(ws.List) {
		if r := w.Placed(body); r.Contains(x, y) {
			return i
		}
	}
	return -1
}

// Move moves the top window within the body.
func (ws *Windows) Move(columns, rows int, body layout.Rect) {
	w := ws.Top()
	w.Rect = w.Placed(body)
	w.Rect.X += columns
	w.Rect.Y += rows
	w.Rect = w.Placed(body)
}

// Resize moves the lower right corner of the top window.
func (ws *Windows) Resize(columns, rows int, body layout.Rect) {
	w := ws.Top()
	w.Rect = w.Placed(body)
	w.Rect.Width = max(w.Rect.Width+columns, layout.LeastColumns)
	w.Rect.Height = max(w.Rect.Height+rows, layout.LeastRows)
	w.Rect = w.Placed(body)
}

// Hold is the part of a window that the mouse drags.
type Hold uint8

// The parts of a window.
const (
	Nothing Hold = iota
	Title
	Corner
)

// Drag moves or resizes the top window by the distance that the mouse has moved.
func (ws *Windows) Drag(held Hold, columns, rows int, body layout.Rect) {
	w := ws.Top()
	switch {
	case w == nil:
	case held == Corner:
		ws.Resize(columns, rows, body)
	default:
		w.Rect.X += columns
		w.Rect.Y += rows
	}
}

// Placed returns the window's rectangle within the body: moved, and made smaller, as far as needed to show all of it.
func (w *Window) Placed(body layout.Rect) layout.Rect {
	r := w.Rect
	r.Width, r.Height = max(min(r.Width, body.Width), 0), max(min(r.Height, body.Height), 0)
	r.X = max(min(r.X, body.X+body.Width-r.Width), body.X)
	r.Y = max(min(r.Y, body.Y+body.Height-r.Height), body.Y)
	return r
}
