package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/dialog"
)

// needStream says why nothing can be done to the selected stream.
func needStream(d *Desk) string {
	if d.streams.Selected() == "" {
		return "no stream is selected: go to pane 1"
	}
	return ""
}

// needGroup says why nothing can be done to the selected group.
func needGroup(d *Desk) string {
	if why := needStream(d); why != "" {
		return why
	}
	if d.groups.Selected() == "" {
		return "no group is selected: no group reads " + d.streams.Selected()
	}
	return ""
}

func (d *Desk) openTrim() tea.Cmd {
	return d.open(dialog.NewTrim(d.env(), d.streams.Selected()))
}

func (d *Desk) openSetID() tea.Cmd {
	return d.open(dialog.NewSetID(d.env(), d.streams.Selected(), d.groups.Selected()))
}

// openDeadLetters lists the dead letters of the selected stream; looking at them is allowed on a read-only desk, too.
func (d *Desk) openDeadLetters() tea.Cmd {
	readOnly := ""
	if d.options.ReadOnly {
		readOnly = "this desk is read-only (" + d.options.ReadOnlyWhy + ")"
	}
	return d.open(dialog.NewDeadLetters(d.env(), d.streams.Selected(), readOnly))
}
