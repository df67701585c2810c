package desk

import (
	"os"

	"github.com/aymanbagabas/go-osc52/v2"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model/words"
)

// copyText puts the payload that is shown on the clipboard, through the terminal: over SSH and in tmux too.
func (d *Desk) copyText() tea.Cmd {
	return d.copied(d.shownDetail().Text(), "")
}

// copyPath puts the path of the value under the cursor on the clipboard.
func (d *Desk) copyPath() tea.Cmd {
	v, _ := d.shownDetail().Value() // needValue has seen it
	return d.copied(v.Path, "the path")
}

// copied puts text on the clipboard, and says so: what it is, and how much.
func (d *Desk) copied(text, what string) tea.Cmd {
	much := words.Bytes(len(text))
	if what != "" {
		much = what + " (" + much + ")"
	}
	d.notes.status.say(levelGood, "copied "+much+" to the clipboard (if the terminal allows OSC 52)")
	return func() tea.Msg {
		d.options.Copy(text)
		return nil
	}
}

// copyThroughTerminal asks the terminal to put text on the clipboard.
func copyThroughTerminal(text string) {
	seq := osc52.New(text)
	if os.Getenv("TMUX") != "" {
		seq = seq.Tmux()
	}
	_, _ = seq.WriteTo(os.Stderr) // a terminal that takes no copy takes no error either
}
