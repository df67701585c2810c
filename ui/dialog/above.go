package dialog

import tea "github.com/charmbracelet/bubbletea"

// above is the place for a dialog that is opened from another and floats above it: it gets every message and click first.
type above struct {
	over Dialog // nil while there is none
}

// titled returns the title of the dialog above, or the other's own.
func (a *above) titled(own string) string {
	if a.over != nil {
		return a.over.Title()
	}
	return own
}

// update passes a message to the dialog above, and closes it when it is done; taken is false when there is none.
func (a *above) update(msg tea.Msg) (cmd tea.Cmd, taken bool) {
	if a.over == nil {
		return nil, false
	}
	cmd, closed := a.over.Update(msg)
	if closed {
		a.over = nil
	}
	return cmd, true
}

// click passes a click to the dialog above, as update does. One that takes no clicks covers what is below it all the same.
func (a *above) click(x, y int) (cmd tea.Cmd, taken bool) {
	if a.over == nil {
		return nil, false
	}
	if clicker, ok := a.over.(Clicker); ok {
		var closed bool
		if cmd, closed = clicker.Click(x, y); closed {
			a.over = nil
		}
	}
	return cmd, true
}

// both returns a command that runs both commands; either may be nil.
func both(a, b tea.Cmd) tea.Cmd {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	return tea.Batch(a, b)
}
