package ui

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
		{name: "mouse", menu: menuWindow, title: "give the terminal the mouse, or take it", keys: []string{"M"}, run: (*Desk).toggleMouse},
	}
}
