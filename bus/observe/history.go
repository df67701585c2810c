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
	"streamdesk/model/sorting"
)

// HistoryQuery says which entries [Reader.History] looks for, and where.
type HistoryQuery struct {
	// Streams are the keys of the streams to search.
	Streams []string
	// Before leaves out entries with this ID and greater ones; default from the newest entry.
	Before model.Position
	// Workflow finds only records of that workflow id; default any. It is much faster than the same condition in Match: an entry
	// that doesn't contain the id isn't decoded.
	Workflow string
	// Match filters further; nil accepts everything. The record is valid only during the call.
	Match func(*model.Record) bool
}

// HistoryPage is the result of one step of a search, and the progress of the search.
type HistoryPage struct {
	// Records are the records found in this step, newest first.
	Records []model.Record
	// Scanned and Found are the numbers of entries read and found so far.
	Scanned, Found int64
	// Back is the position that the search has reached: every entry with a greater ID was searched, in all streams. It is zero
	// when nothing is left. A search with Before set to Back.Next() continues from here.
	Back model.Position
	// Left is the number of streams not yet searched to their beginning.
	Left int
	// Unreadable holds the streams left out so far, each with the server's error: a key of another type, or one without read
	// permission. The map must not be changed.
	Unreadable map[string]string
}

// History searches streams backwards, from the newest entries to the oldest, for example for the beginning of a workflow. It
// searches all streams in parallel: each step reads the streams that are behind in time, by XREVRANGE in one round trip. So
// results come roughly newest first, and a stream with few entries costs few reads. A step reads max a few megabytes, and yields
// a page even when it found nothing, so that progress can be shown. Between two pages the caller can break, or cancel ctx.
// Entries added meanwhile are not searched; those trimmed meanwhile are not found. A stream that doesn't exist has no entries.
//
// It ends when every stream was searched to its beginning, or after yielding one connection error. The error wraps
// [fault.ErrRequest] when no stream was named. Ranging over it again restarts the search.
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
	plain   bool             // whether \u is the only other way for JSON to write the workflow's id
	streams []*historyStream // not searched to their beginning yet

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

// next runs the next step.
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
	sorting.By(page.Records, func(r, s *model.Record) int {
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

// setAside records a stream that can't be read. Pages already yielded keep their own map.
func (h *history) setAside(key, why string) {
	unreadable := make(map[string]string, len(h.unreadable)+1)
	maps.Copy(unreadable, h.unreadable)
	unreadable[key] = why
	h.unreadable = unreadable
}
