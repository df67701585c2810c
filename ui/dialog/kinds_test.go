package dialog

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
)

// NewAck is the dialog of an acknowledgement.
func NewAck(env Env, target Target, group string) (*Change, tea.Cmd) {
	return NewChange(env, &change.Ack, target, group)
}
