package observe

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// replayEntries is the max number of entries that a replay holds at a time, over all its streams.
const replayEntries = 20_000

// Replay reads the entries of many streams as one sequence, sorted by ID and then by stream, from and to included. A zero from is
// the beginning. A zero to is the end at the start of the replay, so it ends even on a stream that grows faster than it is read.
// It reads XRANGE pages, so that memory stays bounded whatever the length, and XINFO STREAM for the end. A stream that doesn't
// exist has no entries. The sequence ends after yielding one error. Ranging over it again starts from the beginning.
func (rd *Reader) Replay(
	ctx context.Context, streams []string, from, to model.Position,
) iter.Seq2[model.Entry, error] {
	return rd.replay(ctx, func() ([]Span, error) { return rd.wholeSpans(ctx, streams, from, to) }, replayEntries)
}

// Span is a part of a stream, both ends included.
type Span struct {
	Stream   string
	From, To model.Position
}

// ReplaySpans does the same as [Reader.Replay], with a separate part for each stream. It holds about hold entries at a time. It
// sends only XRANGE.
func (rd *Reader) ReplaySpans(ctx context.Context, spans []Span, hold int) iter.Seq2[model.Entry, error] {
	return rd.replay(ctx, func() ([]Span, error) {
		for _, s := range spans {
			if err := fault.NeedStream(s.Stream); err != nil {
				return nil, err
			}
		}
		return spans, nil
	}, hold)
}

func (rd *Reader) replay(ctx context.Context, find func() ([]Span, error), hold int) iter.Seq2[model.Entry, error] {
	return func(yield func(model.Entry, error) bool) {
		spans, err := find()
		var merge replayMerge
		if err == nil {
			merge, err = rd.startReplay(ctx, spans, hold)
		}
		for err == nil && len(merge) > 0 {
			source := merge[0]
			if !yield(source.entries[0], nil) {
				return
			}
			source.entries = source.entries[1:]
			if len(source.entries) > 0 {
				heap.Fix(&merge, 0)
				continue
			}
			if err = source.fill(ctx); err == nil && len(source.entries) > 0 {
				heap.Fix(&merge, 0)
			} else {
				heap.Pop(&merge)
			}
		}
		if err != nil {
			yield(model.Entry{}, fmt.Errorf("bus: replay: %w", err))
		}
	}
}

// wholeSpans returns the parts of streams between two positions. A zero to is the current end of each stream.
func (rd *Reader) wholeSpans(ctx context.Context, streams []string, from, to model.Position) ([]Span, error) {
	streams = slices.Clone(streams)
	slices.Sort(streams)
	streams = slices.Compact(streams)
	switch {
	case len(streams) == 0:
		return nil, fault.Request("no streams named (give at least one stream's key)")
	case !to.IsZero() && to.Before(from):
		return nil, fault.Request("the range ends at %s, before it begins at %s (swap them)", to, from)
	}
	if err := fault.NeedStream(streams[0]); err != nil {
		return nil, err
	}
	spans := make([]Span, len(streams))
	for i, stream := range streams {
		spans[i] = Span{Stream: stream, From: from, To: to}
	}
	if to.IsZero() || to == model.MaxPosition {
		infos, err := rd.streamInfos(ctx, wire.Node{}, streams)
		if err != nil {
			return nil, err
		}
		for i, info := range infos {
			if info.Problem != "" {
				return nil, fmt.Errorf("%s: %w", info.Key, wire.ServerError(info.Problem))
			}
			spans[i].To = info.Last
		}
	}
	return spans, nil
}

func (rd *Reader) startReplay(ctx context.Context, spans []Span, hold int) (replayMerge, error) {
	limit := min(max(hold/max(len(spans), 1), minPageCount), pageEntries)
	merge := make(replayMerge, 0, len(spans))
	for _, span := range spans {
		source := &replaySource{pages: rd.pages(span.Stream, span.From, span.To, limit)}
		if err := source.fill(ctx); err != nil {
			return nil, err
		}
		if len(source.entries) > 0 {
			merge = append(merge, source)
		}
	}
	heap.Init(&merge)
	return merge, nil
}

// replaySource is one stream of a replay, and the rest of its page.
type replaySource struct {
	pages   *pages
	entries []model.Entry
}

func (s *replaySource) fill(ctx context.Context) error {
	entries, err := s.pages.next(ctx)
	if err != nil {
		return fmt.Errorf("%s from %s: %w", s.pages.stream, s.pages.from, err)
	}
	s.entries = entries
	return nil
}

// replayMerge is a heap of streams, the one with the smallest next ID first. None of them is empty.
type replayMerge []*replaySource

func (m replayMerge) Len() int      { return len(m) }
func (m replayMerge) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m replayMerge) Less(i, j int) bool {
	e, f := &m[i].entries[0], &m[j].entries[0]
	return cmp.Or(e.ID.Compare(f.ID), strings.Compare(e.Stream, f.Stream)) < 0
}

// Push adds a source; container/heap asks for it.
func (m *replayMerge) Push(source any) { *m = append(*m, source.(*replaySource)) }

// Pop removes the last source; container/heap asks for it.
func (m *replayMerge) Pop() any {
	last := len(*m) - 1
	source := (*m)[last]
	(*m)[last] = nil
	*m = (*m)[:last]
	return source
}
