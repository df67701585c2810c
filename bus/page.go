package bus

import (
	"context"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Pages of a stream are read with bounds on entries and bytes: entries of a hundred bytes come a thousand at a time,
// entries of a megabyte few at a time.
const (
	pageEntries  = 1000
	pageBytes    = 4 << 20
	minPageCount = 4
)

// pages reads a range of a stream from its older end to its newer, a bounded page at a time.
type pages struct {
	b        *Reader
	stream   string
	from, to model.Position // both included
	count    int            // of the next page
	limit    int
	done     bool
	bytes    int // read so far
}

func (rd *Reader) pages(stream string, from, to model.Position, limit int) *pages {
	return &pages{
		b: rd, stream: stream, from: from, to: to, limit: limit,
		// The first page is a small one: it shows how large the entries are. More of them, a megabyte each, would take
		// longer than a client waits for a reply over a slow line.
		count: min(limit, minPageCount), done: to.Before(from),
	}
}

// next reads the next page; none means that the range is at its end.
func (p *pages) next(ctx context.Context) ([]model.Entry, error) {
	if p.done {
		return nil, nil
	}
	entries, err := p.b.look.Entries(ctx, p.stream, wire.Range(p.stream, p.from, p.to, p.count))
	if err == nil {
		err = wire.Answered("XRANGE", p.from, p.to, p.count, wire.EntryIDs(entries))
	}
	if err != nil {
		return nil, err
	}
	if len(entries) < p.count {
		p.done = true
	}
	if len(entries) == 0 {
		return nil, nil
	}
	size := 0
	for i := range entries {
		size += entries[i].Size()
	}
	p.bytes += size
	last := entries[len(entries)-1].ID
	p.done = p.done || !last.Before(p.to)
	p.from = last.Next()
	p.count = min(max(pageBytes/max(size/len(entries), 1), minPageCount), p.limit)
	return entries, nil
}

// A count of a range is given up, and estimated, after so many entries or bytes: what a person waits for without noticing.
const (
	countEntries = 20_000
	countBytes   = 16 << 20
)

// countRange counts the entries of a range by reading them, up to a bound; false when there are more than that.
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

// countBetween is how many entries of a stream lie in a range: exact where that follows from what is known of the stream, or
// by reading them as long as there are few; beyond that an estimate, as if the entries lay evenly in time.
func (rd *Reader) countBetween(ctx context.Context, s *model.Stream, from, to model.Position) (model.Count, error) {
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
