package pane

import (
	"errors"

	"streamdesk/model"
)

// problemWord names what is wrong with a record in a word that fits a column.
func problemWord(r *model.Record) string {
	switch {
	case errors.Is(r.Err, model.ErrGone):
		return "gone"
	case errors.Is(r.Err, model.ErrNoPayload):
		return "no data"
	default:
		return "broken"
	}
}
