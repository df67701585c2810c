package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
)

// needStream says why nothing can be done to the selected stream.
func needStream(d *Desk) string {
	if d.panes.scope.Stream == "" {
		return "no stream is selected: " + goTo[pane.Chooser](d)
	}
	return ""
}

// needGroup says why nothing can be done to the selected group.
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
	return "no group is selected" // such as by a dead letter that names none
}

// openDeadLetters lists the dead letters of the selected stream; looking at them is allowed on a read-only desk, too.
func (d *Desk) openDeadLetters() tea.Cmd {
	readOnly := ""
	if d.options.ReadOnly {
		readOnly = "this desk is read-only (" + d.options.ReadOnlyWhy + ")"
	}
	return d.open(dialog.NewDeadLetters(d.env(), d.panes.scope.Stream, readOnly))
}

// needConsumer says why no consumer of the selected group can be deleted.
func needConsumer(d *Desk) string {
	if why := needGroup(d); why != "" {
		return why
	}
	if len(d.consumers()) == 0 {
		return d.panes.scope.Group + " has no consumers"
	}
	return ""
}

// consumers are those of the selected group, as the newest snapshot has them.
func (d *Desk) consumers() []model.Consumer {
	if s := d.stream(d.panes.scope.Stream); s != nil {
		if g := s.Group(d.panes.scope.Group); g != nil {
			return g.Consumers
		}
	}
	return nil
}
