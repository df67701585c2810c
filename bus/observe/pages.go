package observe

import (
	"context"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Pages of a stream have a max number of entries and bytes: entries of a hundred bytes come a thousand at a time, entries of a
// megabyte a few at a time.
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
	room     *wire.Room
}

func (rd *Reader) pages(stream string, from, to model.Position, limit int) *pages {
	return &pages{
		b: rd, stream: stream, from: from, to: to, limit: limit,
		// The first page is small: it shows how large the entries are. A large page with entries of a megabyte could exceed a
		// client's read timeout over a slow line.
		count: min(limit, minPageCount), done: to.Before(from), room: &wire.Room{},
	}
}

// next reads the next page; no entries means the end of the range.
func (p *pages) next(ctx context.Context) ([]model.Entry, error) {
	entries, err := p.into(ctx, p.room)
	p.room.Leave()
	return entries, err
}

// into is next for entries that are gone when the room is used again.
func (p *pages) into(ctx context.Context, room *wire.Room) ([]model.Entry, error) {
	if p.done {
		return nil, nil
	}
	entries, err := p.b.look.Entries(ctx, p.stream, wire.Range(p.stream, p.from, p.to, p.count), room)
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
