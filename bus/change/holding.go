package change

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/words"
)

// Standing is the state of an entry in a group.
type Standing uint8

const (
	// Unlooked means that there were too many entries to look at each.
	Unlooked Standing = iota
	// Held means pending with a consumer.
	Held
	// Released means not pending; no more is known.
	Released
	// Settled means acknowledged or skipped.
	Settled
	// Undelivered means that the group hasn't reached it yet.
	Undelivered
)

// Holding is the state of one entry in a group at the time of a look.
type Holding struct {
	model.Pending
	State Standing
	// Gone is set when the entry is no longer in the stream.
	Gone bool
}

// Bounds of a look at many entries.
const (
	// pageRows is the max number of rows per query of a pending entries list, each with its entry.
	pageRows = 100
	// maxPages is the max number of pages per look: 5,000 adjacent entries, or 50 that lie far apart.
	maxPages = 50
	// maxSettled is the max number of entries that aren't pending and are looked up one by one: as many as a dialog shows.
	maxSettled = 5
)

// Holdings returns the state of each entry of a target in its group, in the target's order. It sends XPENDING along the list with
// XRANGE for each row, max 50 pages; then XRANGE, XINFO and XPENDING for each of the first few entries that aren't pending.
func Holdings(ctx context.Context, on Reader, t *Target) ([]Holding, error) {
	holdings := make([]Holding, len(t.Rows))
	order := make([]int, len(t.Rows))
	for i := range t.Rows {
		holdings[i].ID, order[i] = t.Rows[i].ID, i
	}
	slices.SortFunc(order, func(a, b int) int { return t.Rows[a].ID.Compare(t.Rows[b].ID) })
	err := lookAtPending(ctx, on, t, holdings, order)
	if err == nil {
		err = lookAtOthers(ctx, on, t, holdings)
	}
	return holdings, err
}

// lookAtPending walks along the pending entries list from entry to entry; order lists the holdings by ID.
func lookAtPending(ctx context.Context, on Reader, t *Target, holdings []Holding, order []int) error {
	if len(order) == 0 {
		return nil
	}
	last := holdings[order[len(order)-1]].ID
	for range maxPages {
		if len(order) == 0 {
			return nil
		}
		rows, err := on.Pending(ctx, observe.PendingQuery{
			Stream: t.Stream, Group: t.Group, From: holdings[order[0]].ID, To: last, Count: pageRows, Payloads: true,
		})
		if err != nil {
			return err
		}
		seen := last // an entry up to here that isn't among the rows isn't pending
		if len(rows) >= pageRows {
			seen = rows[len(rows)-1].ID
		}
		for len(order) > 0 && !holdings[order[0]].ID.After(seen) {
			h := &holdings[order[0]]
			h.State = Released
			i, ok := slices.BinarySearchFunc(rows, h.ID, func(r model.PendingEntry, id model.Position) int {
				return cmp.Compare(r.ID.Compare(id), 0)
			})
			if ok {
				*h = Holding{Pending: rows[i].Pending, State: Held, Gone: rows[i].Gone}
			}
			order = order[1:]
		}
	}
	return nil
}

// lookAtOthers finds out the state of the first few entries that aren't pending.
func lookAtOthers(ctx context.Context, on Reader, t *Target, holdings []Holding) error {
	asked := 0
	for i := range holdings {
		h := &holdings[i]
		if h.State != Released {
			continue
		}
		if asked == maxSettled {
			return nil
		}
		asked++
		d, err := on.Delivery(ctx, model.Key{Stream: t.Stream, ID: h.ID})
		if err != nil {
			return err
		}
		h.Gone = d.Gone
		for _, g := range d.Groups {
			switch {
			case g.Group != t.Group:
			case g.State == model.DeliveryAcked, g.State == model.DeliveryGone:
				h.State = Settled
			case g.State == model.NotDelivered:
				h.State = Undelivered
			}
		}
	}
	return nil
}

// maxGroupLooks is the max number of entries looked up one by one to find the groups that hold them.
const maxGroupLooks = 20

// HeldIn returns the groups in which any of the first entries of a target is pending, sorted by name.
func HeldIn(ctx context.Context, on Reader, t *Target) ([]string, error) {
	found := map[string]bool{}
	for _, row := range t.Rows[:min(len(t.Rows), maxGroupLooks)] {
		delivery, err := on.Delivery(ctx, model.Key{Stream: t.Stream, ID: row.ID})
		if err != nil {
			return nil, err
		}
		for _, g := range delivery.Groups {
			if g.State == model.DeliveryPending && g.Pending != nil {
				found[g.Group] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// String returns the state in a few words, where the holder alone isn't enough.
func (h *Holding) String() string {
	switch {
	case h.State == Held && h.Gone:
		return "gone"
	case h.State == Unlooked:
		return "? not looked at"
	case h.State == Settled && h.Gone:
		return "acked meanwhile, gone"
	case h.State == Settled:
		return "acked meanwhile"
	case h.State == Undelivered:
		return "not delivered yet"
	case h.Gone:
		return "not pending, gone"
	case h.State == Released:
		return "no longer pending"
	default:
		return ""
	}
}

// Tally counts holdings by what matters to a person who is about to act on them.
type Tally struct {
	All, Held, Gone, Free, Unlooked int
}

// Count returns the tally of holdings.
func Count(holdings []Holding) Tally {
	t := Tally{All: len(holdings)}
	for i := range holdings {
		switch h := &holdings[i]; h.State {
		case Held:
			t.Held++
			if h.Gone {
				t.Gone++
			}
		case Unlooked:
			t.Unlooked++
		default:
			t.Free++
		}
	}
	return t
}

// String returns the tally in words: "196 of 200 pending, 2 gone, 4 no longer pending".
func (t Tally) String() string {
	parts := []string{fmt.Sprintf("%s of %s pending", words.Grouped(int64(t.Held)), words.Grouped(int64(t.All)))}
	if t.Gone > 0 {
		parts = append(parts, words.Grouped(int64(t.Gone))+" gone")
	}
	if t.Free > 0 {
		parts = append(parts, words.Grouped(int64(t.Free))+" no longer pending")
	}
	if t.Unlooked > 0 {
		parts = append(parts, "? "+words.Grouped(int64(t.Unlooked))+" not looked at")
	}
	return strings.Join(parts, ", ")
}

// atWork is the max time since delivery for which a consumer is assumed to be working on an entry: most handlers finish, and most
// keep-alives are due, within this time.
const atWork = 5 * time.Second

// Busy returns a warning when a consumer has only just received one of the entries; nil when none has.
func Busy(holdings []Holding) []string {
	for i := range holdings {
		if h := &holdings[i]; h.State == Held && h.Idle < atWork && !h.Gone {
			id := h.ID.String()
			return []string{fmt.Sprintf("%s got …%s %s ago and may be at work on it: it isn't stopped.",
				h.Consumer, id[max(len(id)-8, 0):], strings.TrimPrefix(words.Age(h.Idle), "<"))}
		}
	}
	return nil
}
