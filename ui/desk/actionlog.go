package desk

import (
	"cmp"

	"streamdesk/model"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/dialog"
	"streamdesk/ui/widget"
)

// record adds the outcome of a dialog's action to the log and shows it in the status line.
func (d *Desk) record(done dialog.Done) {
	at := done.At.In(d.options.Location)
	for _, r := range done.Receipts {
		d.notes.Log.Add(at, r.Command.String(), r.Reply)
	}
	if done.Err != nil {
		d.notes.Log.Add(at, done.Title, done.Err.Error())
		d.notes.Say(notes.Bad, done.Title+": "+done.Err.Error())
	} else {
		d.notes.Say(notes.Good, at.Format("15:04:05")+"  "+done.Summary+lastCommand(done.Receipts))
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
		d.notes.Say(notes.Bad, err.Error())
		d.drawn.all()
	}
}
