package reader

import (
	"strings"

	"streamdesk/ui/dialog"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

const (
	// leastHeight is the min height of the window, its frame included.
	leastHeight = 9
	// margin is the width left and right of the body.
	margin = 1
	// frame is the size of the frame in each direction.
	frame = 2
)

// Draw implements [dialog.Dialog].
func (w *Window) Draw(v dialog.View) []string {
	box := widget.Box{Width: v.Width, Height: v.Height, Edge: v.Theme.Accent, TitleInk: v.Theme.Strong, NoteInk: v.Theme.Dim}
	width, height := box.Inner()
	if width <= 2*margin || height < 1 {
		return nil
	}
	l, b := w.level(), w.body()
	head := w.head(v.Theme, width)
	below := 0
	if w.typing {
		below = 1
	}
	w.top, w.height = 1+len(head), max(height-len(head)-below, 1)
	if b != nil {
		b.fit(width-2*margin, w.height, w.wrap)
		l.most = max(l.most, b.rows())
		box.Height = min(max(l.most+frame+len(head)+below, leastHeight), v.Height)
		w.height = min(w.height, box.Height-frame-len(head)-below)
		b.fit(width-2*margin, max(w.height, 1), w.wrap)
	} else {
		box.Height = min(leastHeight, v.Height)
	}
	_, height = box.Inner()
	lines := head
	if b != nil {
		box.Place = b.Place(len(head))
		for _, line := range b.draw(v.Theme) {
			lines = append(lines, widget.Spaces(margin)+line)
		}
	}
	if w.typing {
		for len(lines) < height-1 {
			lines = append(lines, "")
		}
		field := " " + v.Theme.Key.Paint("/") + " "
		const around = 4
		lines = append(lines[:height-1], field+w.typed.Draw(v.Theme, max(width-around, 1), true)[0])
	}
	box.Note = w.note()
	box.Title = widget.CutLeft(w.Title(), max(v.Width-frame-frame-widget.Width(box.Note)-3, v.Width/3))
	box.Footer = w.footer(v.Theme)
	return box.Draw(lines)
}

// head returns the lines above the body: that the value is being opened, or why it can't be opened further.
func (w *Window) head(th *theme.Theme, width int) []string {
	switch l := w.level(); {
	case len(l.views) == 0:
		return []string{th.Dim.Paint(widget.Cut(" opening…", width))}
	case l.value.Err != nil:
		return []string{th.Bad.Paint(widget.Cut(" ✗ not opened further: "+widget.Clean(l.value.Err.Error()), width))}
	default:
		return nil
	}
}

// note returns how the value was opened, the name of the view, and the position in it.
func (w *Window) note() string {
	l, b := w.level(), w.body()
	if b == nil {
		return ""
	}
	parts := []string{l.views[l.view].name, b.place()}
	if way := l.way(); way != "" && l.view == 0 {
		parts = append([]string{widget.Clean(way)}, parts...)
	}
	return strings.Join(parts, " · ")
}

// footer returns the result of the last key, the position of the search, and what the keys do.
func (w *Window) footer(th *theme.Theme) string {
	if w.said != "" {
		return th.Warn.Paint(widget.Clean(w.said))
	}
	hints := "/ search"
	if w.typing {
		hints = "enter keep · esc drop"
	} else if w.needle.String() != "" {
		hints = "n N next · / search"
	}
	if !w.typing {
		switch w.body().(type) {
		case *treeBody:
			hints += " · enter in"
		case *textBody:
			hints += " · w wrap"
		}
		hints += " · V view · y copy · Y path · esc back"
	}
	if at := w.position(); at != "" {
		ink := th.Accent
		if w.found == 0 {
			ink = th.Bad
		}
		return ink.Paint(at) + th.Dim.Paint(" · "+hints)
	}
	return th.Dim.Paint(hints)
}
