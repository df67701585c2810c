package desk

import (
	"fmt"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/ui/dialog"
	"streamdesk/ui/widget"
)

// actionLog remembers each change that was made from this desk, as the Redis commands and their replies.
type actionLog struct {
	entries []string
	count   int
}

// actionLogMost bounds what is kept: a day of repairs.
const actionLogMost = 500

// record notes what a dialog's action came to, and says it in the status line.
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

// lastCommand is the command that was sent, and its reply, for behind the summary; of several, the last one.
func lastCommand(receipts []model.Receipt) string {
	if len(receipts) == 0 {
		return ""
	}
	r := &receipts[len(receipts)-1]
	return " · " + widget.Cut(widget.Clean(r.Command.String()), statusCommand) + " → " + widget.Cut(widget.Clean(r.Reply), statusCommand)
}

// statusCommand is how much of a command and of its reply the status line quotes: the action log has them whole.
const statusCommand = 60

// tellAudit says once that the audit file misses something. What was changed stays changed.
func (d *Desk) tellAudit() {
	if err := d.line.audit.news(); err != nil {
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

// lines are the entries, newest first.
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
