package wire

import (
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// Answered checks the IDs in a command's answer: each must be in the requested range and after the one before, and there must
// be max count of them. A caller that reads page by page goes on after the last ID, and would never end on any other answer.
// The error wraps fault.ErrReply.
func Answered(command string, from, to model.Position, count int, ids func(yield func(model.Position) bool)) error {
	n := 0
	for id := range ids {
		n++
		if n > count {
			return fmt.Errorf("%w: %s answered more than the %d that it was asked for", fault.ErrReply, command, count)
		}
		if id.Before(from) || to.Before(id) {
			return fmt.Errorf("%w: %s answered %s, which isn't behind what came before and in the range it was asked for", fault.ErrReply, command, id)
		}
		from = id.Next()
	}
	return nil
}

// ListedIDs yields the IDs in the rows of XPENDING's extended form.
func ListedIDs(listed Reply) func(yield func(model.Position) bool) {
	return func(yield func(model.Position) bool) {
		for _, row := range listed.Elems {
			if !yield(row.At(0).Position()) {
				return
			}
		}
	}
}

// EntryIDs yields the IDs of entries.
func EntryIDs(entries []model.Entry) func(yield func(model.Position) bool) {
	return func(yield func(model.Position) bool) {
		for i := range entries {
			if !yield(entries[i].ID) {
				return
			}
		}
	}
}
