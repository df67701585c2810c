package tty

import (
	"reflect"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// TestBurstsLoseNothingAndKeepTheOrder sends what a mouse brings within one screen's time.
func TestBurstsLoseNothingAndKeepTheOrder(t *testing.T) {
	move := func(x int) tea.MouseMsg {
		return tea.MouseMsg{X: x, Action: tea.MouseActionMotion, Button: tea.MouseButtonLeft}
	}
	wheel := tea.MouseMsg{Action: tea.MouseActionPress, Button: tea.MouseButtonWheelDown}
	release := tea.MouseMsg{X: 9, Action: tea.MouseActionRelease}
	key := tea.KeyMsg{Type: tea.KeyEnter}
	other := tea.WindowSizeMsg{Width: 80, Height: 24}
	for _, c := range []struct {
		name string
		in   []tea.Msg
		want []tea.Msg // what the desk is given, one message or burst after the other
	}{
		{"the first move goes through", []tea.Msg{move(1)}, []tea.Msg{move(1)}},
		{"of the next the last counts", []tea.Msg{move(1), move(2), move(3)}, []tea.Msg{move(1), move(3)}},
		{"every notch of the wheel counts", []tea.Msg{wheel, wheel, wheel}, []tea.Msg{wheel, wheel, wheel}},
		{"a release comes after the move", []tea.Msg{move(1), move(2), release}, []tea.Msg{move(1), move(2), release}},
		{"a key comes after the wheel", []tea.Msg{wheel, wheel, key}, []tea.Msg{wheel, wheel, key}},
		{"moves before and after a notch are two", []tea.Msg{move(1), move(2), wheel, move(3), move(4)}, []tea.Msg{move(1), move(2), wheel, move(4)}},
		{"keys alone pass at once", []tea.Msg{key, key}, []tea.Msg{key, key}},
		{"what the mouse has no part in isn't held up", []tea.Msg{move(1), move(2), other}, []tea.Msg{move(1), other, move(2)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			due := make(chan tea.Msg, len(c.in))
			now := time.Unix(1000, 0)
			b := &Bursts{Now: func() time.Time { return now }, Send: func(msg tea.Msg) { due <- msg }}
			var got []tea.Msg
			take := func(msg tea.Msg) {
				switch msg := msg.(type) {
				case nil:
				case Burst:
					got = append(got, msg...)
				default:
					got = append(got, msg)
				}
			}
			for _, msg := range c.in {
				take(b.Filter(nil, msg))
			}
			if b.due {
				take(b.Filter(nil, <-due))
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
		})
	}
}
