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

// restoredGroup is a consumer group whose lines are being read. It is made in three steps, so that an import may end
// anywhere and no entry is lost: it begins just before the first entry that is to be pending, what is pending is put in,
// and only then it is moved to its position. A group that stands where the first step puts it is one whose import was cut off.
type restoredGroup struct {
	mark groupMark
	line int // where the group itself stands: an import that ends before the last step has to begin here again

	opened bool // the first step is done
	// begun says that this import makes the group, or goes on making it; otherwise it is left as it is.
	begun bool
	// behind says that it isn't at its position yet.
	behind bool
	// look says that some of its entries may be pending already.
	look bool

	last model.Position // of the rows that were read
	done RestoredGroup
}

// RestoredGroup is what became of a consumer group of an export.
type RestoredGroup struct {
	Stream, Group string
	// Kept says that the group was there and stays as it is; Resumed that an earlier import had begun to make it.
	Kept, Resumed bool
	// Pending is how many entries were pending in it when it was exported, and Rows how many of them the export has.
	Pending, Rows int64
	// Of these rows, Before were pending already, Absent aren't pending in a group that is kept, and Gone can't be made
	// pending because the stream doesn't have them.
	Before, Absent, Gone int64
}

// restoreGroup begins a group. Nothing is sent before the first of its pending entries is known.
func (i *importing) restoreGroup(b *batch) {
	if i.options.Groups {
		i.group = &restoredGroup{mark: b.group, line: b.line}
	}
}

// openGroup does the first step. The first is the ID of the first entry that is to be pending, zero when there is none.
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

// groupNow is what the server says of the group.
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

// ofGroup says what is wrong with a row where it stands.
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

// notPending are the rows whose entries aren't pending in the group now.
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

// finishGroup does the last step once all lines of a group were read, and says what is missing.
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
		if now.LastDelivered.Before(g.mark.LastDelivered) { // its consumers may have come past it meanwhile
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

// pending is the row as it stands in the list.
func (r *PendingRow) pending() model.Pending {
	row := model.Pending{ID: r.ID, Consumer: r.Consumer, Deliveries: r.Deliveries}
	if r.Idle != nil {
		row.Idle = time.Duration(*r.Idle * float64(time.Second))
	}
	return row
}
