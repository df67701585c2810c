package dialog

import (
	"cmp"
	"context"
	"slices"

	"streamdesk/bus"
	"streamdesk/model"
)

// standing is where an entry stands with a group.
type standing uint8

const (
	unlooked  standing = iota // there were too many to look at each
	held                      // pending with a consumer
	released                  // not pending, and no more is known
	settled                   // acknowledged, or skipped
	undeliver                 // the group hasn't come to it yet
)

// holding is where one target stands with a group, as it was when somebody looked.
type holding struct {
	model.Pending
	state standing
	// gone says that the entry is no longer in the stream.
	gone bool
}

// Bounds of a look at many targets.
const (
	// pageRows is how many rows of a pending entries list one question brings, each with its entry.
	pageRows = 100
	// maxPages bounds one look: 5,000 targets side by side, or 50 that lie far apart.
	maxPages = 50
	// maxSettled bounds how many of the targets that aren't pending are asked for one by one: those that are shown.
	maxSettled = sampleRows
)

// look asks where each of the IDs stands with the group, in their order.
func look(ctx context.Context, op Operator, stream, group string, ids []model.Position) ([]holding, error) {
	holdings := make([]holding, len(ids))
	order := make([]int, len(ids))
	for i := range ids {
		holdings[i].ID, order[i] = ids[i], i
	}
	slices.SortFunc(order, func(a, b int) int { return ids[a].Compare(ids[b]) })
	err := lookAtPending(ctx, op, stream, group, holdings, order)
	if err == nil {
		err = lookAtOthers(ctx, op, group, stream, holdings)
	}
	return holdings, err
}

// lookAtPending walks along the pending entries list from target to target; order lists the holdings by ID.
func lookAtPending(ctx context.Context, op Operator, stream, group string, holdings []holding, order []int) error {
	last := holdings[order[len(order)-1]].ID
	for range maxPages {
		if len(order) == 0 {
			return nil
		}
		rows, err := op.Pending(ctx, bus.PendingQuery{
			Stream: stream, Group: group, From: holdings[order[0]].ID, To: last, Count: pageRows, Payloads: true,
		})
		if err != nil {
			return err
		}
		seen := last // whatever lies up to here and isn't among the rows isn't pending
		if len(rows) >= pageRows {
			seen = rows[len(rows)-1].ID
		}
		for len(order) > 0 && !holdings[order[0]].ID.After(seen) {
			h := &holdings[order[0]]
			h.state = released
			i, ok := slices.BinarySearchFunc(rows, h.ID, func(r model.PendingEntry, id model.Position) int {
				return cmp.Compare(r.ID.Compare(id), 0)
			})
			if ok {
				*h = holding{Pending: rows[i].Pending, state: held, gone: rows[i].Gone}
			}
			order = order[1:]
		}
	}
	return nil
}

// lookAtOthers finds out what became of the first few targets that aren't pending.
func lookAtOthers(ctx context.Context, op Operator, group, stream string, holdings []holding) error {
	asked := 0
	for i := range holdings {
		h := &holdings[i]
		if h.state != released {
			continue
		}
		if asked == maxSettled {
			return nil
		}
		asked++
		d, err := op.Delivery(ctx, model.Key{Stream: stream, ID: h.ID})
		if err != nil {
			return err
		}
		h.gone = d.Gone
		for _, g := range d.Groups {
			switch {
			case g.Group != group:
			case g.State == model.DeliveryAcked, g.State == model.DeliveryGone:
				h.state = settled
			case g.State == model.NotDelivered:
				h.state = undeliver
			}
		}
	}
	return nil
}

// text is the state in a few words, for what a table's other columns don't say.
func (h *holding) text() string {
	switch {
	case h.state == held && h.gone:
		return "gone"
	case h.state == unlooked:
		return "? not looked at"
	case h.state == settled && h.gone:
		return "acked meanwhile, gone"
	case h.state == settled:
		return "acked meanwhile"
	case h.state == undeliver:
		return "not delivered yet"
	case h.gone:
		return "not pending, gone"
	case h.state == released:
		return "no longer pending"
	default:
		return ""
	}
}

// tally counts holdings by what matters to a person who is about to act on them.
type tally struct {
	all, held, gone, free, unlooked int
}

func count(holdings []holding) tally {
	t := tally{all: len(holdings)}
	for i := range holdings {
		switch h := &holdings[i]; h.state {
		case held:
			t.held++
			if h.gone {
				t.gone++
			}
		case unlooked:
			t.unlooked++
		default:
			t.free++
		}
	}
	return t
}

// moved says whether an entry has gone to another consumer, or was delivered again, since it was last looked at: somebody
// else is at work on it. An entry that has left the pending entries list is no reason to stop, for acting on it does
// nothing.
func moved(before, after []holding) bool {
	if len(before) != len(after) {
		return false
	}
	for i := range after {
		a, b := &after[i], &before[i]
		switch {
		case a.state != held:
		case b.state == held && (a.Consumer != b.Consumer || a.Deliveries != b.Deliveries):
			return true
		case b.state != held && b.state != unlooked:
			return true
		}
	}
	return false
}
