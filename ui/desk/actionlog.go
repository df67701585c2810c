package desk

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/ui/dialog"
	"streamdesk/ui/widget"
)

// actionLog keeps the newest changes made from this desk, as Redis commands with their replies.
type actionLog struct {
	entries []string
	count   int // of all entries, including those no longer kept
}

// actionLogMost is the max number of entries kept: a day of repairs.
const actionLogMost = 500

// record adds the outcome of a dialog's action to the log and shows it in the status line.
func (d *Desk) record(done dialog.Done) {
	at := done.At.In(d.options.Location)
	for _, r := range done.Receipts {
		d.notes.log.add(at, r.Command.String(), r.Reply)
	}
	if done.Err != nil {
		d.notes.log.add(at, done.Title, done.Err.Error())
		d.notes.status.say(levelBad, done.Title+": "+done.Err.Error())
	} else {
		d.notes.status.say(levelGood, at.Format("15:04:05")+"  "+done.Summary+lastCommand(done.Receipts))
	}
	d.drawn.all()
}

// lastCommand returns the last command that was sent, and its reply, to append to the summary.
func lastCommand(receipts []model.Receipt) string {
	if len(receipts) == 0 {
		return ""
	}
	r := &receipts[len(receipts)-1]
	return " · " + widget.Cut(widget.Clean(r.Command.String()), statusCommand) + " → " + widget.Cut(widget.Clean(r.Reply), statusCommand)
}

// statusCommand is the max width of a command, and of its reply, in the status line; the action log has them whole.
const statusCommand = 60

// tellMissing shows once that something is missing in the audit file, or in the recording. The change itself remains.
func (d *Desk) tellMissing() {
	if err := cmp.Or(d.line.audit.News(), d.line.feed.KeepNews()); err != nil {
		d.notes.status.say(levelBad, err.Error())
		d.drawn.all()
	}
}

func (l *actionLog) add(at time.Time, command, reply string) {
	l.count++
	l.entries = append(l.entries, fmt.Sprintf("%s  %s → %s", at.Format("15:04:05"), widget.Clean(command), widget.Clean(reply)))
	if len(l.entries) > actionLogMost {
		l.entries = l.entries[1:]
	}
}

// lines returns the entries, newest first.
func (l *actionLog) lines() []string {
	if len(l.entries) == 0 {
		return []string{"Nothing has been changed from this desk yet."}
	}
	lines := make([]string, 0, len(l.entries))
	for _, entry := range slices.Backward(l.entries) {
		lines = append(lines, entry)
	}
	return lines
}
