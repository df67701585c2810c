package desk

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/keyname"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/dialog"
	"streamdesk/ui/widget"
)

// keysOf splits a key message into keys: keys typed fast over a slow line arrive together, as one message with several runes.
func (d *Desk) keysOf(msg tea.KeyMsg) tea.Cmd {
	if msg.Type != tea.KeyRunes || len(msg.Runes) < 2 || msg.Paste {
		return d.key(msg)
	}
	var cmds []tea.Cmd
	for _, r := range msg.Runes {
		cmds = append(cmds, d.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: msg.Alt}))
	}
	return tea.Batch(cmds...)
}

// key passes a key to the first of these that applies: the dialog, the filter bar, a pane that is typed into, the actions.
func (d *Desk) key(msg tea.KeyMsg) tea.Cmd {
	if d.tiles.Layout.TooSmall {
		return d.keyUnseen(msg)
	}
	if a := d.throughMenu(msg.String()); a != nil {
		d.closeTop()
		return d.perform(a)
	}
	if len(d.dialogs) > 0 {
		return d.keyToDialog(msg)
	}
	if d.filter.Typing() {
		return d.typeFilter(msg)
	}
	d.notes.Clear()
	d.subject.deferred = deferred{}
	if typeIn := d.typer(); typeIn != nil && msg.String() != "ctrl+c" {
		typeIn(msg)
		return d.settle()
	}
	if msg.Paste { // in a pane the pasted text would act as keys
		d.notes.Say(notes.Warn, "what is pasted goes into a field, or after / into the filter")
		return nil
	}
	a := d.keys.action(msg.String(), d.past.Active())
	if a == nil {
		d.unbound(msg.String())
		return nil
	}
	return d.perform(a)
}

// unbound says that a key does nothing, and where to find the keys that do something.
func (d *Desk) unbound(key string) {
	if key = widget.Clean(key); key != "" {
		d.notes.Say(notes.Warn, key+" does nothing here: ? lists the keys, : finds a command")
	}
}

// nothing ends the sentence about a key that a dialog has no use for.
const nothing = " does nothing here: esc closes this"

// keyToDialog passes a key to the top dialog, and says when it did nothing there.
func (d *Desk) keyToDialog(msg tea.KeyMsg) tea.Cmd {
	keyed, _ := d.dialogs.top().(dialog.Keyed)
	if strings.HasSuffix(d.notes.Text, nothing) {
		d.notes.Clear()
	}
	cmd := d.toDialog(msg)
	if keyed != nil {
		if key := widget.Clean(keyed.Unused()); key != "" {
			d.notes.Say(notes.Warn, keyname.Show(key)+nothing)
		}
	}
	return cmd
}

// keyUnseen handles a key while the terminal is too small to show anything: only quit works, as no other effect could be seen.
func (d *Desk) keyUnseen(msg tea.KeyMsg) tea.Cmd {
	if a := d.keys.action(msg.String(), d.past.Active()); a != nil && a.name == "quit" {
		return d.perform(a)
	}
	return nil
}

// perform runs an action, or says why it is disabled.
func (d *Desk) perform(a *action) tea.Cmd {
	switch why := a.disabled(d); why {
	case "":
	case stillReading:
		return d.whenRead(a)
	default:
		d.notes.Say(notes.Warn, a.title+": "+why)
		return nil
	}
	cmd := a.run(d)
	return tea.Batch(cmd, d.settle())
}
