package desk

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/notes"
	"streamdesk/ui/quiet"
)

var _ = restored()

// restored undoes what [quiet] did to the environment, now that Bubble Tea is initialized.
func restored() bool {
	quiet.Restore()
	return true
}

// backgroundWait is how long the first frame waits for the terminal's answer whether it is dark: most terminals answer within
// a few milliseconds, a distant one after a round trip, some never.
const backgroundWait = 80 * time.Millisecond

// backgroundMsg is the terminal's answer; waitedMsg means that the first frame has waited long enough.
type (
	backgroundMsg struct{ dark bool }
	waitedMsg     struct{}
)

// askBackground queries the background once Bubble Tea controls the terminal: an earlier answer would be echoed on it.
func (d *Desk) askBackground() tea.Cmd {
	if d.looks.Background == nil {
		return nil
	}
	d.looks.Waiting = true
	return tea.Batch(
		func() tea.Msg { d.looks.Background(); return nil },
		tea.Tick(backgroundWait, func(time.Time) tea.Msg { return waitedMsg{} }),
	)
}

// gotBackground handles an answer, which may come late.
func (d *Desk) gotBackground(dark bool) {
	if d.looks.Darken(dark) {
		d.drawn.all()
	}
}

func (d *Desk) nextTheme() tea.Cmd {
	d.notes.Say(notes.Good, d.looks.Next())
	d.drawn.all()
	return nil
}
