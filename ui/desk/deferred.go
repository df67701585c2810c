package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
)

// stillReading is why an action that needs the whole entry can't be done yet.
const stillReading = "the entry is still being read"

// deferred is an action that waits for the entry under the cursor to be read; nil when none does.
type deferred struct {
	action *action
	key    model.Key
}

// whenRead has an action done as soon as the entry that it is about has been read: a fast hand moves the cursor and presses
// the key before that. Another key, and another entry, call it off.
func (d *Desk) whenRead(a *action) tea.Cmd {
	d.subject.deferred = deferred{a, d.subject.key}
	d.subject.asked, d.subject.askedAt = model.Key{}, d.now.Add(-settleTime) // somebody waits for it now
	d.notes.status.say(levelGood, a.title+": reading the entry…")
	return d.askSubject()
}

// resume does what has waited for the entry.
func (d *Desk) resume() tea.Cmd {
	a := d.subject.deferred.action
	if a == nil || d.subject.record == nil {
		return nil
	}
	meant := d.subject.deferred.key == d.subject.key && len(d.dialogs) == 0 && !d.filter.typing
	d.subject.deferred = deferred{}
	d.notes.status.clear()
	if !meant {
		return nil
	}
	return d.perform(a)
}
