package dialog

import (
	"streamdesk/model"
)

// shownCommands is how many commands are shown before they are sent; the rest is counted.
const shownCommands = 3

// preview keeps what would be sent for drawing: a long payload isn't quoted anew for every frame.
func (a *action) preview(commands []model.Command) {
	a.commands = a.commands[:0]
	a.surplus = max(len(commands)-shownCommands, 0)
	for _, c := range commands[:len(commands)-a.surplus] {
		a.commands = append(a.commands, shown(c))
	}
}

// shown is a command as it is shown; a payload is cut before it is quoted, because quoting a megabyte takes its time.
func shown(c model.Command) string {
	cut := make(model.Command, len(c))
	for i := range c {
		cut[i] = clip(c[i], maxShown)
	}
	return clip(cut.String(), maxShown)
}

// sentLine is a command that was sent and its reply, as they are shown.
type sentLine struct{ command, reply string }
