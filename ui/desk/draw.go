package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// drawn keeps what was drawn, so that a frame costs only what has changed. A message marks parts as out of date; when it is
// handled, they are redrawn.
type drawn struct {
	panes map[layout.PaneID][]string // their lines
	frame string
	valid bool
}

// all marks everything as out of date.
func (dr *drawn) all() { *dr = drawn{panes: map[layout.PaneID][]string{}} }

// pane marks one pane as out of date.
func (dr *drawn) pane(id layout.PaneID) {
	delete(dr.panes, id)
	dr.valid = false
}

// View returns the whole screen after the last message.
func (d *Desk) View() string { return d.drawn.frame }

// redraw draws what is out of date. Panes and windows are first fitted to their size, then drawn; drawing doesn't change them.
func (d *Desk) redraw() {
	if d.drawn.valid {
		return
	}
	d.drawn.frame, d.drawn.valid = "", true
	if d.tiles.Layout.Width == 0 || d.looks.Waiting {
		return // the terminal's size isn't known yet, or whether it is dark
	}
	for id := range paneCount {
		rect := d.tiles.Layout.Panes[id]
		if rect.Shown() && d.drawn.panes[id] == nil {
			d.panes.pane(id).Fit(d.paneView(id, rect))
			d.fitFind(&d.panes.finds[id], d.panes.pane(id))
			d.drawn.panes[id] = d.drawPane(id, rect)
		}
	}
	for _, w := range d.windows.List {
		w.Detail.Fit(d.windowView(w, w.Placed(d.tiles.Layout.Body())))
		d.fitFind(&w.Find, w.Detail)
	}
	d.drawn.frame = d.looks.Shown(strings.Join(d.screen(), "\n"))
}

// screen returns the lines of the screen, made from the drawn panes.
func (d *Desk) screen() []string {
	if d.tiles.Layout.TooSmall {
		return d.tooSmall()
	}
	if d.tiles.Layout.Single {
		return d.single()
	}
	lines := make([]string, 0, d.tiles.Layout.Height)
	lines = append(lines, d.topBar())
	lines = append(lines, d.body()...)
	lines = append(lines, d.bottom()...)
	for _, w := range d.windows.List {
		rect := w.Placed(d.tiles.Layout.Body())
		lines = widget.Overlay(lines, d.drawWindow(w, rect), rect.X, rect.Y)
	}
	if d.filter.Typing() {
		lines = d.filter.Popup(d.looks.Theme, lines, d.tiles.Layout.Width, layout.TopHeight, d.tiles.Layout.Height-layout.BottomHeight)
	}
	for _, dl := range d.dialogs {
		lines = d.float(lines, dl)
	}
	return lines
}

// single returns a screen with room for one thing: the top dialog, else the pinned event with the focus, else the focused pane.
func (d *Desk) single() []string {
	l := &d.tiles.Layout
	if dl := d.dialogs.top(); dl != nil {
		return d.float(blank(l.Width, l.Height), dl)
	}
	lines := d.body()
	if w := d.windows.Current(); w != nil {
		rect := w.Placed(l.Body())
		lines = widget.Overlay(blank(l.Width, l.Height-1), d.drawWindow(w, rect), rect.X, rect.Y)
	}
	lines = append(lines, d.oneLine())
	if d.filter.Typing() {
		lines = d.filter.Popup(d.looks.Theme, lines, l.Width, 0, l.Height-1)
	}
	return lines
}

// blank returns the lines of an empty screen.
func blank(width, height int) []string { return slices.Repeat([]string{widget.Spaces(width)}, height) }

func (d *Desk) tooSmall() []string {
	lines := make([]string, d.tiles.Layout.Height)
	for i, text := range []string{
		fmt.Sprintf("needs %dx%d", layout.LeastWidth, layout.LeastHeight), fmt.Sprintf("this is %dx%d", d.tiles.Layout.Width, d.tiles.Layout.Height), "q quits",
	} {
		if i < len(lines) {
			lines[i] = widget.Cut(text, d.tiles.Layout.Width)
		}
	}
	return lines
}

// body joins the panes, line by line.
func (d *Desk) body() []string {
	body := d.tiles.Layout.Body()
	height := body.Height
	lines := make([]strings.Builder, height)
	ends := make([]int, height) // how far each line is filled
	for _, id := range d.tiles.Layout.Across() {
		rect := d.tiles.Layout.Panes[id]
		for i, line := range d.drawn.panes[id] {
			y := rect.Y - body.Y + i
			if y >= 0 && y < height {
				lines[y].WriteString(widget.Spaces(rect.X-ends[y]) + line)
				ends[y] = rect.X + rect.Width
			}
		}
	}
	out := make([]string, height)
	for i := range lines {
		out[i] = lines[i].String() + widget.Spaces(d.tiles.Layout.Width-ends[i])
	}
	return out
}

// paneView returns the view that a pane is drawn with.
func (d *Desk) paneView(id layout.PaneID, rect layout.Rect) pane.View {
	return d.view(rect, id == d.tiles.Focus && !d.dialogs.modal() && !d.windows.Focused)
}

