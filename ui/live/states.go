package live

import (
	"slices"

	"streamdesk/model"
	"streamdesk/model/filter"
)

// States is what is known of the state of entries in their groups: a snapshot, and the pending rows and dead letters that
// were read with it. It never changes once it is in use, so that a search in the background may use it too.
type States struct {
	// Snapshot has the groups, and how far each has read.
	Snapshot *model.Snapshot
	// Pending has the rows that were read of each group with pending entries; a group that isn't in it wasn't read.
	Pending map[GroupKey]PendingRows
	// Dead has the dead letters that were read of each stream.
	Dead map[string]DeadLetters
}

// PendingRows are the pending entries of a group between two IDs, both included.
type PendingRows struct {
	From, To model.Position
	IDs      map[model.Position]bool
}

// DeadLetters are the entries of a stream that groups gave up, each with those groups.
type DeadLetters struct {
	IDs map[model.Position][]string
	// All is set when every dead letter of the stream was read.
	All bool
}

// Why a state isn't known.
const (
	whyNoSnapshot = "the groups haven't been read yet"
	whyManyRows   = "more entries are pending than are read"
	whyManyDead   = "there are more dead letters than are read"
)

// Stands is a [filter.Standing].
func (s *States) Stands(key model.Key, state filter.State, concerns func(group string) bool) (v filter.Verdict, why string) {
	if concerns == nil {
		concerns = func(string) bool { return true }
	}
	if s == nil || s.Snapshot == nil {
		return filter.Undecided, whyNoSnapshot
	}
	if state == filter.StateDead {
		return s.dead(key, concerns)
	}
	stream := s.Snapshot.Stream(key.Stream)
	if stream == nil || stream.Problem != "" {
		return filter.Undecided, whyNoSnapshot
	}
	groups, delivered := 0, true
	pending := filter.Fails
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
		case filter.Passes:
			pending = filter.Passes
		case filter.Undecided:
			if pending == filter.Fails {
				pending = filter.Undecided
			}
		case filter.Fails:
		}
	}
	switch {
	case state == filter.StateAcked && (groups == 0 || !delivered || pending == filter.Passes):
		return filter.Fails, ""
	case state == filter.StateOpen && !delivered:
		return filter.Passes, ""
	case pending == filter.Undecided:
		return filter.Undecided, whyManyRows
	case state == filter.StateAcked:
		return filter.Passes, ""
	default:
		return pending, ""
	}
}

// pending returns whether an entry that was delivered to a group is pending in it.
func (s *States) pending(key GroupKey, g *model.Group, id model.Position) filter.Verdict {
	rows, read := s.Pending[key]
	switch {
	case g.Pending == 0, g.Oldest != nil && id.Before(g.Oldest.ID):
		return filter.Fails
	case read && rows.IDs[id]:
		return filter.Passes
	case read && !id.Before(rows.From) && !id.After(rows.To):
		return filter.Fails
	default:
		return filter.Undecided
	}
}

func (s *States) dead(key model.Key, concerns func(group string) bool) (v filter.Verdict, why string) {
	letters, read := s.Dead[key.Stream]
	switch {
	case slices.ContainsFunc(letters.IDs[key.ID], concerns):
		return filter.Passes, ""
	case read && letters.All:
		return filter.Fails, ""
	default:
		return filter.Undecided, whyManyDead
	}
}
