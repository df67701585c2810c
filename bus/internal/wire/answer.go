package wire

import (
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// Answered checks the IDs that a command answered against the range it was asked for: each lies in it, behind the one before,
// and there are count at most. Whoever reads page by page goes on behind the last, and would never end on any other answer.
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

// ListedIDs are those of the rows of XPENDING's extended form.
func ListedIDs(listed Reply) func(yield func(model.Position) bool) {
	return func(yield func(model.Position) bool) {
		for _, row := range listed.Elems {
			if !yield(row.At(0).Position()) {
				return
			}
		}
	}
}

// EntryIDs are those of entries.
func EntryIDs(entries []model.Entry) func(yield func(model.Position) bool) {
	return func(yield func(model.Position) bool) {
		for i := range entries {
			if !yield(entries[i].ID) {
				return
			}
		}
	}
}
