package dialog

import (
	"streamdesk/model"
)

// shownCommands is the max number of commands shown before they are sent; the rest are only counted.
const shownCommands = 3

// preview stores the text of the commands to send, so that a long payload isn't quoted again for every frame.
func (a *action) preview(commands []model.Command) {
	a.commands = a.commands[:0]
	a.surplus = max(len(commands)-shownCommands, 0)
	for _, c := range commands[:len(commands)-a.surplus] {
		a.commands = append(a.commands, shown(c))
	}
}

// shown returns the text of a command. It cuts a payload before quoting it, because quoting a megabyte is slow.
func shown(c model.Command) string {
	cut := make(model.Command, len(c))
	for i := range c {
		cut[i] = clip(c[i], maxShown)
	}
	return clip(cut.String(), maxShown)
}

// sentLine is the shown text of a command that was sent, and of its reply.
type sentLine struct{ command, reply string }
