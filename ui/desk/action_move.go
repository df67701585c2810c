package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/pane"
)

// moveActions are the actions of moving about.
func moveActions() []*action {
	list := []*action{
		{name: "next-pane", menu: menuWindow, title: "next pane", keys: []string{"tab"}, hint: "pane", run: func(d *Desk) tea.Cmd { return d.cyclePane(1) }},
		{name: "previous-pane", menu: menuWindow, title: "previous pane", keys: []string{"shift+tab"}, run: func(d *Desk) tea.Cmd { return d.cyclePane(-1) }},
		{name: "up", title: "up", keys: []string{"k", "up"}, run: mover(pane.Up)},
		{name: "down", title: "down", keys: []string{"j", "down"}, run: mover(pane.Down)},
		{name: "half-up", title: "half a page up", keys: []string{"ctrl+u"}, run: mover(pane.HalfUp)},
		{name: "half-down", title: "half a page down", keys: []string{"ctrl+d"}, run: mover(pane.HalfDown)},
		{name: "page-up", title: "a page up", keys: []string{"pgup"}, run: mover(pane.PageUp)},
		{name: "page-down", title: "a page down", keys: []string{"pgdown"}, run: mover(pane.PageDown)},
		{name: "top", title: "to the top (the oldest)", keys: []string{"g", "home"}, run: mover(pane.Top)},
		{name: "bottom", title: "to the bottom (the newest)", keys: []string{"G", "end"}, run: mover(pane.Bottom)},
		{name: "open", menu: menuEvent, title: "open: the next pane inwards; fold; read whole", keys: []string{"enter"}, run: (*Desk).enter},
		{name: "fold", title: "fold the event's JSON, or go out", keys: []string{"h", "left"}, can: needDetailPane, run: func(d *Desk) tea.Cmd { d.focusedDetail().Fold(); return nil }},
		{name: "unfold", title: "unfold the event's JSON, or go in", keys: []string{"l", "right"}, can: needDetailPane, run: func(d *Desk) tea.Cmd { d.focusedDetail().Unfold(); return nil }},
		{name: "back", menu: menuWindow, title: "back: window, marks, zoom, filter, then outwards", keys: []string{"esc"}, run: (*Desk).back},
	}
	for id := range paneCount {
		list = append(list, &action{
			name: "pane-" + string('1'+rune(id)), menu: menuWindow, title: "pane " + id.spec().Name, keys: []string{string('1' + rune(id))},
			run: func(d *Desk) tea.Cmd { return d.focusOn(id) },
		})
	}
	return list
}

func mover(m pane.Move) func(*Desk) tea.Cmd {
	return func(d *Desk) tea.Cmd { return d.move(m) }
}
