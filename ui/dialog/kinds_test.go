package dialog

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// NewAck is the dialog of an acknowledgement.
func NewAck(env Env, target Target, group string) (*Change, tea.Cmd) {
	return NewChange(env, &change.Ack, target, group)
}

// NewClaim is the dialog of a claim on a bus with that stream, which may be nil.
func NewClaim(env Env, target Target, group string, stream *model.Stream) (*Change, tea.Cmd) {
	if f, fake := env.Op.(*fakeBus); fake && stream != nil {
		f.stream = *stream
	}
	return NewChange(env, &change.Claim, target, group)
}

// NewRepublish is the dialog of a republish.
func NewRepublish(env Env, target Target) (*Change, tea.Cmd) {
	return NewChange(env, &change.Republish, target, "")
}
