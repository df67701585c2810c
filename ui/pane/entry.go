package pane

import (
	"errors"

	"streamdesk/model"
	"streamdesk/ui/widget"
)

const (
	// TypeMost is the max width, in cells, of a column of event types.
	TypeMost = 28
	// AgentMost is the max width, in cells, of a column of agents.
	AgentMost = 16
)

// ProblemWord names what is wrong with a record in a word that fits a column.
func ProblemWord(r *model.Record) string {
	switch {
	case errors.Is(r.Err, model.ErrGone):
		return "gone"
	case errors.Is(r.Err, model.ErrNoPayload):
		return "no data"
	default:
		return "broken"
	}
}

// ShortID returns the end of an ID, its last seconds and its number: that part differs between the entries of one screen.
func ShortID(id model.Position) string {
	const digits = 4 // of the milliseconds
	text := id.String()
	ms := len(text)
	for i := range text {
		if text[i] == '-' {
			ms = i
		}
	}
	if ms <= digits {
		return text
	}
	return widget.Ellipsis + text[ms-digits:]
}
