package desk

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

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

// alerts holds the current alerts of the groups, by the thresholds of the config, and those that ended. They are computed
// from every snapshot, even while the screen is paused: a pause stops the display, not the watch.
type alerts struct {
	standing []health.Alert
	ended    []health.Alert // the last ones, newest last
	before   *model.Snapshot
	rang     time.Time
	notified time.Time
}

// bellEvery is the min time between two rings: more than one per second is noise, and some terminals queue them.
const bellEvery = time.Second

// maxEnded is the max number of ended alerts kept: more than a person reads. It limits memory when alerts come and go.
const maxEnded = 500

// reviewAlerts updates the alerts from a snapshot, and rings and notifies when one is new.
func (d *Desk) reviewAlerts(s *model.Snapshot) tea.Cmd {
	a := &d.notes.alerts
	standing, raised := d.own.Limits.Review(a.standing, a.before, s)
	a.ended = append(a.ended, health.Ended(a.standing, standing, s.At)...)
	a.ended = slices.Delete(a.ended, 0, max(len(a.ended)-maxEnded, 0))
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
	return d.notes.alerts.standing, d.notes.alerts.ended
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
	a := &d.notes.alerts
	a.standing = slices.DeleteFunc(a.standing, func(a health.Alert) bool { return a.Same(&gone) })
	gone.Ended = a.before.At
	a.ended = append(a.ended, gone)
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
		return d.looks.theme.Warn.Paint(" ! 1 alert" + then + " ")
	default:
		return d.looks.theme.Warn.Paint(fmt.Sprintf(" ! %d alerts%s ", n, then))
	}
}

// notifyEvery is the min time between two notifications: on a person's desktop they cover each other. Alerts raised between
// them are in the list and in the status line.
const notifyEvery = 10 * time.Second

// notification returns the sequence that asks the terminal to show the newest alert on the person's desktop; empty when
// notifications are off or the last one was less than notifyEvery ago.
func (d *Desk) notification(raised int) string {
	a, how := &d.notes.alerts, d.options.Config.Desk.Notify
	if how == config.NotifyOff || how == "" || len(a.standing) == 0 || d.now.Sub(a.notified) < notifyEvery {
		return ""
	}
	a.notified = d.now
	newest := slices.MaxFunc(a.standing, func(x, y health.Alert) int { return cmp.Compare(x.Since.UnixNano(), y.Since.UnixNano()) })
	title := "streamdesk " + widget.Clean(d.options.Profile)
	text := widget.Clean(newest.Text(d.options.Bus.Reader().Prefix()))
	if raised > 1 {
		text += fmt.Sprintf(", and %d more", raised-1)
	}
	return tty.Notice(how, d.looks.shown(title), d.looks.shown(text), d.options.Env("TMUX") != "")
}
