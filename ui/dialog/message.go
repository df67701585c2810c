package dialog

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/widget"
)

// Message shows a text that is too long for the status line, such as an error.
type Message struct {
	sheet
	lines []string
	// folded are the lines folded to the width foldedTo, so that long ones aren't folded again for every frame.
	folded   []string
	foldedTo int
}

// Min and max of a message's width: a short message isn't too narrow, and a long one has lines that are easy to read.
const (
	leastMessage = 44
	mostMessage  = 84
)

// NewMessage returns a new dialog.
func NewMessage(title string, lines ...string) *Message {
	d := &Message{sheet: sheet{title: title, widest: messageWidth(title, lines)}, lines: lines}
	d.form = widget.NewForm(nil, widget.Button{ID: widget.Cancel, Label: "Close"})
	return d
}

// messageWidth returns the width of the box: the longest line with the frame and the margins, between min and max.
func messageWidth(title string, lines []string) int {
	const around = 6
	width := widget.Width(title)
	for _, line := range lines {
		width = max(width, min(len(line), mostMessage))
	}
	return max(min(width+around, mostMessage), leastMessage)
}

// Update closes the dialog on enter, esc and q.
func (d *Message) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if d.searches(m) {
			return nil, false
		}
		return nil, m.String() == "q" || d.key(m) == widget.Cancel
	case tea.MouseMsg:
		d.wheel(m)
	}
	return nil, false
}

// Click presses the button under the mouse.
func (d *Message) Click(x, y int) (cmd tea.Cmd, done bool) {
	return nil, d.pressedAt(x, y) == widget.Cancel
}

// Draw returns the framed box.
func (d *Message) Draw(v View) []string {
	return d.draw(v, "", "/ search · enter or esc close", func(p *page) {
		if d.foldedTo != p.width {
			d.folded, d.foldedTo = widget.Fold(p.width, d.lines...), p.width
		}
		p.add(d.folded...)
	})
}
