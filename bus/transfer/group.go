package transfer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe"
	"streamdesk/model"
)

// restoredGroup is a consumer group whose lines are being read. It is created in three steps, so that an import may end anywhere
// without losing entries. First the group is created just before the first entry that must be pending. Then the pending entries
// are added. Last, the group is moved to its position. A group at the position of the first step is one whose import was
// interrupted.
type restoredGroup struct {
	mark groupMark
	line int // of the group itself: an import that ends before the last step must restart here

	opened bool // the first step is done
	// begun is set when this import creates the group, or continues creating it; otherwise the group stays unchanged.
	begun bool
	// behind is set while the group isn't at its position yet.
	behind bool
	// look is set when some of its entries may already be pending.
	look bool

	last model.Position // of the rows that were read
	done RestoredGroup
}

// RestoredGroup is the result for a consumer group of an export.
type RestoredGroup struct {
	Stream, Group string
	// Kept is set when the group existed and stays unchanged, Resumed when an earlier import had begun to create it.
	Kept, Resumed bool
	// Pending is the number of entries pending in it at the time of the export, Rows the number of them in the export.
	Pending, Rows int64
	// Before is the number of rows that were already pending, Absent of rows that aren't pending in a kept group, and Gone of
	// rows that can't be made pending because their entries aren't in the stream.
	Before, Absent, Gone int64
}

// restoreGroup begins a group. Nothing is sent before the first of its pending entries is known.
func (i *importing) restoreGroup(b *batch) {
	if i.options.Groups {
		i.group = &restoredGroup{mark: b.group, line: b.line}
	}
}

// openGroup does the first step. first is the ID of the first entry that must be pending, zero when there is none.
func (i *importing) openGroup(ctx context.Context, first model.Position) error {
	g := i.group
	g.opened = true
	at := change.RestoreGroupRequest{Stream: g.mark.Stream, Group: g.mark.Group, At: g.mark.LastDelivered, EntriesRead: g.mark.EntriesRead}
	if !first.IsZero() && first.Prev().Before(at.At) {
		at.At, at.EntriesRead, g.behind = first.Prev(), model.Count{}, true
	}
	i.done.Added.Sent = true
	_, err := i.bus.Writer().RestoreGroup(ctx, at)
	switch {
	case err == nil:
		g.begun = true
		return nil
	case !errors.Is(err, fault.ErrGroupExists):
		return err
	}
	now, err := i.groupNow(ctx, g)
	if err != nil {
		return err
	}
	g.look, g.begun = true, g.behind && now.LastDelivered == at.At
	return nil
}

// groupNow returns the group as the server reports it.
func (i *importing) groupNow(ctx context.Context, g *restoredGroup) (*model.Group, error) {
	snapshot, err := i.bus.Reader().Snapshot(ctx, []string{g.mark.Stream})
	if err != nil {
		return nil, err
	}
	now := snapshot.Streams[0].Group(g.mark.Group)
	if now == nil {
		return nil, fmt.Errorf("%s on %s: %w; it was there a moment ago", g.mark.Group, g.mark.Stream, fault.ErrNoGroup)
	}
	return now, nil
}

// restorePending does the second step for some rows.
func (i *importing) restorePending(ctx context.Context, b *batch) error {
	if !i.options.Groups {
		return nil
	}
	list := make([]model.Pending, 0, len(b.pending))
	for k := range b.pending {
		row := &b.pending[k]
		err := i.ofGroup(row)
		if err == nil {
			list = append(list, row.pending())
			i.group.last = row.ID
			continue
		}
		err = fmt.Errorf("%s, line %d: %w", i.lines.name, b.at[k], err)
		if i.options.LeftOut == nil {
			i.done.Line = b.at[k] - 1
			return err
		}
		i.leaveOut(err)
	}
	if len(list) == 0 {
		return nil
	}
	g := i.group
	if !g.opened {
		if err := i.openGroup(ctx, list[0].ID); err != nil {
			return err
		}
	}
	g.done.Rows += int64(len(list))
	if g.look {
		absent, err := i.notPending(ctx, g, list)
		if err != nil {
			return err
		}
		g.done.Before += int64(len(list) - len(absent))
		list = absent
	}
	if !g.begun {
		g.done.Absent += int64(len(list))
		return nil
	}
	restored, err := i.bus.Writer().RestorePending(ctx, g.mark.Stream, g.mark.Group, list)
	i.done.Pending += restored
	if err != nil {
		return err
	}
	g.done.Gone += int64(len(list)) - restored
	return nil
}

// ofGroup returns an error when a row isn't valid at this place in the file.
func (i *importing) ofGroup(row *PendingRow) error {
	g := i.group
	switch {
	case g == nil, g.mark.Stream != row.Stream, g.mark.Group != row.Group:
		return fmt.Errorf("the line of group %s on %s doesn't stand before what is pending in it: begin with that line, or at line 1; "+
			"what is there already is passed over", row.Group, row.Stream)
	case !row.ID.After(g.last):
		return fmt.Errorf("%s is pending before %s, which stands before it: sort what is pending in a group by its IDs", row.ID, g.last)
	}
	return nil
}

// notPending returns the rows whose entries aren't pending in the group now.
func (i *importing) notPending(ctx context.Context, g *restoredGroup, rows []model.Pending) ([]model.Pending, error) {
	pending := make(map[model.Position]bool, len(rows))
	query := observe.PendingQuery{Stream: g.mark.Stream, Group: g.mark.Group, From: rows[0].ID, To: rows[len(rows)-1].ID, Count: pendingPage}
	for {
		page, err := i.bus.Reader().Pending(ctx, query)
		if err != nil {
			return nil, err
		}
		for k := range page {
			pending[page[k].ID] = true
		}
		if len(page) < pendingPage || page[len(page)-1].ID == query.To {
			break
		}
		query.From = page[len(page)-1].ID.Next()
	}
	absent := rows[:0]
	for _, row := range rows {
		if !pending[row.ID] {
			absent = append(absent, row)
		}
	}
	return absent, nil
}

// finishGroup does the last step once all lines of a group were read, and reports the result to Group.
func (i *importing) finishGroup(ctx context.Context) error {
	g := i.group
	if g == nil {
		return nil
	}
	if !g.opened {
		if err := i.openGroup(ctx, model.Position{}); err != nil {
			return err
		}
	}
	if g.begun && g.behind {
		now, err := i.groupNow(ctx, g)
		if err != nil {
			return err
		}
		if now.LastDelivered.Before(g.mark.LastDelivered) { // its consumers may have passed it meanwhile
			if _, err := i.bus.Writer().FinishGroup(ctx, change.RestoreGroupRequest{
				Stream: g.mark.Stream, Group: g.mark.Group, At: g.mark.LastDelivered, EntriesRead: g.mark.EntriesRead,
			}); err != nil {
				return err
			}
		}
	}
	i.group = nil
	if g.begun {
		i.done.Groups++
	}
	if i.options.Group != nil {
		g.done.Stream, g.done.Group, g.done.Pending = g.mark.Stream, g.mark.Group, g.mark.Pending
		g.done.Kept, g.done.Resumed = !g.begun, g.begun && g.look
		i.options.Group(g.done)
	}
	return nil
}

// pending returns the row as it is in the pending entries list.
func (r *PendingRow) pending() model.Pending {
	row := model.Pending{ID: r.ID, Consumer: r.Consumer, Deliveries: r.Deliveries}
	if r.Idle != nil {
		row.Idle = time.Duration(*r.Idle * float64(time.Second))
	}
	return row
}
