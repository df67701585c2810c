package observe

import (
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/payload"
)

const (
	// historyCount is how many entries one command reads at most: some hundred microseconds of the server's time.
	historyCount = 500
	// historyStreams is how many streams one step reads, historyBytes how much it is to bring in all.
	historyStreams = 64
	historyBytes   = 4 << 20
	// historyGrowth is how much more entries a page of a stream has than the one before, so that a stream whose entries
	// turn out to be large is met with few of them. The first has one.
	historyGrowth = 8
	// plainIDs are the characters that JSON can only write as themselves, or by \u.
	plainIDs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:"
)

// historyStream is how far one stream was searched.
type historyStream struct {
	key   string
	at    model.Position // the next to read, and all before it
	count int            // of the page that is read now, or was last
	size  int            // of an entry of that page, in bytes of reply
	reach uint64         // milliseconds that an entry of it goes back
	done  bool
}

// took moves past a page. A page that isn't full was the last one.
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

// plan picks the streams for the next step, and how much of each is read: first one entry of each, which tells where it
// stands; then of the stream that is furthest behind in time as much as a page may hold, and of the others those that lie
// in the time that page is likely to cover.
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

// nextCount is how many entries the next page of the stream may have, when so many streams share a step.
func (s *historyStream) nextCount(streams int) int {
	if s.count == 0 {
		return 1
	}
	return max(min(s.count*historyGrowth, historyCount, historyBytes/streams/s.size), 1)
}

// search takes the entries that are looked for into the page.
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
		// A few entries must not keep the whole reply alive that they were cut out of.
		page.Records = append(page.Records, h.b.Decode(cloneEntry(&entries[i])))
	}
}

// mayMatch says whether the entry can be of the workflow that is looked for. It is sure when it says no, and ten times
// as fast as decoding: the id stands in no field, neither as it is nor with an escape in it.
func (h *history) mayMatch(e *model.Entry) bool {
	if !h.plain {
		return true
	}
	for i := range e.Fields {
		value := e.Fields[i].Value
		if h.b.decoder != nil && payload.Packed(value) {
			return true // it has to be opened first
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
