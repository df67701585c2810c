package observe

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Counting a range stops after so many entries or bytes, and the result is an estimate: a person doesn't notice the wait up to
// there.
const (
	countEntries = 20_000
	countBytes   = 16 << 20
)

// countRange counts the entries of a range by reading them, up to a max; all is false when there are more.
func (rd *Reader) countRange(ctx context.Context, stream string, from, to model.Position) (n int64, all bool, err error) {
	p := rd.pages(stream, from, to, pageEntries)
	for {
		entries, err := p.next(ctx)
		if err != nil {
			return n, false, err
		}
		n += int64(len(entries))
		switch {
		case p.done:
			return n, true, nil
		case n >= countEntries || p.bytes >= countBytes:
			return n, false, nil
		}
	}
}

// CountBetween returns the number of entries of a stream in a range. It is exact when it follows from the stream's figures or the
// entries are few enough to read. Beyond 20,000 entries or 16 MB it is an estimate, as if the entries were spread evenly over
// time. It sends XRANGE.
func (rd *Reader) CountBetween(ctx context.Context, s *model.Stream, from, to model.Position) (model.Count, error) {
	switch {
	case s.Length == 0, to.Before(from), to.Before(s.First), from.After(s.Last):
		return model.Exactly(0), nil
	case !from.After(s.First) && !to.Before(s.Last):
		return model.Exactly(s.Length), nil
	}
	n, all, err := rd.countRange(ctx, s.Key, from, to)
	if err != nil {
		return model.Count{}, err
	}
	if all {
		return model.Exactly(n), nil
	}
	from, to = later(from, s.First), earlier(to, s.Last)
	share := float64(to.Ms-from.Ms) / float64(max(s.Last.Ms-s.First.Ms, 1))
	return model.About(max(n, min(int64(share*float64(s.Length)), s.Length))), nil
}

func later(p, q model.Position) model.Position {
	if p.Before(q) {
		return q
	}
	return p
}

func earlier(p, q model.Position) model.Position {
	if q.Before(p) {
		return q
	}
	return p
}

// LookAt returns one stream and one of its groups from a [Reader.Snapshot]; an empty group means no group. The error wraps
// [fault.ErrNoStream] or [fault.ErrNoGroup] when the stream or group doesn't exist, and is a [wire.ServerError] for a key that
// can't be read.
func (rd *Reader) LookAt(ctx context.Context, stream, group string) (*model.Stream, *model.Group, error) {
	if err := fault.NeedStream(stream); err != nil {
		return nil, nil, err
	}
	snap, err := rd.Snapshot(ctx, []string{stream})
	if err != nil {
		return nil, nil, err
	}
	s := &snap.Streams[0]
	switch {
	case s.Missing:
		return nil, nil, fault.ErrNoStream
	case s.Problem != "":
		return nil, nil, wire.ServerError(s.Problem)
	case group == "":
		return s, nil, nil
	}
	g := s.Group(group)
	if g == nil {
		return nil, nil, fault.ErrNoGroup
	}
	return s, g, nil
}

// EntryAt returns the ID of the entry with n entries before it, found from the nearer end. The bool is true when the ID is only
// an estimate, as if entries were spread evenly over time. It sends XRANGE or XREVRANGE.
func (rd *Reader) EntryAt(ctx context.Context, s *model.Stream, n int64) (model.Position, bool, error) {
	if fromEnd := s.Length - n; fromEnd <= countEntries && fromEnd < n {
		entries, err := rd.RangeBack(ctx, s.Key, s.Last, model.Position{}, int(fromEnd))
		if err != nil {
			return model.Position{}, false, err
		}
		if len(entries) > 0 {
			return entries[len(entries)-1].ID, false, nil
		}
	}
	if n < countEntries {
		p := rd.pages(s.Key, model.Position{}, s.Last, pageEntries)
		for p.bytes < countBytes {
			entries, err := p.next(ctx)
			if err != nil {
				return model.Position{}, false, err
			}
			if n < int64(len(entries)) {
				return entries[n].ID, false, nil
			}
			n -= int64(len(entries))
			if p.done {
				return s.Last.Next(), false, nil // the stream has shrunk meanwhile
			}
		}
	}
	share := float64(n) / float64(max(s.Length, 1))
	return model.Position{Ms: s.First.Ms + uint64(share*float64(s.Last.Ms-s.First.Ms))}, true, nil
}

// PendingBefore returns the number of rows of a group's pending entries list before a position; an estimate beyond 20,000. It
// sends XPENDING.
func (rd *Reader) PendingBefore(ctx context.Context, stream string, g *model.Group, end model.Position) (model.Count, error) {
	if g.Oldest == nil || !g.Oldest.ID.Before(end) {
		return model.Exactly(0), nil
	}
	if end.After(g.LastDelivered) {
		return model.Exactly(g.Pending), nil
	}
	n := int64(0)
	from := g.Oldest.ID
	for n < countEntries {
		rows, err := rd.pendingRows(ctx, PendingQuery{
			Stream: stream, Group: g.Name, From: from, To: end.Prev(), Count: pendingPage,
		})
		if err != nil {
			return model.Count{}, err
		}
		n += int64(len(rows))
		if len(rows) < pendingPage {
			return model.Exactly(n), nil
		}
		from = rows[len(rows)-1].ID.Next()
	}
	return model.About(max(n, g.Pending/2)), nil
}

// EntriesRead returns the number of entries ever added to a stream up to a position, if it can be determined exactly. It also
// returns the position, which for [model.MaxPosition] is that of the stream's end. It sends XINFO STREAM, and for a position in
// the middle XRANGE. The error wraps [fault.ErrNoStream] when there is no stream.
func (rd *Reader) EntriesRead(ctx context.Context, key string, at model.Position) (model.Position, model.Count, error) {
	before, err := rd.streamNow(ctx, key)
	if err != nil {
		return at, model.Count{}, err
	}
	if at == model.MaxPosition {
		at = before.Last
	}
	if at.After(before.Last) || deletedAfter(at, &before) {
		return at, model.Count{}, nil // later entries may be before it; deleted ones may have been after it
	}
	if read := before.AddedUpTo(at); read.Known || !before.EntriesAdded.Known {
		return at, read, nil
	}
	behind, err := rd.CountBetween(ctx, &before, at.Next(), before.Last)
	if err != nil {
		return at, model.Count{}, err
	}
	after, err := rd.streamNow(ctx, key)
	if err != nil {
		return at, model.Count{}, err
	}
	// Entries added meanwhile aren't counted; entries deleted or trimmed meanwhile may have been.
	if behind.Estimated || deletedAfter(at, &after) || after.First.After(at.Next()) && after.First != before.First {
		return at, model.Count{}, nil
	}
	return at, before.EntriesAdded.Minus(behind), nil
}

// deletedAfter reports whether an entry after a position was deleted from the middle of a stream.
func deletedAfter(at model.Position, s *model.Stream) bool {
	return s.MaxDeleted.After(at) && !s.MaxDeleted.Before(s.First)
}

// streamNow returns what XINFO STREAM says.
func (rd *Reader) streamNow(ctx context.Context, key string) (model.Stream, error) {
	infos, err := rd.streamInfos(ctx, wire.Node{}, []string{key})
	switch {
	case err != nil:
		return model.Stream{}, err
	case infos[0].Missing:
		return model.Stream{}, fmt.Errorf("%s: %w", key, fault.ErrNoStream)
	case infos[0].Problem != "":
		return model.Stream{}, wire.ServerError(infos[0].Problem)
	}
	return infos[0], nil
}
