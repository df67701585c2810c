package desk

import (
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/ui/dialog"
)

// alerts are what is wrong with the groups just now, by the thresholds of the config. They are worked out from every
// snapshot, a paused screen's too: a pause stops what is shown, not the watch.
type alerts struct {
	standing []health.Alert
	before   *model.Snapshot
	rang     time.Time
	notified time.Time
}

// bellEvery is how far apart two rings are at least: more than one a second is noise, and some terminals queue them.
const bellEvery = time.Second

// reviewAlerts takes in a snapshot, and rings when it brings a new alert.
func (d *Desk) reviewAlerts(s *model.Snapshot) tea.Cmd {
	a := &d.notes.alerts
	standing, raised := d.data.Limits.Review(a.standing, a.before, s)
	a.standing, a.before = standing, s
	d.showAlerts()
	if raised == 0 {
		return nil
	}
	var sound string
	if d.options.Config.Desk.Bell && d.now.Sub(a.rang) >= bellEvery {
		a.rang = d.now
		sound = "\a"
	}
	return d.toTerminal(sound + d.notification(raised))
}

// toTerminal writes a sequence, as one write of its own between two of the renderer's.
func (d *Desk) toTerminal(sequence string) tea.Cmd {
	if sequence == "" {
		return nil
	}
	output := d.options.Output
	if output == nil {
		output = os.Stdout
	}
	return func() tea.Msg {
		_, _ = io.WriteString(output, sequence) // a terminal that takes none takes no error either
		return nil
	}
}

// showAlerts hands what stands to the list, when it is open.
func (d *Desk) showAlerts() {
	for _, dl := range d.dialogs {
		if list, ok := dl.(*dialog.Alerts); ok {
			list.Show(d.notes.alerts.standing)
		}
	}
	d.drawn.all()
}

func (d *Desk) openAlerts() tea.Cmd {
	return d.open(dialog.NewAlerts(d.options.Bus.Reader().Prefix(), d.notes.alerts.standing), nil)
}

// goTo shows a group of a stream: the group itself where there is one, else its stream.
func (d *Desk) goTo(to dialog.GoTo) tea.Cmd {
	d.drawn.all()
	d.panes.streams.Select(to.Stream)
	if s := d.stream(to.Stream); s == nil || s.Group(to.Group) == nil {
		return d.focusOn(StreamsPane)
	}
	d.panes.groups.Select(to.Group)
	return d.focusOn(GroupsPane)
}

// dismiss puts an alert aside until it is raised anew.
func (d *Desk) dismiss(gone health.Alert) {
	d.notes.alerts.standing = slices.DeleteFunc(d.notes.alerts.standing, func(a health.Alert) bool { return a.Same(&gone) })
	d.showAlerts()
}

// alertCount is what the status line says of the alerts; empty when there are none.
func (d *Desk) alertCount() string {
	switch n := len(d.notes.alerts.standing); n {
	case 0:
		return ""
	case 1:
		return d.looks.theme.Warn.Paint(" ! 1 alert ")
	default:
		return d.looks.theme.Warn.Paint(fmt.Sprintf(" ! %d alerts ", n))
	}
}
