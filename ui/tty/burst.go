package tty

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// burstEvery is the min time between two screens that are drawn because of mouse moves: the interval in which the terminal
// is written to.
const burstEvery = time.Second / 60

// Burst is several messages after which one screen is drawn.
type Burst []tea.Msg

// burstDueMsg means that the gathered messages are due.
type burstDueMsg struct{}

// Bursts gathers mouse moves and wheel notches, which come faster than a person sees screens, so that many of them cost one
// screen. Of consecutive moves only the last is kept; every notch is. A key or a button that comes after them is handled
// after them. Only the program's loop uses it.
type Bursts struct {
	Send    func(tea.Msg) // called from another goroutine
	Now     func() time.Time
	shown   time.Time // when the mouse's last move was passed on
	waiting Burst
	due     bool // a burstDueMsg will come
}

// Filter returns what the program handles in place of a message; nil for nothing.
func (b *Bursts) Filter(_ tea.Model, msg tea.Msg) tea.Msg {
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

// isStream reports whether a message is a move or a wheel notch, which come in quick succession.
func isStream(msg tea.MouseMsg) bool {
	return msg.Action == tea.MouseActionMotion || msg.Button == tea.MouseButtonWheelUp || msg.Button == tea.MouseButtonWheelDown
}

func (b *Bursts) gather(msg tea.MouseMsg) tea.Msg {
	now := b.Now()
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
		time.AfterFunc(burstEvery-now.Sub(b.shown), func() { b.Send(burstDueMsg{}) })
	}
	return nil
}

func isMove(msg tea.Msg) bool {
	m, ok := msg.(tea.MouseMsg)
	return ok && m.Action == tea.MouseActionMotion
}

// flush returns the waiting messages, followed by msg.
func (b *Bursts) flush(msg tea.Msg) tea.Msg {
	if len(b.waiting) == 0 {
		return msg
	}
	all := b.waiting
	b.waiting, b.shown = nil, b.Now()
	if msg != nil {
		all = append(all, msg)
	}
	return all
}
