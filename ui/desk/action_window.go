package desk

import tea "github.com/charmbracelet/bubbletea"

// windowActions are the actions that arrange the screen.
func windowActions() []*action {
	across, down := needEdge(toLeft, toRight), needEdge(toTop, toBottom)
	return []*action{
		{name: "wider", menu: menuWindow, title: "make the pane wider", keys: []string{">"}, can: across, run: func(d *Desk) tea.Cmd { return d.resize(1, 0) }},
		{name: "narrower", menu: menuWindow, title: "make the pane narrower", keys: []string{"<"}, can: across, run: func(d *Desk) tea.Cmd { return d.resize(-1, 0) }},
		{name: "taller", menu: menuWindow, title: "make the pane taller", keys: []string{"}"}, can: down, run: func(d *Desk) tea.Cmd { return d.resize(0, 1) }},
		{name: "shorter", menu: menuWindow, title: "make the pane shorter", keys: []string{"{"}, can: down, run: func(d *Desk) tea.Cmd { return d.resize(0, -1) }},
		{name: "reset-layout", menu: menuWindow, title: "give every pane its usual size", keys: []string{"0"}, run: (*Desk).resetLayout},
		{name: "next-window", menu: menuWindow, title: "next pinned event", keys: []string{"ctrl+w"}, can: needWindow, run: (*Desk).nextWindow},
		{name: "window-left", menu: menuWindow, title: "move the pinned event left", keys: []string{"ctrl+left"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(-1, 0) }},
		{name: "window-right", menu: menuWindow, title: "move the pinned event right", keys: []string{"ctrl+right"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(1, 0) }},
		{name: "window-up", menu: menuWindow, title: "move the pinned event up", keys: []string{"ctrl+up"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(0, -1) }},
		{name: "window-down", menu: menuWindow, title: "move the pinned event down", keys: []string{"ctrl+down"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(0, 1) }},
		{name: "close-window", menu: menuWindow, title: "close the pinned event on top", can: needWindow, run: (*Desk).closeWindow},
		{name: "theme", menu: menuView, title: "next theme: auto, light, dark, ansi, none", keys: []string{"t"}, run: (*Desk).nextTheme},
		{name: "mouse", menu: menuWindow, title: "give the terminal the mouse, or take it", keys: []string{"M"}, run: (*Desk).toggleMouse},
	}
}
