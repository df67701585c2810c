package transfer

import (
	"context"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// restoreStream gives a stream the figures of the original, if it holds exactly the entries of the original.
func (i *importing) restoreStream(ctx context.Context, mark *streamMark) error {
	stream := i.streams[mark.Stream]
	if !i.options.KeepIDs || !mark.Whole {
		return nil
	}
	snapshot, err := i.bus.Reader().Snapshot(ctx, []string{mark.Stream})
	if err != nil {
		return err
	}
	now := &snapshot.Streams[0]
	create := now.Missing || change.HalfMade(now)
	if stream == nil && mark.Length == 0 && create { // it was empty, and is created empty
		i.streams[mark.Stream] = &importedStream{}
		i.done.Streams = len(i.streams)
	} else if now.Length == mark.Length && now.Last == mark.LastID && now.EntriesAdded == mark.EntriesAdded && now.MaxDeleted == mark.MaxDeletedID {
		return nil // from an earlier run
	} else if !i.holds(mark) || now.Length != mark.Length || mark.LastID.Before(now.Last) {
		if i.options.KeptFigures != nil {
			i.options.KeptFigures(mark.Stream, now.Length, mark.Exported)
		}
		return nil
	}
	request := change.RestoreStreamRequest{
		Stream: mark.Stream, Last: mark.LastID, EntriesAdded: mark.EntriesAdded, MaxDeleted: mark.MaxDeletedID, Create: create,
	}
	if !now.Missing && !now.EntriesAdded.Known {
		request.EntriesAdded = model.Count{} // a server before Redis 7 has no such figure
	}
	i.done.Added.Sent = true
	_, err = i.bus.Writer().RestoreStream(ctx, request)
	return err
}

// holds reports whether the stream holds the entries whose lines come before its figures. If the import began in the middle of
// the stream, with --from-line, an earlier run has added the first ones.
func (i *importing) holds(mark *streamMark) bool {
	within := i.options.FromLine > 1 && !i.figures
	i.figures = true
	stream := i.streams[mark.Stream]
	return stream != nil && stream.entries == mark.Exported || within && (stream == nil || stream.entries < mark.Exported)
}
