package observe

import (
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/payload"
)

const (
	// historyCount is the max number of entries per command: some hundred microseconds of the server's time.
	historyCount = 500
	// historyStreams is the max number of streams per step, historyBytes the intended max size of its reply.
	historyStreams = 64
	historyBytes   = 4 << 20
	// historyGrowth is the factor by which each page of a stream is larger than the one before. The first page has one entry, so
	// that few entries are read before large ones are noticed.
	historyGrowth = 8
	// plainIDs are the characters that JSON can write only as themselves or with \u.
	plainIDs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:"
)

// historyStream is the progress of the search in one stream.
type historyStream struct {
	key   string
	at    model.Position // the next to read, and all before it
	count int            // of the current or last page
	size  int            // per entry of that page, in bytes of reply
	reach uint64         // milliseconds per entry of that page
	done  bool
}

// took moves past a page. A page that isn't full is the last one.
func (s *historyStream) took(entries []model.Entry, size int) {
	s.done = len(entries) < s.count
	if len(entries) == 0 {
		return
	}
	newest, oldest := entries[0].ID, entries[len(entries)-1].ID
	s.size = max(size/len(entries), 1)
	s.reach = (newest.Ms - oldest.Ms) / uint64(len(entries))
	s.at = oldest.Prev()
	s.done = s.done || s.at.IsZero()
}

// plan picks the streams for the next step, and the number of entries to read of each. First it reads one entry of each stream,
// which shows its time. Then it reads a full page of the stream that is furthest behind, and the other streams that are within
// the time that page is likely to cover.
func (h *history) plan() []*historyStream {
	slices.SortStableFunc(h.streams, func(s, t *historyStream) int { return t.at.Compare(s.at) })
	first := h.streams[0]
	var step []*historyStream
	if fresh := slices.IndexFunc(h.streams, func(s *historyStream) bool { return s.count == 0 }); fresh >= 0 {
		for _, s := range h.streams[fresh:] {
			if s.count == 0 && len(step) < snapshotChunk {
				step = append(step, s)
			}
		}
	} else {
		span := first.reach * uint64(first.nextCount(1))
		for _, s := range h.streams[:min(len(h.streams), historyStreams)] {
			if first.count > 1 && first.at.Ms-s.at.Ms > span {
				break
			}
			step = append(step, s)
		}
	}
	for _, s := range step {
		s.count = s.nextCount(len(step))
	}
	return step
}

// nextCount returns the max number of entries of the stream's next page, when so many streams share a step.
func (s *historyStream) nextCount(streams int) int {
	if s.count == 0 {
		return 1
	}
	return max(min(s.count*historyGrowth, historyCount, historyBytes/streams/s.size), 1)
}

// search adds the matching entries to the page.
func (h *history) search(page *HistoryPage, entries []model.Entry) {
	h.scanned += int64(len(entries))
	h.b.note(entries)
	for i := range entries {
		if !h.mayMatch(&entries[i]) {
			continue
		}
		r := h.b.Decode(entries[i])
		if h.query.Workflow != "" && r.Event.WorkflowID != h.query.Workflow || h.query.Match != nil && !h.query.Match(&r) {
			continue
		}
		h.found++
		// A few entries must not keep the whole reply in memory.
		page.Records = append(page.Records, h.b.Decode(cloneEntry(&entries[i])))
	}
}

// mayMatch reports whether the entry can be of the searched workflow. False is certain: no field contains the id, neither
// literally nor with an escape. It is ten times as fast as decoding.
func (h *history) mayMatch(e *model.Entry) bool {
	if !h.plain {
		return true
	}
	for i := range e.Fields {
		value := e.Fields[i].Value
		if h.b.decoder != nil && payload.Packed(value) {
			return true // it must be unpacked first
		}
		if strings.Contains(value, h.query.Workflow) || strings.Contains(value, `\u`) {
			return true
		}
	}
	return false
}

func cloneEntry(e *model.Entry) model.Entry {
	c := model.Entry{Stream: e.Stream, ID: e.ID, Fields: make([]model.Field, len(e.Fields))}
	for i, f := range e.Fields {
		c.Fields[i] = model.Field{Name: strings.Clone(f.Name), Value: strings.Clone(f.Value)}
	}
	return c
}
