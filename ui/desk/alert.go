package desk

import (
	"fmt"
	"io"
	"os"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/health"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
	"streamdesk/ui/tty"
	"streamdesk/ui/widget"
)

// reviewAlerts updates the alerts from a snapshot, and rings and notifies when one is new.
func (d *Desk) reviewAlerts(s *model.Snapshot) tea.Cmd {
	raised := d.notes.Alerts.Review(d.own.Limits, s)
	d.showAlerts()
	if raised == 0 {
		return nil
	}
	var sound string
	if d.options.Config.Desk.Bell && d.notes.Alerts.Ring(d.now) {
		sound = "\a"
	}
	return d.toTerminal(sound + d.notification(raised))
}

// toTerminal returns a command that writes a sequence in one write, between two writes of the renderer.
func (d *Desk) toTerminal(sequence string) tea.Cmd {
	if sequence == "" {
		return nil
	}
	output := d.options.Output
	if output == nil {
		output = os.Stdout
	}
	return func() tea.Msg {
		_, _ = io.WriteString(output, sequence) // if the terminal can't be written to, it can't show the error either
		return nil
	}
}

// showAlerts updates the list of alerts, when it is open.
func (d *Desk) showAlerts() {
	for _, dl := range d.dialogs {
		if list, ok := dl.(*dialog.Alerts); ok {
			list.Show(d.alerts())
		}
	}
	d.drawn.all()
}

func (d *Desk) openAlerts() tea.Cmd {
	standing, ended := d.alerts()
	return d.open(dialog.NewAlerts(d.options.Bus.Reader().Prefix(), standing, ended), nil)
}

// alerts returns those of the moment that is shown.
func (d *Desk) alerts() (standing, ended []health.Alert) {
	if _, shown := d.past.At(); shown {
		return d.past.Standing, d.past.Ended
	}
	return d.notes.Alerts.Standing, d.notes.Alerts.Ended
}

// goTo moves the cursors to a place, and the focus to the pane that shows it: a pending entry, else its group, else its stream.
func (d *Desk) goTo(to pane.Place) tea.Cmd {
	at, led := d.tiles.Focus, 0
	each(&d.panes, func(id layout.PaneID, chooser pane.Chooser) {
		if chooser.Lead(to.Scope, d.data) && !specOf(id).Apart {
			at = id
			led++
		}
	})
	if marker, id := the[pane.Marker](&d.panes); led > 1 && !to.Entry.IsZero() {
		marker.Point(to.Scope, to.Entry, d.data)
		at = id
	}
	return d.focusOn(at)
}

// dismiss moves an alert to the ended ones until it is raised again.
func (d *Desk) dismiss(gone health.Alert) {
	d.notes.Alerts.Dismiss(gone)
	d.showAlerts()
}

// alertCount returns the number of alerts for the status line; empty when there are none.
func (d *Desk) alertCount() string {
	standing, _ := d.alerts()
	then := ""
	if _, shown := d.past.At(); shown {
		then = " then"
	}
	switch n := len(standing); n {
	case 0:
		return ""
	case 1:
		return d.looks.Theme.Warn.Paint(" ! 1 alert" + then + " ")
	default:
		return d.looks.Theme.Warn.Paint(fmt.Sprintf(" ! %d alerts%s ", n, then))
	}
}

// notification returns the sequence that asks the terminal to show the newest alert on the person's desktop; empty when
// notifications are off, or it is too soon after the last one.
func (d *Desk) notification(raised int) string {
	how := d.options.Config.Desk.Notify
	if how == config.NotifyOff || how == "" {
		return ""
	}
	newest := d.notes.Alerts.Notify(d.now)
	if newest == nil {
		return ""
	}
	title := "streamdesk " + widget.Clean(d.options.Profile)
	text := widget.Clean(newest.Text(d.options.Bus.Reader().Prefix()))
	if raised > 1 {
		text += fmt.Sprintf(", and %d more", raised-1)
	}
	return tty.Notice(how, d.looks.Shown(title), d.looks.Shown(text), d.options.Env("TMUX") != "")
}
