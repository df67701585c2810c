package live

import (
	"slices"

	"streamdesk/model"
)

// States is what is known of how entries stand with their groups: a snapshot, with the pending rows and dead letters that
// were read beside it. It is never changed once it is in use, so that a search in the background may ask it too.
type States struct {
	// Snapshot says which groups there are and how far each has read.
	Snapshot *model.Snapshot
	// Pending are the rows that were read of each group that has any; a group that isn't among them wasn't read.
	Pending map[GroupKey]PendingRows
	// Dead are the dead letters that were read of each stream.
	Dead map[string]DeadLetters
}

// PendingRows are the pending entries of a group between two IDs, both included.
type PendingRows struct {
	From, To model.Position
	IDs      map[model.Position]bool
}

// DeadLetters are the entries of a stream that were given up, each with the groups that gave it up.
type DeadLetters struct {
	IDs map[model.Position][]string
	// All says that every dead letter of the stream was looked at.
	All bool
}

// Why a state isn't known.
const (
	whyNoSnapshot = "the groups haven't been read yet"
	whyManyRows   = "more entries are pending than are read"
	whyManyDead   = "there are more dead letters than are read"
)

// Stands is a [model.Standing].
func (s *States) Stands(key model.Key, state model.State, concerns func(group string) bool) (v model.Verdict, why string) {
	if concerns == nil {
		concerns = func(string) bool { return true }
	}
	if s == nil || s.Snapshot == nil {
		return model.Undecided, whyNoSnapshot
	}
	if state == model.StateDead {
		return s.dead(key, concerns)
	}
	stream := s.Snapshot.Stream(key.Stream)
	if stream == nil || stream.Problem != "" {
		return model.Undecided, whyNoSnapshot
	}
	groups, delivered := 0, true
	pending := model.Fails
	for i := range stream.Groups {
		g := &stream.Groups[i]
		if !concerns(g.Name) {
			continue
		}
		groups++
		if key.ID.After(g.LastDelivered) {
			delivered = false
			continue
		}
		switch s.pending(GroupKey{Stream: stream.Key, Group: g.Name}, g, key.ID) {
		case model.Passes:
			pending = model.Passes
		case model.Undecided:
			if pending == model.Fails {
				pending = model.Undecided
			}
		case model.Fails:
		}
	}
	switch {
	case state == model.StateAcked && (groups == 0 || !delivered || pending == model.Passes):
		return model.Fails, ""
	case state == model.StateOpen && !delivered:
		return model.Passes, ""
	case pending == model.Undecided:
		return model.Undecided, whyManyRows
	case state == model.StateAcked:
		return model.Passes, ""
	default:
		return pending, ""
	}
}

// pending says whether a group has an entry pending that was delivered to it.
func (s *States) pending(key GroupKey, g *model.Group, id model.Position) model.Verdict {
	rows, read := s.Pending[key]
	switch {
	case g.Pending == 0, g.Oldest != nil && id.Before(g.Oldest.ID):
		return model.Fails
	case read && rows.IDs[id]:
		return model.Passes
	case read && !id.Before(rows.From) && !id.After(rows.To):
		return model.Fails
	default:
		return model.Undecided
	}
}

func (s *States) dead(key model.Key, concerns func(group string) bool) (v model.Verdict, why string) {
	letters, read := s.Dead[key.Stream]
	switch {
	case slices.ContainsFunc(letters.IDs[key.ID], concerns):
		return model.Passes, ""
	case read && letters.All:
		return model.Fails, ""
	default:
		return model.Undecided, whyManyDead
	}
}
