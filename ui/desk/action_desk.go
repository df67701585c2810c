package desk

import (
	tea "github.com/charmbracelet/bubbletea"
)

// deskActions are the actions of the desk itself.
func deskActions() []*action {
	return []*action{
		{name: "action-log", menu: menuBus, title: "what was done, as Redis commands", keys: []string{"@"}, run: (*Desk).openLog},
		{name: "connect", menu: menuBus, title: "go to another profile's server", keys: []string{"b"}, can: needProfiles, run: (*Desk).openConnect},
		{name: "server", menu: menuBus, title: "the server: version, memory, durability", can: needServer, run: (*Desk).openServer},
		{name: "palette", menu: menuHelp, title: "find a command", keys: []string{":", "ctrl+p"}, hint: "commands", run: (*Desk).openPalette},
		{name: "help", menu: menuHelp, title: "every key", keys: []string{"?"}, hint: "help", run: (*Desk).openHelp},
		{name: "suspend", menu: menuBus, title: "suspend to the shell", keys: []string{"ctrl+z"}, run: func(*Desk) tea.Cmd { return tea.Suspend }},
		{name: "quit", menu: menuBus, title: "quit", keys: []string{"q", "ctrl+c"}, hint: "quit", run: func(*Desk) tea.Cmd { return tea.Quit }},
	}
}
