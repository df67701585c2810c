package observe

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Page is a run of entries of one stream, oldest first.
type Page struct {
	Entries []model.Entry
	room    *wire.Room
}

// rooms are the memory of pages that are done with. Whoever reads one stream after the other finds there what the last has left.
var rooms = sync.Pool{New: func() any { return &wire.Room{} }}

// Done gives the page's memory to a page that is read later: nothing is allocated then. The entries, and every part of their names
// and values, may not be used any more. Without Done, they stay as they are.
func (p *Page) Done() {
	if p.room != nil {
		rooms.Put(p.room)
	}
	p.Entries, p.room = nil, nil
}

// Pages reads a part of a stream, oldest entries first, in pages of a bounded number of entries and bytes: XRANGE for each. It is for
// reading a lot at once; [Reader.Replay] does the same for one entry after the other, of many streams. A stream that doesn't exist
// has no pages. The sequence ends after yielding one error. Ranging over it again starts from the beginning.
func (rd *Reader) Pages(ctx context.Context, s Span) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		err := fault.NeedStream(s.Stream)
		for pages := rd.pages(s.Stream, s.From, s.To, pageEntries); err == nil; {
			page := Page{room: rooms.Get().(*wire.Room)} //nolint:forcetypeassert // nothing else is put in
			if page.Entries, err = pages.into(ctx, page.room); err != nil {
				err = fmt.Errorf("%s from %s: %w", s.Stream, pages.from, err)
				break
			}
			if len(page.Entries) == 0 || !yield(page, nil) {
				return
			}
		}
		yield(Page{}, fmt.Errorf("bus: pages: %w", err))
	}
}
