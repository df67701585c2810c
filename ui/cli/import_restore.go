package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
)

// restoreStream gives a stream the figures of the original, if it holds what the original held and nothing else.
func (i *importing) restoreStream(ctx context.Context, mark *streamMark) error {
	stream := i.streams[mark.Stream]
	if !i.flags.keepIDs || !mark.Whole {
		return nil
	}
	snapshot, err := i.bus.Snapshot(ctx, []string{mark.Stream})
	if err != nil {
		return err
	}
	now := &snapshot.Streams[0]
	if stream == nil && mark.Length == 0 && now.Missing { // it was empty, and is to be again
		i.streams[mark.Stream] = &importedStream{created: true}
		i.done.Streams = len(i.streams)
	} else if now.Length == mark.Length && now.Last == mark.LastID && now.EntriesAdded == mark.EntriesAdded && now.MaxDeleted == mark.MaxDeletedID {
		return nil // from an earlier run
	} else if stream == nil || stream.entries != mark.Exported || now.Length != mark.Length || mark.LastID.Before(now.Last) {
		i.say("%s keeps its own figures: it holds %d entries, and the file has %d of them", mark.Stream, now.Length, mark.Exported)
		return nil
	}
	request := bus.RestoreStreamRequest{
		Stream: mark.Stream, Last: mark.LastID, EntriesAdded: mark.EntriesAdded, MaxDeleted: mark.MaxDeletedID, Create: now.Missing,
	}
	if !now.Missing && !now.EntriesAdded.Known {
		request.EntriesAdded = model.Count{} // a server before Redis 7 has no such figure
	}
	i.added.sent = true
	_, err = i.bus.RestoreStream(ctx, request)
	return err
}

// restoreGroup creates a group where it is missing.
func (i *importing) restoreGroup(ctx context.Context, mark *groupMark) error {
	i.restoring = ""
	if !i.flags.groups {
		return nil
	}
	i.added.sent = true
	_, err := i.bus.CreateGroup(ctx, bus.CreateGroupRequest{
		Stream: mark.Stream, Group: mark.Group, At: mark.LastDelivered, EntriesRead: mark.EntriesRead,
	})
	switch {
	case errors.Is(err, bus.ErrGroupExists):
		i.say("group %s on %s is there already and stays as it is", mark.Group, mark.Stream)
		return nil
	case err != nil:
		return err
	}
	i.restoring = groupName(mark.Stream, mark.Group)
	i.done.Groups++
	return nil
}

func groupName(stream, group string) string { return stream + " " + group }

// restorePending gives what was pending to its consumers, in groups that this import has created.
func (i *importing) restorePending(ctx context.Context, rows []jsonPending) error {
	for start := 0; start < len(rows); {
		first := &rows[start]
		end := start + 1
		for end < len(rows) && rows[end].Stream == first.Stream && rows[end].Group == first.Group {
			end++
		}
		if i.flags.groups && i.restoring == groupName(first.Stream, first.Group) {
			list := make([]model.Pending, 0, end-start)
			for k := range rows[start:end] {
				list = append(list, rows[start+k].pending())
			}
			restored, err := i.bus.RestorePending(ctx, first.Stream, first.Group, list)
			i.done.Pending += restored
			if err != nil {
				return err
			}
			if gone := int64(len(list)) - restored; gone > 0 {
				i.say("%s on %s: %d entries that were pending are gone, and can't be made pending again", first.Group, first.Stream, gone)
			}
		}
		start = end
	}
	return nil
}

// pending is the row as it stands in the list.
func (r *jsonPending) pending() model.Pending {
	row := model.Pending{ID: r.ID, Consumer: r.Consumer, Deliveries: r.Deliveries}
	if r.Idle != nil {
		row.Idle = time.Duration(*r.Idle * float64(time.Second))
	}
	return row
}

// say tells something on stderr that is no failure.
func (i *importing) say(format string, args ...any) {
	i.progress.end()
	fmt.Fprintf(i.Err, format+"\n", args...)
}
