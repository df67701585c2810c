package desk

import (
	"fmt"
	"strings"
	"time"

	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// drawn keeps what was drawn, so that a frame costs only what has changed.
type drawn struct {
	panes [paneCount][]string
	frame string
	valid bool
}

// all says that everything has to be drawn anew.
func (dr *drawn) all() { *dr = drawn{} }

// pane says that one pane has to be drawn anew.
func (dr *drawn) pane(id PaneID) { dr.panes[id], dr.valid = nil, false }

// View is the whole screen. It works from what Update has left; the only thing it changes is its own memory of what
// it has drawn.
func (d *Desk) View() string {
	if d.layout.Width == 0 || d.looks.background.waiting {
		return "" // the terminal hasn't told its size yet, or whether it is dark
	}
	if !d.drawn.valid {
		d.drawn.frame, d.drawn.valid = strings.Join(d.screen(), "\n"), true
	}
	return d.drawn.frame
}

// screen is the lines of the screen.
func (d *Desk) screen() []string {
	if d.layout.TooSmall {
		return d.tooSmall()
	}
	lines := make([]string, 0, d.layout.Height)
	lines = append(lines, d.topBar())
	lines = append(lines, d.body()...)
	lines = append(lines, d.statusLine(), d.hintLine())
	for _, w := range d.windows {
		rect := d.placed(w)
		lines = widget.Overlay(lines, d.drawWindow(w, rect), rect.X, rect.Y)
	}
	if d.filter.typing {
		lines = d.filterPopup(lines)
	}
	for _, dl := range d.dialogs {
		lines = d.float(lines, dl)
	}
	return lines
}

func (d *Desk) tooSmall() []string {
	lines := make([]string, d.layout.Height)
	for i, text := range []string{
		"streamdesk needs 60x15", fmt.Sprintf("this is %dx%d", d.layout.Width, d.layout.Height), "q quits",
	} {
		if i < len(lines) {
			lines[i] = widget.Cut(text, d.layout.Width)
		}
	}
	return lines
}

// body joins the panes, line by line.
func (d *Desk) body() []string {
	height := d.layout.Height - topHeight - bottomHeight
	lines := make([]strings.Builder, height)
	ends := make([]int, height) // how far each line is filled
	for id := range paneCount {
		rect := d.layout.Panes[id]
		if !rect.shown() {
			continue
		}
		if d.drawn.panes[id] == nil {
			d.drawn.panes[id] = d.drawPane(id, rect)
		}
		for i, line := range d.drawn.panes[id] {
			y := rect.Y - topHeight + i
			if y >= 0 && y < height {
				lines[y].WriteString(widget.Spaces(rect.X-ends[y]) + line)
				ends[y] = rect.X + rect.Width
			}
		}
	}
	out := make([]string, height)
	for i := range lines {
		out[i] = lines[i].String() + widget.Spaces(d.layout.Width-ends[i])
	}
	return out
}

// drawPane draws one pane in its frame.
func (d *Desk) drawPane(id PaneID, rect Rect) []string {
	th := d.theme
	if d.data.Trouble != nil || d.stale() || d.modal() {
		th = d.dimmed
	}
	focused := id == d.focus && !d.modal() && !d.onWindow
	box := widget.Box{Width: rect.Width, Height: rect.Height, Edge: d.edgeInk(), TitleInk: d.theme.Dim, NoteInk: d.theme.Dim}
	if focused {
		box.Edge, box.TitleInk = d.theme.Accent, d.theme.Accent
	}
	v := pane.View{Theme: th, Data: d.data, Focused: focused, Now: d.shownNow(), Location: d.options.Location}
	v.Width, v.Height = box.Inner()
	frame := d.pane(id).Draw(v)
	box.Title, box.Note = frame.Title, frame.Note
	box.Footer = th.Dim.Paint(widget.Cut(frame.Footer, max(rect.Width-4, 0)))
	if d.layout.Tabbed && !d.zoomed {
		box.Title = d.tabs(id, frame.Title, rect.Width-8-widget.Width(frame.Note))
	}
	return box.Draw(frame.Lines)
}

// edgeInk is the ink of frames that aren't in focus: the environment's own, where it has one.
func (d *Desk) edgeInk() theme.Ink {
	edge, _ := d.theme.Tint(d.options.Color)
	return edge
}

// shownNow is the server's clock that ages are reckoned from; it stands still while the screen is paused.
func (d *Desk) shownNow() time.Time {
	if d.data.Frozen() && d.data.Snapshot != nil {
		return d.data.Snapshot.At
	}
	return d.data.Now(d.now)
}

func tabTitle(id PaneID) string { return fmt.Sprintf("%d %s", id+1, paneNames[id]) }

// tabs are the titles of the panes that share a half, the one in front with its whole title where room allows.
func (d *Desk) tabs(front PaneID, title string, room int) string {
	var b strings.Builder
	for i, id := range halfOf(front) {
		if i > 0 {
			b.WriteString(d.theme.Faint.Paint("│"))
		}
		ink := d.theme.Dim
		if id == front {
			ink = d.theme.Strong
			if id == d.focus {
				ink = d.theme.Accent
			}
		}
		b.WriteString(ink.Paint(tabTitle(id)))
	}
	if _, about, ok := strings.Cut(title, " · "); ok {
		if left := room - widget.Width(b.String()) - 3; left > 0 {
			b.WriteString(d.theme.Dim.Paint(" · " + widget.Cut(about, left)))
		}
	}
	return b.String()
}

// float lays a dialog over the lines.
func (d *Desk) float(lines []string, dl dialog.Dialog) []string {
	rect, block := d.dialogRect(dl)
	return widget.Overlay(lines, block, rect.X, rect.Y)
}

// modal says whether a dialog is open that has to be done with first; menus are gone with a click.
func (d *Desk) modal() bool {
	n := len(d.dialogs)
	return n > 1 || n == 1 && !d.menuIsOpen()
}

// dialogRect draws a dialog and places it in the middle of the body, or where it wants to stand.
func (d *Desk) dialogRect(dl dialog.Dialog) (rect Rect, block []string) {
	body := Rect{0, topHeight, d.layout.Width, d.layout.Height - topHeight - bottomHeight}
	block = dl.Draw(dialog.View{
		Theme: d.theme, Width: body.Width - 2, Height: body.Height, Now: d.data.Now(d.now), Location: d.options.Location,
	})
	width := 0
	for _, line := range block {
		width = max(width, widget.Width(line))
	}
	if a, ok := dl.(dialog.Anchored); ok {
		x, y := a.Place(width, len(block), d.layout.Width, d.layout.Height)
		return Rect{x, y, width, len(block)}, block
	}
	return Rect{(body.Width - width) / 2, body.Y + (body.Height-len(block))/2, width, len(block)}, block
}
