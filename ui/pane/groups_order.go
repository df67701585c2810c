package pane

import (
	"cmp"
	"slices"

	"streamdesk/model"
	"streamdesk/ui/live"
)

// What the groups are sorted by, as s goes through it.
const (
	byPending   = "pending"
	byLag       = "lag"
	byConsumers = "consumers"
	byAcked     = "acked"
	byOldest    = "oldest"
	byState     = "state"
)

// Columns of groupColumns that rows are sorted by.
const (
	groupName = iota
	groupPending
	groupLag
	groupConsumers
	groupAcked
	groupOldest
	_
	groupState
)

// compare is the order of two groups by what they are sorted by. An unknown lag is more than any: it deserves a look.
func (p *Groups) compare(d *live.Data, s *model.Stream, a, b *model.Group) int {
	if a == nil || b == nil {
		return 0
	}
	switch p.sortedBy().by {
	case byPending:
		return cmp.Compare(a.Pending, b.Pending)
	case byLag:
		if a.Lag.Known != b.Lag.Known {
			return cmp.Compare(unknown(a.Lag), unknown(b.Lag))
		}
		return cmp.Compare(a.Lag.N, b.Lag.N)
	case byConsumers:
		return cmp.Compare(len(a.Consumers), len(b.Consumers))
	case byAcked:
		x, _ := d.Acked(live.GroupKey{Stream: s.Key, Group: a.Name})
		y, _ := d.Acked(live.GroupKey{Stream: s.Key, Group: b.Name})
		return cmp.Compare(x, y)
	case byOldest:
		x, _ := a.OldestAge(d.Snapshot.At)
		y, _ := b.OldestAge(d.Snapshot.At)
		return cmp.Compare(x, y)
	case byState:
		return cmp.Compare(d.Health(s, a), d.Health(s, b))
	default:
		return cmp.Compare(a.Name, b.Name)
	}
}

func unknown(c model.Count) int {
	if c.Known {
		return 0
	}
	return 1
}

// worstGroup is the group in the worst trouble; among those that are well, the one with the most pending.
func worstGroup(d *live.Data, s *model.Stream) string {
	worst := slices.MaxFunc(s.Groups, func(a, b model.Group) int {
		return cmp.Or(
			cmp.Compare(d.Health(s, &a), d.Health(s, &b)),
			cmp.Compare(a.Pending, b.Pending),
			cmp.Compare(b.Name, a.Name),
		)
	})
	return worst.Name
}

// NextSort implements [Sortable].
func (p *Groups) NextSort(d *live.Data) {
	p.next()
	p.arrange(d, false)
}

// SortAt implements [Sortable].
func (p *Groups) SortAt(x int, d *live.Data) bool {
	if !p.atColumn(x) {
		return false
	}
	p.arrange(d, false)
	return true
}

// SetOrder implements [Sortable].
func (p *Groups) SetOrder(o Order, d *live.Data) {
	p.set(o)
	p.arrange(d, false)
}
