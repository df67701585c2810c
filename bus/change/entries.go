package change

import (
	"context"
	"iter"

	"streamdesk/model"
)

const (
	// idBatch is the max number of entries that one step changes by ID alone: as many as one command names.
	idBatch = 500
	// payloadBatch is the max number per step when the entries are read or returned whole.
	payloadBatch = 100
	// shownBatches is the max number of batches whose commands a plan shows.
	shownBatches = 3
)

// pending is the common part of the changes that act on pending entries of a group.
type pending struct{ Target }

// Look finds out who holds the entries, unless the target already says so.
func (c *pending) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	if !c.Known {
		plan.Holdings, err = Holdings(ctx, on, &c.Target)
	}
	return plan, err
}

// preview adds the commands of the first batches to a plan.
func (t *Target) preview(plan *Plan, commands func(ids []model.Position) []model.Command) {
	shown := min(len(t.Rows), shownBatches*idBatch)
	plan.Commands = commands(idsOf(t.Rows[:shown]))
	plan.More = (len(t.Rows) - shown + idBatch - 1) / idBatch
}

// inBatches applies a change to size entries at a time.
func (t *Target) inBatches(plan Plan, size int, do func(before []Holding) (Step, error)) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		for start := 0; start < len(t.Rows); start += size {
			end := min(start+size, len(t.Rows))
			step, err := do(t.before(plan, start, end))
			step.Rows = t.Rows[start:end]
			if !yield(step, err) || err != nil {
				return
			}
		}
	}
}

// before returns the state of some of the entries when they were shown.
func (t *Target) before(plan Plan, start, end int) []Holding {
	if !t.Known && len(plan.Holdings) > 0 {
		return plan.Holdings[start:end]
	}
	holdings := make([]Holding, end-start)
	for i := range holdings {
		row := t.Rows[start+i]
		holdings[i].Pending = row
		switch {
		case !t.Known:
		case row.Consumer == "":
			holdings[i].State = Released
		default:
			holdings[i].State = Held
		}
	}
	return holdings
}

// asTheyWere looks up the entries again. It returns the current rows of the entries whose holder and delivery count haven't
// changed, and an outcome for each of the others. For an empty plan it looks up nothing and returns all rows.
func (t *Target) asTheyWere(ctx context.Context, on Reader, plan Plan, before []Holding) (same []model.Pending, left []Outcome, err error) {
	rows := rowsOf(before)
	if !t.Known && len(plan.Holdings) == 0 {
		return rows, nil, nil
	}
	now, err := on.PendingOf(ctx, t.Stream, t.Group, idsOf(rows))
	if err != nil {
		return nil, nil, err
	}
	var missing []model.Position
	for i := range before {
		switch b := &before[i]; {
		case now[i].ID.IsZero():
			missing = append(missing, b.ID)
		case b.State != Unlooked && (now[i].Consumer != b.Consumer || now[i].Deliveries != b.Deliveries):
			left = append(left, Outcome{ID: b.ID, Outcome: Moved})
		default:
			same = append(same, now[i])
		}
	}
	others, err := whyNotPending(ctx, on, t.Stream, missing)
	return same, append(left, others...), err
}

// whyNotPending returns an outcome for each ID: Gone, or NotPending when it was acknowledged or never delivered.
func whyNotPending(ctx context.Context, on Reader, stream string, ids []model.Position) ([]Outcome, error) {
	var outcomes []Outcome
	for start := 0; start < len(ids); start += payloadBatch {
		entries, err := on.Entries(ctx, stream, ids[start:min(start+payloadBatch, len(ids))])
		if err != nil {
			return outcomes, err
		}
		for i := range entries {
			o := Outcome{ID: entries[i].ID, Outcome: NotPending}
			if entries[i].Fields == nil {
				o.Outcome = Gone
			}
			outcomes = append(outcomes, o)
		}
	}
	return outcomes, nil
}

// stillThere returns the entries that still exist. It looks up entries that were given by ID rather than found, because the
// server reports only how many it deletes. Pending entries of a group must also still be held as they were.
func (t *Target) stillThere(ctx context.Context, on Reader, plan Plan, before []Holding) (there []model.Pending, left []Outcome, err error) {
	switch {
	case t.Found && t.Group != "":
		return t.asTheyWere(ctx, on, plan, before)
	case t.Found:
		return rowsOf(before), nil, nil
	}
	entries, left, err := t.readEntries(ctx, on, plan, before)
	for i := range entries {
		there = append(there, entries[i].Pending)
	}
	return there, left, err
}

// readEntries reads whole entries. It leaves out those that are gone and, in a group, those that are no longer pending as they
// were.
func (t *Target) readEntries(ctx context.Context, on Reader, plan Plan, before []Holding) (entries []model.PendingEntry, left []Outcome, err error) {
	found, left, err := t.read(ctx, on, plan, before)
	for i := range found {
		if found[i].Gone {
			left = append(left, Outcome{ID: found[i].ID, Outcome: Gone})
			continue
		}
		entries = append(entries, found[i])
	}
	return entries, left, err
}

// read does the same as readEntries, but includes entries that are gone.
func (t *Target) read(ctx context.Context, on Reader, plan Plan, before []Holding) (entries []model.PendingEntry, left []Outcome, err error) {
	rows := rowsOf(before)
	if t.Group != "" {
		if rows, left, err = t.asTheyWere(ctx, on, plan, before); err != nil {
			return nil, left, err
		}
	}
	found, err := on.Entries(ctx, t.Stream, idsOf(rows))
	for i := range found {
		entries = append(entries, model.PendingEntry{Pending: rows[i], Entry: found[i], Gone: found[i].Fields == nil})
	}
	return entries, left, err
}

func rowsOf(holdings []Holding) []model.Pending {
	rows := make([]model.Pending, len(holdings))
	for i := range holdings {
		rows[i] = holdings[i].Pending
	}
	return rows
}
