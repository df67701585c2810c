package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
)

// needStream returns why nothing can be done to the selected stream; empty if something can.
func needStream(d *Desk) string {
	if d.panes.scope.Stream == "" {
		return "no stream is selected: " + goTo[pane.Chooser](d)
	}
	return ""
}

// needGroup returns why nothing can be done to the selected group; empty if something can.
func needGroup(d *Desk) string {
	if why := needStream(d); why != "" {
		return why
	}
	if d.panes.scope.Group != "" {
		return ""
	}
	if s := d.stream(d.panes.scope.Stream); s != nil && len(s.Groups) == 0 {
		return "no group is selected: no group reads " + d.panes.scope.Stream
	}
	return "no group is selected" // for example when a dead letter names no group
}

// openDeadLetters lists the dead letters of the selected stream; a read-only desk shows them, too.
func (d *Desk) openDeadLetters() tea.Cmd {
	return d.open(dialog.NewDeadLetters(d.env(), d.panes.scope.Stream, d.unchangeable()))
}

// needConsumer returns why no consumer of the selected group can be changed; empty if one can.
func needConsumer(d *Desk) string {
	if why := needGroup(d); why != "" {
		return why
	}
	if len(d.consumers()) == 0 {
		return d.panes.scope.Group + " has no consumers"
	}
	return ""
}

// consumers returns the selected group's consumers in the newest snapshot.
func (d *Desk) consumers() []model.Consumer {
	if s := d.stream(d.panes.scope.Stream); s != nil {
		if g := s.Group(d.panes.scope.Group); g != nil {
			return g.Consumers
		}
	}
	return nil
}
