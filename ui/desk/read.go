package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/notes"
	"streamdesk/ui/dialog/reader"
)

// readWhole opens the value under the cursor of the event in a window of its own. It stops following the newest event, so that this
// one is still there when the window is closed.
func (d *Desk) readWhole() tea.Cmd {
	v, ok := d.shownDetail().Value()
	if !ok {
		d.notes.Say(notes.Warn, needValue(d))
		return nil
	}
	d.holdSubject()
	return d.open(reader.New(reader.Value(v), d.options.OpenPayload))
}

func needValue(d *Desk) string {
	if why := needSubject(d); why != "" {
		return why
	}
	if _, ok := d.shownDetail().Value(); !ok {
		return "there is nothing to read: the entry is gone, or has no fields"
	}
	return ""
}
