package desk

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"streamdesk/model/config"
	"streamdesk/model/health"
	"streamdesk/ui/widget"
)

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
	return notice(how, title, text, os.Getenv("TMUX") != "")
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
