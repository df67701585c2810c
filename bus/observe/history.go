package observe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// HistoryQuery says which entries [Reader.History] looks for, and where.
type HistoryQuery struct {
	// Streams are the keys of the streams to search.
	Streams []string
	// Before leaves out entries with this ID and greater ones; zero means from the newest that there is.
	Before model.Position
	// Workflow finds records of that workflow id alone; empty means of any. It is much faster than the same said by Match:
	// an entry that doesn't hold the id isn't decoded.
	Workflow string
	// Match narrows it further; nil lets everything through. The record is only good during the call.
	Match func(*model.Record) bool
}

// HistoryPage is what one step of a search has brought, and how far the search has got.
type HistoryPage struct {
	// Records are what was found in this step, newest first.
	Records []model.Record
	// Scanned and Found are how many entries were read and found so far.
	Scanned, Found int64
	// Back is how far the search has got: every entry with a greater ID was searched, in all streams. It is zero
	// when nothing is left. A search that begins with Before at Back.Next() goes on where this one stands.
	Back model.Position
	// Left is how many streams aren't searched to their beginning.
	Left int
	// Unreadable are the streams that had to be left out so far, with the server's words: a key of another type, or one
	// that may not be read. The map must not be changed.
	Unreadable map[string]string
}

// History searches streams backwards, from the newest entries to the oldest, for those that a person asks for after the
// fact, such as the beginning of a workflow. All streams go back together: each step reads those that are behind in
// time, by XREVRANGE in one round trip, so that what is found comes roughly newest first and a stream of few entries
// costs few reads. A step reads at most a few megabytes, and yields a page even when it found nothing, so that progress
// can be shown; between two pages the search can be left, or cancelled with ctx. Entries added meanwhile are not
// searched; those trimmed meanwhile are not found; a stream that doesn't exist has none.
//
// It ends when every stream was searched to its beginning, or after an error of the connection, yielded once. The error
// wraps [fault.ErrRequest] when no stream was named. It can be ranged over again, from the start.
func (rd *Reader) History(ctx context.Context, q HistoryQuery) iter.Seq2[HistoryPage, error] {
	return func(yield func(HistoryPage, error) bool) {
		h, err := rd.newHistory(q)
		err = cmp.Or(fault.NeedContext(ctx), err)
		for err == nil && len(h.streams) > 0 {
			var page HistoryPage
			if page, err = h.next(ctx); err == nil && !yield(page, nil) {
				return
			}
		}
		if err != nil {
			yield(HistoryPage{}, fmt.Errorf("bus: history of %d streams: %w", len(q.Streams), err))
		}
	}
}

// history is a search under way.
type history struct {
	b       *Reader
	query   HistoryQuery
	plain   bool             // whether JSON can't write the workflow's id in other characters but by \u
	streams []*historyStream // that aren't at their beginning

	scanned, found int64
	unreadable     map[string]string
}

func (rd *Reader) newHistory(q HistoryQuery) (*history, error) {
	if len(q.Streams) == 0 {
		return nil, fault.Request("no streams named (give at least one stream's key)")
	}
	keys := slices.Clone(q.Streams)
	slices.Sort(keys)
	keys = slices.Compact(keys)
	if err := fault.NeedStream(keys[0]); err != nil {
		return nil, err
	}
	from := model.MaxPosition
	if !q.Before.IsZero() {
		from = q.Before.Prev()
	}
	h := &history{b: rd, query: q, plain: q.Workflow != "" && strings.Trim(q.Workflow, plainIDs) == ""}
	for _, key := range keys {
		h.streams = append(h.streams, &historyStream{key: key, at: from})
	}
	return h, nil
}

// next takes the next step.
func (h *history) next(ctx context.Context) (HistoryPage, error) {
	step := h.plan()
	commands := make([]wire.Read, len(step))
	for i, s := range step {
		commands[i] = wire.RangeBack(s.key, s.at, model.Position{}, s.count)
	}
	if err := ctx.Err(); err != nil { // the client notices only when it waits
		return HistoryPage{}, err
	}
	raws, err := h.b.look.RawPipeline(ctx, commands)
	if err != nil {
		return HistoryPage{}, err
	}
	var page HistoryPage
	for i, s := range step {
		entries, err := h.b.look.ReadEntries(ctx, s.key, raws[i], commands[i])
		var why wire.ServerError
		switch {
		case err == nil:
			h.search(&page, entries)
			s.took(entries, len(raws[i]))
		case errors.As(err, &why) && wire.AboutKey(string(why)):
			s.done = true
			h.setAside(s.key, string(why))
		default:
			return HistoryPage{}, fmt.Errorf("%s: %w", s.key, err)
		}
	}
	h.streams = slices.DeleteFunc(h.streams, func(s *historyStream) bool { return s.done })
	slices.SortFunc(page.Records, func(r, s model.Record) int {
		if c := s.ID.Compare(r.ID); c != 0 {
			return c
		}
		return strings.Compare(s.Stream, r.Stream)
	})
	for _, s := range h.streams {
		page.Back = later(page.Back, s.at)
	}
	page.Scanned, page.Found, page.Left, page.Unreadable = h.scanned, h.found, len(h.streams), h.unreadable
	return page, nil
}

// setAside notes a stream that can't be read. Pages that were handed out keep their own map.
func (h *history) setAside(key, why string) {
	unreadable := make(map[string]string, len(h.unreadable)+1)
	maps.Copy(unreadable, h.unreadable)
	unreadable[key] = why
	h.unreadable = unreadable
}
