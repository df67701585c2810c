package tail

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"streamdesk/model"
)

// step looks for streams when Discover has passed, and reads.
func (t *tail) step(ctx context.Context) error {
	t.hurry = false
	switch {
	case !t.begun:
		if err := t.begin(ctx); err != nil {
			return err
		}
		t.begun, t.discovered = true, time.Now()
	case time.Since(t.discovered) >= t.o.Discover:
		if err := t.discover(ctx); err != nil {
			return err
		}
		t.discovered = time.Now()
	}
	return t.read(ctx)
}

// begin finds the existing streams and the start position on each, and reads the backlog.
func (t *tail) begin(ctx context.Context) error {
	all, missed := t.from.All(ctx)
	keys, err := t.wanted(all, missed)
	if err != nil {
		return err
	}
	infos, lost, err := t.figures(ctx, keys)
	if err != nil {
		return err
	}
	streams := make(map[string]*stream, len(keys))
	for key, why := range lost {
		streams[key] = &stream{key: key, unknown: true, problem: why.Error()}
	}
	for _, info := range infos {
		if info.Missing && !t.named(info.Key) {
			continue
		}
		streams[info.Key] = t.found(info)
	}
	if t.o.Backlog > 0 && t.o.From.IsZero() {
		if t.entries, err = newest(ctx, t.look, slices.Collect(maps.Values(streams)), t.o.Backlog); err != nil {
			return err
		}
	}
	t.streams, t.reads, t.more, t.missed = streams, nil, t.from.More(), missed != nil
	return nil
}

// found returns the start state for a stream that existed before the tail.
func (t *tail) found(info model.Stream) *stream {
	s := &stream{key: info.Key, problem: info.Problem, at: info.Last, added: info.EntriesAdded}
	if from, ok := t.start(info.Key); ok && info.Problem == "" {
		s.at, s.added, s.ahead = from, info.AddedUpTo(from), info.Last.Before(from)
	}
	return s
}

// start returns the position after which to read a stream, if one was asked for.
func (t *tail) start(key string) (model.Position, bool) {
	if after, ok := t.o.After[key]; ok {
		return after, true
	}
	return t.o.From.Prev(), !t.o.From.IsZero()
}

// discover finds streams that were created, deleted or recreated since the last call.
func (t *tail) discover(ctx context.Context) error {
	search, ok := t.search(ctx)
	if !ok {
		return nil // it continues beside the reads
	}
	keys, err := t.wanted(search.keys, search.err)
	if err != nil {
		return err
	}
	keys = slices.AppendSeq(keys, maps.Keys(t.streams))
	slices.Sort(keys)
	infos, _, err := t.figures(ctx, slices.Compact(keys))
	if err != nil {
		return err
	}
	for _, info := range infos {
		t.compare(info)
	}
	t.reads = nil
	t.missed = t.missed && (search.err != nil || !search.whole)
	return nil
}

// compare updates the tail's state for a stream.
func (t *tail) compare(info model.Stream) {
	s, known := t.streams[info.Key]
	switch {
	case known && s.unknown && !info.Missing:
		if info.Problem == "" {
			*s = *t.found(info)
		}
	case info.Missing && known && t.named(info.Key):
		s.restart()
	case info.Missing:
		// A stream that appears under this key later is new. Since this one is forgotten here, it is read from its beginning.
		delete(t.streams, info.Key)
	case !known && t.missed: // it may have been there when the tail began
		t.streams[info.Key] = t.found(info)
	case !known:
		s = &stream{key: strings.Clone(info.Key)}
		s.restart()
		if from, ok := t.start(info.Key); ok {
			s.at, s.added, s.ahead = from, info.AddedUpTo(from), info.Last.Before(from)
		}
		s.problem = info.Problem
		t.streams[s.key] = s
	case info.Problem != "":
		if strings.HasPrefix(info.Problem, "WRONGTYPE") {
			s.restart() // the stream is gone; if one is created again, all of it is new
		}
		s.problem = info.Problem
	case info.Last.Before(s.at) && s.ahead:
		s.problem = "" // it hasn't reached the start position yet
	case info.Last.Before(s.at):
		s.restart()
	case info.Last == s.at:
		if s.added.Known && info.EntriesAdded.Known && info.EntriesAdded.N > s.added.N {
			// Added since the last read, and trimmed or deleted before this one.
			t.skip(info.EntriesAdded.Minus(s.added))
		}
		s.added, s.problem = info.EntriesAdded, ""
	case info.Length == 0:
		// All entries added since the last read are gone again.
		t.skip(info.EntriesAdded.Minus(s.added))
		s.at, s.added, s.problem = info.Last, info.EntriesAdded, ""
	case s.added.Known && info.EntriesAdded.Known && info.EntriesAdded.N < s.added.N:
		s.added, s.problem = model.Count{}, "" // recreated, with greater IDs
	default:
		s.problem = ""
	}
}
