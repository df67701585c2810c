package desk

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/health"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// alerts are what is wrong with the groups just now, by the thresholds of the config. They are worked out from every
// snapshot, a paused screen's too: a pause stops what is shown, not the watch.
type alerts struct {
	standing []health.Alert
	ended    []health.Alert // the last of them, the newest last
	before   *model.Snapshot
	rang     time.Time
	notified time.Time
}

// bellEvery is how far apart two rings are at least: more than one a second is noise, and some terminals queue them.
const bellEvery = time.Second

// maxEnded is how many alerts that have ended are kept: more than a person reads, and a bus that flaps doesn't grow it.
const maxEnded = 500

// reviewAlerts takes in a snapshot, and rings when it brings a new alert.
func (d *Desk) reviewAlerts(s *model.Snapshot) tea.Cmd {
	a := &d.notes.alerts
	standing, raised := d.data.Limits.Review(a.standing, a.before, s)
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
			list.Show(d.notes.alerts.standing, d.notes.alerts.ended)
		}
	}
	d.drawn.all()
}

func (d *Desk) openAlerts() tea.Cmd {
	return d.open(dialog.NewAlerts(d.options.Bus.Reader().Prefix(), d.notes.alerts.standing, d.notes.alerts.ended), nil)
}

// goTo shows a pending entry of a group, or the group itself, or where there is none its stream.
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

// dismiss puts an alert aside until it is raised anew.
func (d *Desk) dismiss(gone health.Alert) {
	a := &d.notes.alerts
	a.standing = slices.DeleteFunc(a.standing, func(a health.Alert) bool { return a.Same(&gone) })
	gone.Ended = a.before.At
	a.ended = append(a.ended, gone)
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

// notifyEvery is how far apart two notifications are at least: they come one on top of the other on a person's desktop.
// What is raised between them stands in the list and in the status line.
const notifyEvery = 10 * time.Second

// notification is the sequence that asks the terminal to show the newest of the alerts on the person's desktop; empty
// when that is switched off or the last one came just now.
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
	return notice(how, d.looks.shown(title), d.looks.shown(text), os.Getenv("TMUX") != "")
}

// notice writes the sequences. The semicolon parts OSC 777's fields, and tmux passes on only what is wrapped for it.
func notice(how config.Notify, title, text string, tmux bool) string {
	var sequences []string
	if how == config.NotifyOSC9 || how == config.NotifyBoth {
		sequences = append(sequences, "\x1b]9;"+title+": "+text+"\a")
	}
	if how == config.NotifyOSC777 || how == config.NotifyBoth {
		part := strings.NewReplacer(";", ",")
		sequences = append(sequences, "\x1b]777;notify;"+part.Replace(title)+";"+part.Replace(text)+"\a")
	}
	if tmux {
		for i, s := range sequences {
			sequences[i] = "\x1bPtmux;" + strings.ReplaceAll(s, "\x1b", "\x1b\x1b") + "\x1b\\"
		}
	}
	return strings.Join(sequences, "")
}
