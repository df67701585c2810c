package desk

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/dialog"
)

// dialogs are the open dialogs, the top one last.
type dialogs []dialog.Dialog

// top returns the dialog that keys go to; nil when none is open.
func (s dialogs) top() dialog.Dialog {
	if len(s) == 0 {
		return nil
	}
	return s[len(s)-1]
}

// menu returns the top dialog if it is a menu, else nil. A menu doesn't dim the screen, and a click closes it.
func (s dialogs) menu() *dialog.Menu {
	m, _ := s.top().(*dialog.Menu)
	return m
}

// modal reports whether a dialog is open that has to be closed first.
func (s dialogs) modal() bool {
	return len(s) > 1 || len(s) == 1 && s.menu() == nil
}

// update passes keys and mouse messages to the top dialog, and every other message to all dialogs. It removes those that are
// done.
func (s *dialogs) update(msg tea.Msg) []tea.Cmd {
	var cmds []tea.Cmd
	isInput := false
	switch msg.(type) {
	case tea.KeyMsg, tea.MouseMsg:
		isInput = true
	}
	for i, dl := range slices.Backward(*s) {
		cmd, done := dl.Update(msg)
		cmds = append(cmds, cmd)
		if done {
			*s = slices.Concat((*s)[:i], (*s)[i+1:])
		}
		if isInput {
			break
		}
	}
	return cmds
}

// open puts a dialog on top.
func (d *Desk) open(dl dialog.Dialog, cmd tea.Cmd) tea.Cmd {
	d.dialogs = append(d.dialogs, dl)
	d.drawn.all()
	return d.line.audit.Watch(cmd)
}

// closeTop removes the top dialog.
func (d *Desk) closeTop() {
	d.dialogs = d.dialogs[:len(d.dialogs)-1]
	d.drawn.all()
}

// toDialog passes a message to the dialogs.
func (d *Desk) toDialog(msg tea.Msg) tea.Cmd {
	if len(d.dialogs) > 0 {
		d.drawn.all()
	}
	cmds := d.dialogs.update(msg)
	for i := range cmds {
		cmds[i] = d.line.audit.Watch(cmds[i])
	}
	return tea.Batch(cmds...)
}
