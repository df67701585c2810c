package desk

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// burstEvery is the least time between two screens that are drawn because the mouse moves: as often as the terminal is
// written to.
const burstEvery = time.Second / 60

// burst is several messages that are answered by one screen.
type burst []tea.Msg

// burstDueMsg says that what was gathered is to be shown.
type burstDueMsg struct{}

// bursts gathers what a drag or a wheel brings, which comes faster than screens can be looked at, so that it costs one
// screen at a time. Of several moves the last is kept; a notch of the wheel each counts. What comes after them, a key or a
// button, comes after them still. It is used by the program's loop alone.
type bursts struct {
	send    func(tea.Msg) // from another goroutine
	now     func() time.Time
	shown   time.Time // when the mouse's last move was passed on
	waiting burst
	due     bool // a burstDueMsg is under way
}

// filter is what the program asks before it handles a message; nil means that there is nothing to handle.
func (b *bursts) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case burstDueMsg:
		b.due = false
		return b.flush(nil)
	case tea.MouseMsg:
		if isStream(msg) {
			return b.gather(msg)
		}
		return b.flush(msg)
	case tea.KeyMsg:
		return b.flush(msg)
	default:
		return msg
	}
}

// isStream says whether a message is one of many of its kind.
func isStream(msg tea.MouseMsg) bool {
	return msg.Action == tea.MouseActionMotion || msg.Button == tea.MouseButtonWheelUp || msg.Button == tea.MouseButtonWheelDown
}

func (b *bursts) gather(msg tea.MouseMsg) tea.Msg {
	now := b.now()
	if len(b.waiting) == 0 && now.Sub(b.shown) >= burstEvery {
		b.shown = now
		return msg
	}
	if last := len(b.waiting) - 1; last >= 0 && isMove(b.waiting[last]) && msg.Action == tea.MouseActionMotion {
		b.waiting[last] = msg
	} else {
		b.waiting = append(b.waiting, msg)
	}
	if !b.due {
		b.due = true
		time.AfterFunc(burstEvery-now.Sub(b.shown), func() { b.send(burstDueMsg{}) })
	}
	return nil
}

func isMove(msg tea.Msg) bool {
	m, ok := msg.(tea.MouseMsg)
	return ok && m.Action == tea.MouseActionMotion
}

// flush is what waits, and then msg.
func (b *bursts) flush(msg tea.Msg) tea.Msg {
	if len(b.waiting) == 0 {
		return msg
	}
	all := b.waiting
	b.waiting, b.shown = nil, b.now()
	if msg != nil {
		all = append(all, msg)
	}
	return all
}