// view returns the view for drawing in a frame of the rectangle's size.
func (d *Desk) view(rect layout.Rect, focused bool) pane.View {
	box := widget.Box{Width: rect.Width, Height: rect.Height}
	v := pane.View{Theme: d.looks.Theme, Data: d.data, Focused: focused, Now: d.shownNow(), Location: d.options.Location, Compared: d.subject.compared()}
	if d.data == d.own && (d.own.Trouble != nil || d.stale()) || d.dialogs.modal() {
		v.Theme = d.looks.Dimmed
	}
	v.Width, v.Height = box.Inner()
	return v
}

// drawPane draws one pane in its frame.
func (d *Desk) drawPane(id layout.PaneID, rect layout.Rect) []string {
	v := d.paneView(id, rect)
	frame := d.panes.pane(id).Draw(v)
	title := keyOf(id) + " " + frame.Title
	if d.tiles.Layout.Tabbed && !d.tiles.Zoomed && d.tiles.In.Holds(id) {
		title = d.tabs(id, title, rect.Width-8-widget.Width(frame.Note))
	}
	box := widget.Box{Title: title, Note: frame.Note, Footer: v.Theme.Dim.Paint(widget.Cut(frame.Footer, v.Width-2)), Place: frame.Place}
	return d.boxed(&v, rect, d.looks.Theme.Dim, d.marked(&d.panes.finds[id], d.panes.pane(id), &v, &frame, box), frame.Lines)
}

// boxed draws lines in a frame. Its title has the given ink, or the accent ink when the frame has the focus.
func (d *Desk) boxed(v *pane.View, rect layout.Rect, title theme.Ink, box widget.Box, lines []string) []string {
	box.Width, box.Height = rect.Width, rect.Height
	box.Edge, box.TitleInk, box.NoteInk = d.edgeInk(), title, d.looks.Theme.Dim
	if v.Focused {
		box.Edge, box.TitleInk = d.looks.Theme.Accent, d.looks.Theme.Accent
	}
	if d.data != d.own {
		box.Edge = d.looks.Theme.Bad
		box.Note = strings.TrimPrefix(box.Note+" · PAST", " · ")
	}
	return box.Draw(lines)
}

// edgeInk returns the ink of frames without the focus: the environment's colour, if it has one.
func (d *Desk) edgeInk() theme.Ink {
	edge, _ := d.looks.Theme.Tint(d.options.Color)
	return edge
}

// shownNow returns the server's time, from which ages are computed; it stands still while the screen is paused.
func (d *Desk) shownNow() time.Time {
	if d.data.Log.Paused() && d.data.Snapshot != nil {
		return d.data.Snapshot.At
	}
	return d.data.Now(d.now)
}

func tabTitle(id layout.PaneID) string { return keyOf(id) + " " + specOf(id).Name }

// tabs returns the titles of the panes that share a half, and the rest of the front pane's title as far as there is room.
func (d *Desk) tabs(front layout.PaneID, title string, room int) string {
	var b strings.Builder
	for i, id := range d.tiles.In.Half(front) {
		if i > 0 {
			b.WriteString(d.looks.Theme.Faint.Paint("│"))
		}
		ink := d.looks.Theme.Dim
		if id == front {
			ink = d.looks.Theme.Strong
			if id == d.tiles.Focus {
				ink = d.looks.Theme.Accent
			}
		}
		b.WriteString(ink.Paint(tabTitle(id)))
	}
	if _, about, ok := strings.Cut(title, " · "); ok {
		if left := room - widget.Width(b.String()) - 3; left > 0 {
			b.WriteString(d.looks.Theme.Dim.Paint(" · " + widget.Cut(about, left)))
		}
	}
	return b.String()
}

// tabAt returns the tab at column x of a tabbed frame's top edge.
func tabAt(in *layout.Workspace, front layout.PaneID, x int) (layout.PaneID, bool) {
	at := 2
	for _, id := range in.Half(front) {
		width := len(tabTitle(id))
		if x >= at && x < at+width {
			return id, true
		}
		at += width + 1
	}
	return 0, false
}

// float draws a dialog over the lines.
func (d *Desk) float(lines []string, dl dialog.Dialog) []string {
	rect, block := d.dialogRect(dl)
	return widget.Overlay(lines, block, rect.X, rect.Y)
}

// dialogRect draws a dialog and places it in the middle of the body, or at its own place.
func (d *Desk) dialogRect(dl dialog.Dialog) (rect layout.Rect, block []string) {
	body := d.tiles.Layout.Body()
	room := layout.Rect{Width: body.Width - 2, Height: body.Height}
	if d.tiles.Layout.Single {
		body.Height = d.tiles.Layout.Height
		room = body
	}
	block = dl.Draw(dialog.View{
		Theme: d.looks.Theme, Width: room.Width, Height: room.Height, Now: d.data.Now(d.now), Location: d.options.Location, Compared: d.subject.compared(),
	})
	width := 0
	for _, line := range block {
		width = max(width, widget.Width(line))
	}
	if a, ok := dl.(dialog.Anchored); ok {
		x, y := a.Place(width, len(block), d.tiles.Layout.Width, d.tiles.Layout.Height)
		return layout.Rect{X: x, Y: y, Width: width, Height: len(block)}, block
	}
	return layout.Rect{X: (body.Width - width) / 2, Y: body.Y + (body.Height-len(block))/2, Width: width, Height: len(block)}, block
}
